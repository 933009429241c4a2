using System.CommandLine;
using System.Globalization;
using Sallyport.Contracts.Money;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport stats</c>: how it runs, counted from the audit log.</summary>
internal static class StatsVerb
{
    internal static Command Create()
    {
        var period = new Option<string>("--period") { Description = "24h, 7d or 30d.", DefaultValueFactory = _ => "24h" };
        period.AcceptOnlyFromAmong("24h", "7d", "30d");
        var workflow = new Option<string?>("--workflow") { Description = "One workflow; all of them without it." };
        return Connection.Verb("stats", "Show success, escalation, denials, approval wait, retries, duplicates, budgets and latency, counted from the audit log.\n\nExample: sallyport stats --period 7d --workflow refund",
            async (parsed, client, cancellation) =>
            {
                var report = await client.OperationsAsync(parsed.GetValue(period)!, parsed.GetValue(workflow), cancellation);
                if (parsed.GetValue(Connection.AsJson)) Output.Json(report);
                else Print(report);
                return ExitCodes.Ok;
            }, period, workflow);
    }

    private static void Print(OperationsReport report)
    {
        Output.Line($"{report.Workflow ?? "All workflows"}, actions accepted since {report.Since:u}");
        if (!report.IsComplete) Output.Line($"  The log holds more than is counted at once: counted from {report.CountedFrom:u}.");
        Output.Line($"  proposed:            {report.Proposed} ({string.Join(", ", report.States.Select(state => $"{state.Name} {state.Count}"))})");
        Output.Line($"  success:             {Percent(report.SuccessRate)} of those that have ended");
        Output.Line($"  escalated:           {Percent(report.EscalationRate)}");
        Output.Line($"  denied:              {Join(report.Denials.Select(denial => $"{denial.Rule} by {denial.By} {denial.Count}"))}");
        Output.Line($"  refused:             {Join(report.Refusals.Select(refusal => $"{refusal.Name} {refusal.Count}"))}");
        Output.Line($"  duplicates stopped:  {report.DuplicatesStopped}");
        Output.Line($"  retries:             {report.Retries}");
        Output.Line($"  policy:              {Duration(report.Latency.Policy)}");
        Output.Line($"  people:              {Duration(report.Latency.People)}");
        Output.Line($"  tool:                {Duration(report.Latency.Tool)}");
        foreach (var use in report.Budgets) Output.Line($"  budget of {use.AgentName}: {Amount(use.SpentMinor + use.ReservedMinor, use.Currency)} of {Amount(use.LimitMinor, use.Currency)} today");
    }

    private static string Percent(double? share) => share is { } value ? (value * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %" : "-";

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts.DefaultIfEmpty("none"));

    private static string Duration(DurationSummary? summary) => summary is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"median {summary.MedianMs:0.#} ms, 9 of 10 within {summary.P90Ms:0.#} ms ({summary.Count})");

    private static string Amount(long minor, string currency) => Iso4217.Format(minor, currency) ?? $"{minor} {currency}";
}
