using System.CommandLine;
using Sallyport.Cli.Demo;
using Sallyport.Cli.Drills;
using Sallyport.Workflows;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport drill</c>: exercises against the real engine in a sandbox, never against production data.</summary>
internal static class DrillVerb
{
    internal static Command Create()
    {
        var which = new Argument<string>("drill") { Description = "all, or one of: " + string.Join(", ", Drill.All.Select(drill => drill.Id)) + "." };
        which.AcceptOnlyFromAmong(["all", .. Drill.All.Select(drill => drill.Id)]);
        var bundle = new Option<DirectoryInfo?>("--bundle") { Description = "Bundle to exercise instead of workflows/refund." };
        var output = new Option<DirectoryInfo?>("--out") { Description = "Folder for the evidence, the incident runbook and the kill-switch evidence." };
        var data = new Option<string>("--data") { Description = "Data folder of the installation that the runbook is for.", DefaultValueFactory = _ => ".sallyport" };
        var command = new Command("drill",
            "Play what goes wrong elsewhere against the real engine in a sandbox, and write down what contained it: timelines, evidence with digests, the incident runbook.\n\nExample: sallyport drill all --out ./drills")
        { which, bundle, output, data, Connection.Server, Connection.AsJson };
        command.SetAction((parsed, cancellation) => Connection.GuardAsync(async () =>
        {
            var (json, time) = (parsed.GetValue(Connection.AsJson), TimeProvider.System);
            var folder = parsed.GetValue(bundle)?.FullName ?? DemoVerb.FindBundle();
            var compilation = BundleCompiler.CompileFolder(folder);
            if (compilation.Release is not { } release) throw new InvalidOperationException($"The bundle {folder} has faults; run \"sallyport check {folder}\". First: {compilation.Faults[0]}");
            var target = parsed.GetValue(output)?.FullName ?? Path.GetFullPath(Path.Combine(".sallyport", "drills", time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture)));
            using var scratch = new ScratchFolder();
            await using var sandbox = await Sandbox.StartAsync(scratch.Path, folder, "http://127.0.0.1:0", cancellation);
            var results = new List<DrillResult>();
            foreach (var drill in Drill.All.Where(drill => parsed.GetValue(which) == "all" || parsed.GetValue(which) == drill.Id))
            {
                if (!json) Output.Coloured("bold", $"{drill.Id}: {drill.Title}");
                results.Add(await DrillRun.PlayAsync(sandbox, drill, time, json ? null : moment => Output.Line($"  {moment.AtMs / 1000,7:0.000} s  {moment.Who,-10} {moment.What}")));
                if (!json) Print(results[^1]);
            }

            var files = await DrillEvidence.WriteAsync(sandbox, results, new Installation(parsed.GetValue(Connection.Server)!, parsed.GetValue(data)!, release, time.GetUtcNow()), target, cancellation);
            var contained = results.All(result => result.Contained);
            if (json) Output.Json(new { contained, folder = target, files, drills = results });
            else Output.Line($"{results.Count(result => result.Contained)} of {results.Count} drills contained. Evidence, runbook and digests: {target}");
            return contained ? ExitCodes.Ok : ExitCodes.Refused;
        }));
        return command;
    }

    private static void Print(DrillResult result)
    {
        foreach (var control in result.Controls) Output.Coloured(control.Held ? "green" : "red", $"  {(control.Held ? "held  " : "FAILED")}  {control.Name}: {control.Seen}");
        Output.Line("");
    }

    /// <summary>A folder that is gone afterwards: a drill leaves only its evidence.</summary>
    private sealed class ScratchFolder : IDisposable
    {
        internal string Path { get; } = Directory.CreateTempSubdirectory("sallyport-drill-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
