using System.CommandLine;
using System.Diagnostics;
using Sallyport.Proofs.Policies;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary><c>sallyport policy prove</c>: what holds for every call, or a call for which it does not.</summary>
internal static class ProveVerb
{
    internal static Command Create()
    {
        var bundle = BundleArgument.Create();
        var tool = new Option<string?>("--tool") { Description = "Only this tool." };
        var emit = new Option<DirectoryInfo?>("--emit-smt2") { Description = "Also write every question as SMT-LIB 2, with the answer expected, into this folder." };
        var check = new Option<string[]>("--cross-check") { Description = "Put every question to these solvers too: z3, cvc5 or z3,cvc5.", DefaultValueFactory = _ => [] };
        var junit = new Option<FileInfo?>("--junit") { Description = "Also write the results as JUnit XML." };
        var command = new Command("prove", "Prove for every well-formed call: rules never fail, every call is decided, every rule can match and makes a difference, invariants and guarantee hold. What does not hold is shown by a call, replayed in the production evaluator.\n\nExit codes: 0 all proved, 1 something refuted, 2 something undecided, 3 usage.\n\nExample: sallyport policy prove workflows/refund --emit-smt2 ./proofs --cross-check z3,cvc5")
        { bundle, tool, emit, check, junit, Connection.AsJson };
        command.SetAction((parsed, cancellation) => Connection.GuardAsync(async () =>
        {
            var json = parsed.GetValue(Connection.AsJson);
            if (BundleArgument.Compile(parsed.GetValue(bundle)!, json) is not { } release) return ExitCodes.Usage;
            var models = ReleaseModels.Of(release).Values.Where(model => parsed.GetValue(tool) is not { } only || model.Tool == only).ToList();
            if (models.Count == 0) return Usage($"There is no tool \"{parsed.GetValue(tool)}\" that changes state.");
            if (CrossCheck.Named(parsed.GetValue(check)!) is not { } solvers) return Usage("--cross-check takes z3, cvc5 or both.");

            var runs = models.Select(model => Timed(() => PolicyAnalysis.Run(model))).ToList();
            var queries = SmtFiles.Of(runs.SelectMany(run => run.Report.Results));
            if (parsed.GetValue(emit) is { } folder) await SmtFiles.WriteAsync(folder, queries, cancellation);
            var crossed = await CrossCheck.RunAsync(queries, solvers, json, cancellation);
            if (parsed.GetValue(junit) is { } file) JunitFile.Write(file, "proofs " + release.Manifest.Name, [.. runs.SelectMany(run => run.Report.Results.Select(result => ProofText.Case(release.Manifest.Name, run.Report.Tool, result)))]);
            if (json) Output.Json(ProofJson.Of(release, runs.Select(run => run.Report), crossed));
            else ProofText.Print(runs, crossed);
            return crossed.Any(answer => !answer.Agrees) ? ExitCodes.Refused : Code(runs.Select(run => run.Report));
        }));
        return command;
    }

    private static int Code(IEnumerable<ProofReport> reports)
    {
        var worst = reports.Select(report => report.Status).ToList();
        return worst.Contains(ProofStatus.Refuted) ? ExitCodes.Refused : worst.Contains(ProofStatus.Unknown) ? ExitCodes.Unavailable : ExitCodes.Ok;
    }

    private static (ProofReport Report, TimeSpan Elapsed) Timed(Func<ProofReport> run)
    {
        var started = Stopwatch.GetTimestamp();
        var report = run();
        return (report, Stopwatch.GetElapsedTime(started));
    }

    private static int Usage(string message)
    {
        Output.Error(message);
        return ExitCodes.Usage;
    }
}
