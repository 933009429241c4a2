using System.CommandLine;
using Sallyport.Client;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary><c>sallyport policy shadow start|stop|report</c>: a candidate decides beside the active release and has no say.</summary>
internal static class ShadowVerbs
{
    internal static Command Create() => new("shadow", "Let a published candidate decide beside the active release, without a say.") { Start(), Stop(), Report() };

    private static Command Start()
    {
        var hash = new Argument<string>("release") { Description = "Hash of a published release." };
        return Connection.Verb("start", "Start a candidate. It decides on every proposal that reaches policy, and only the log hears of it.\n\nExample: sallyport policy shadow start sha256:4f1c…", async (parsed, client, cancellation) =>
        {
            var run = await client.StartShadowAsync(new ShadowCall(parsed.GetValue(hash)!), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(run);
            else Output.Line($"{run.Release} decides in the shadow of {run.Workflow}. Look with: sallyport policy shadow report");
            return ExitCodes.Ok;
        }, hash);
    }

    private static Command Stop()
    {
        var workflow = Workflow();
        return Connection.Verb("stop", "Stop the candidate; its report stays.\n\nExample: sallyport policy shadow stop", async (parsed, client, cancellation) =>
        {
            if (await ChooseAsync(parsed.GetValue(workflow), running: true, client, cancellation) is not { } chosen) return ExitCodes.Usage;
            var run = await client.StopShadowAsync(chosen, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(run);
            else Output.Line($"{run.Release} no longer decides in the shadow of {run.Workflow}.");
            return ExitCodes.Ok;
        }, workflow);
    }

    private static Command Report()
    {
        var workflow = Workflow();
        var examples = new Option<int>("--examples") { Description = "Most example ids of each changed cell.", DefaultValueFactory = _ => 5 };
        return Connection.Verb("report", "Show what the candidate decided. Exit code 0: nothing loosens; 1: something does; 2: some decisions cannot be told.\n\nExample: sallyport policy shadow report --examples 10", async (parsed, client, cancellation) =>
        {
            if (await ChooseAsync(parsed.GetValue(workflow), running: false, client, cancellation) is not { } chosen) return ExitCodes.Usage;
            var report = await client.ShadowReportAsync(chosen, parsed.GetValue(examples), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(report);
            else Print(report);
            return MatrixText.ExitCode(report.Matrix, report.Truncated || report.Erased > 0);
        }, workflow, examples);
    }

    private static void Print(ShadowReportView report)
    {
        Output.Line($"{report.Decisions} decisions of {report.Workflow} beside {report.Release}, since {report.StartedAt:u}{(report.StoppedAt is { } end ? $" until {end:u}" : "")}");
        if (report.Erased > 0) Output.Coloured("yellow", $"{report.Erased} more have been erased.");
        if (report.Truncated) Output.Coloured("yellow", "The log is longer than a report reads; only the first part was taken.");
        MatrixText.Print(report.Matrix, "active", "candidate");
    }

    private static Option<string?> Workflow() => new("--workflow") { Description = "The workflow; needed only when there are several." };

    private static async Task<string?> ChooseAsync(string? named, bool running, PeopleClient client, CancellationToken cancellation)
    {
        if (named is not null) return named;
        var runs = (await client.ShadowsAsync(cancellation)).Where(run => !running || run.StoppedAt is null).ToList();
        if (runs.Count == 1) return runs[0].Workflow;
        Output.Error(runs.Count == 0 ? "No candidate runs in any shadow." : $"Name one of {string.Join(", ", runs.Select(run => run.Workflow))} with --workflow.");
        return null;
    }
}
