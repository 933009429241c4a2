using System.CommandLine;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport check</c>: everything that is wrong with a bundle, at its place.</summary>
internal static class CheckVerb
{
    internal static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("bundle") { Description = "Folder with workflow.yaml, policy.yaml and tools/." };
        var command = new Command("check", "Check a bundle: syntax, schemas, types, units, scopes, guarantee. Every fault with file, line and column.\n\nExample: sallyport check workflows/refund") { folder, Connection.AsJson };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(folder)!;
            var compilation = BundleCompiler.CompileFolder(path.FullName);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { ok = compilation.Release is not null, release = compilation.Release?.Hash, faults = compilation.Faults });
            else
            {
                foreach (var fault in compilation.Faults) Output.Line(Path.Combine(path.ToString(), fault.ToString()));
                Output.Line(compilation.Release is { } release
                    ? $"{release.Manifest.Name} {release.Manifest.Version}: {release.Tools.Count} tools, no faults. Release {release.Hash}"
                    : $"{compilation.Faults.Count} fault{(compilation.Faults.Count == 1 ? "" : "s")}.");
            }

            return compilation.Release is null ? ExitCodes.Refused : ExitCodes.Ok;
        });
        return command;
    }
}
