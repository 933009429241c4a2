using System.CommandLine;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport action show|compensate|resolve</c>.</summary>
internal static class ActionVerbs
{
    private static readonly Argument<string> Id = new("action") { Description = "The action's id, act_…" };

    internal static Command Create() => new("action", "Look at an action, roll it back, or settle one of unknown outcome.") { Show(), Compensate(), Resolve() };

    private static Command Show()
    {
        var wait = new Option<int>("--wait") { Description = "Seconds to wait for its end, at most 60." };
        return Connection.Verb("show", "Show an action.\n\nExample: sallyport action show act_0197… --wait 30",
            async (parsed, client, cancellation) => Print(parsed, await client.ActionAsync(parsed.GetValue(Id)!, parsed.GetValue(wait), cancellation)), Id, wait);
    }

    private static Command Compensate()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would change and who must approve." };
        return Connection.Verb("compensate", "Propose the rollback of an action under your own name; it needs approval like any other.\n\nExample: sallyport action compensate act_0197…",
            async (parsed, client, cancellation) => Print(parsed, await client.CompensateAsync(parsed.GetValue(Id)!, parsed.GetValue(dryRun), cancellation)), Id, dryRun);
    }

    private static Command Resolve()
    {
        var outcome = new Option<string>("--outcome") { Description = "applied or not_applied.", Required = true };
        outcome.AcceptOnlyFromAmong("applied", "not_applied");
        var evidence = new Option<string>("--evidence") { Description = "How you know; kept in the audit record.", Required = true };
        return Connection.Verb("resolve", "Settle an action of unknown outcome with evidence.\n\nExample: sallyport action resolve act_0197… --outcome applied --evidence \"bank statement of 3 May, line 12\"",
            async (parsed, client, cancellation) => Print(parsed, await client.ResolveAsync(parsed.GetValue(Id)!, new ResolveCall(parsed.GetValue(outcome)!, parsed.GetValue(evidence)!), cancellation)), Id, outcome, evidence);
    }

    private static int Print(ParseResult parsed, ActionView action)
    {
        if (parsed.GetValue(Connection.AsJson))
        {
            Output.Json(action);
            return ExitCodes.Ok;
        }

        Output.Line($"{action.ActionId}  {action.Tool}  {action.State}  (decision {action.Decision} by rule {action.Rule})");
        if (action.Approval is { } wait) Output.Line($"Waits for {wait.Count} of {string.Join(" or ", wait.AnyOf)}: {wait.Id}, until {wait.ExpiresAt:u}");
        if (action.Diff is { } diff) Output.Line($"Diff: {Output.Pretty(diff)}");
        if (action.Result is { } result) Output.Line($"Result: {Output.Pretty(result)}");
        if (action.Error is { } error) Output.Line($"{error.Code}: {error.Detail} (effect: {error.Effect})");
        return ExitCodes.Ok;
    }
}
