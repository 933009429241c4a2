using System.CommandLine;
using Sallyport.Cli.Docs;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport docs</c>: the documents of a workflow, from what is enforced.</summary>
internal static class DocsVerb
{
    internal static Command Create()
    {
        var bundle = new Argument<DirectoryInfo>("bundle") { Description = "The workflow's bundle." };
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder to write.", DefaultValueFactory = _ => new DirectoryInfo("docs-out") };
        var command = new Command("docs", "Write tool spec, auth scopes, rotation plan and permission matrix, as Markdown and HTML, from the bundle that the server enforces.\n\nExample: sallyport docs workflows/refund --out ./refund-docs") { bundle, output, Connection.AsJson };
        command.SetAction(async (parsed, cancellation) =>
        {
            var compilation = BundleCompiler.CompileFolder(parsed.GetValue(bundle)!.FullName);
            if (compilation.Release is not { } release)
            {
                foreach (var fault in compilation.Faults) Output.Error(fault.ToString());
                return ExitCodes.Refused;
            }

            var files = await WorkflowDocs.WriteAsync(release, parsed.GetValue(output)!.FullName, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { release = release.Hash, files });
            else foreach (var file in files) Output.Line(file);
            return ExitCodes.Ok;
        });
        return command;
    }
}
