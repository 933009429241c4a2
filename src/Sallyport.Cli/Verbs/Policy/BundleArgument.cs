using System.CommandLine;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary>The bundle that a verb works on, compiled; its faults are printed as <c>sallyport check</c> prints them.</summary>
internal static class BundleArgument
{
    internal static Argument<DirectoryInfo> Create() => new("bundle")
    {
        Description = "The bundle's folder (default: the current one).", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => new DirectoryInfo("."),
    };

    /// <summary>The release, or null after saying what is wrong.</summary>
    internal static Release? Compile(DirectoryInfo folder, bool json)
    {
        var compilation = BundleCompiler.CompileFolder(folder.FullName);
        if (compilation.Release is { } release) return release;
        if (json) Output.Json(new { ok = false, faults = compilation.Faults });
        else
        {
            foreach (var fault in compilation.Faults) Output.Line(Path.Combine(folder.ToString(), fault.ToString()));
            Output.Line($"{compilation.Faults.Count} fault{(compilation.Faults.Count == 1 ? "" : "s")}.");
        }

        return null;
    }
}
