using System.CommandLine;
using Sallyport.Proofs.Policies;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary><c>sallyport policy prove</c>.</summary>
internal static class ProveVerb
{
    internal static Command Create()
    {
        var bundle = new Argument<DirectoryInfo>("bundle") { Description = "Folder of the bundle." };
        var command = new Command("prove", "x\n\nExample: sallyport policy prove workflows/refund") { bundle, Connection.AsJson };
        command.SetAction(parsed =>
        {
            var compilation = BundleCompiler.CompileFolder(parsed.GetValue(bundle)!.FullName);
            foreach (var (tool, model) in ReleaseModels.Of(compilation.Release!))
            {
                var watch = System.Diagnostics.Stopwatch.StartNew();
                var report = PolicyAnalysis.Run(model);
                Output.Line($"{tool} {report.Status} {watch.Elapsed.TotalMilliseconds} ms {report.Conflicts} conflicts");
                foreach (var result in report.Results)
                {
                    Output.Line($"  {result.Status,-8} {result.Check,-12} {result.Subject}: {result.Says} [{result.Query?.Answer} exact={result.Query?.IsExact.Value}]");
                    if (result.Witness is { } witness && result.Status != ProofStatus.Proved) Output.Line("     " + string.Join(", ", witness.Mentioned.Select(pair => $"{pair.Key}={pair.Value}")) + " -> " + witness.Decision);
                }

                foreach (var text in report.Approximations) Output.Line("  approximated: " + text);
            }

            return 0;
        });
        return command;
    }
}
