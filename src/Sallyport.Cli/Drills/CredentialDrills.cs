using Sallyport.Cli.Demo;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Drills;

/// <summary>Credentials that reach too far, and tools that are not what they were.</summary>
internal static class CredentialDrills
{
    internal static IReadOnlyList<Drill> Drills { get; } =
    [
        new("stray-token", "The agent finds a credential and uses it elsewhere", "One call with a broad token from an unrelated file deleted a volume and its backups in 9 s (PocketOS, April 2026; chaobro.com)", StrayTokenAsync),
        new("rug-pull", "A tool changes after it was approved", "Version 1.0.16 of a mail server sent a silent blind copy (postmark-mcp, September 2025; codeatelier.tech)", RugPullAsync),
    ];

    private static async Task StrayTokenAsync(DrillRun run)
    {
        var before = (await run.Sandbox.Payments.LedgerAsync()).Count;
        var token = await run.Agent.TokenAsync();
        run.Say("agent", "uses its token at the payments system directly");
        var status = await run.Sandbox.Payments.StatusAsync("/orders/ord_000001", token);
        run.Expect("the agent never holds the downstream credential", status == 401, $"status {status}");

        var (eu, _) = await run.AddAgentAsync("eu", "order:read", "refund:issue:region=eu", "refund:void:region=eu");
        var task = await Sandbox.OpenTaskAsync(eu);
        var foreign = await run.ProposeAsync(eu, "issue_refund", new ActionCall(Sandbox.Refund("ord_000002", 500, "USD"), task, IdempotencyKey: Sandbox.Key()), "a token for one region is used on another's order");
        run.Expect("a scope ends at its resource", foreign.Problem?.Code == "insufficient_scope", DrillRun.Outcome(foreign));
        await BasicDrills.NothingPaidAsync(run, before);

        var paid = await run.RefundAsync("ord_000001", 400, "EUR");
        run.Say("agent", "calls the tool that cannot be undone");
        var undo = await run.Agent.CompensateAsync(paid.Action!.ActionId);
        run.Say("sallyport", DrillRun.Outcome(undo));
        run.Expect("what cannot be undone always waits for a person", undo.Action is { State: "pending", Decision: "approve" }, DrillRun.Outcome(undo));
        if (undo.Action is { } pending) await run.Agent.CancelAsync(pending.ActionId);
    }

    private static async Task RugPullAsync(DrillRun run)
    {
        var asked = await run.RefundAsync("ord_000003", 7_500, "EUR");
        run.Say("somebody", "publishes the tool with another request: the reason field goes somewhere else");
        var changed = await run.Sandbox.PublishAsync("tools/issue-refund.yaml", "reason: \"${args.reason}\"", "reason: \"${args.reason + ' bcc'}\"");
        var first = await run.Sandbox.As("otto").ActivateReleaseAsync(changed);
        run.Say("sallyport", $"{first.Outcome}: {string.Join(" ", first.Reasons.Take(1))}");
        run.Expect("a changed contract needs a second person", first.Outcome == "second_person_needed", first.Outcome);
        var active = (await run.Sandbox.As("otto").ReleasesAsync()).Single(release => release.Active).Release;
        run.Expect("until then the pinned contract serves", active != changed, "the former release is active");

        var second = await run.Sandbox.As("admin").ActivateReleaseAsync(changed);
        run.Say("admin", $"activates it too: {second.Outcome}");
        await run.ApproveAsync("dana", asked.Action!.Approval!.Id);
        var ended = await run.UntilAsync(asked.Action.ActionId, action => action.State is "cancelled" or "succeeded");
        run.Expect("what was approved under the old contract is not executed under the new", ended is { State: "cancelled", Error.Code: "release_changed" } && await run.Sandbox.Payments.EffectsAsync(ended.ActionId) == 0, ended.Error?.Code ?? ended.State);
        await run.Sandbox.As("otto").ActivateReleaseAsync(active);
        await run.Sandbox.As("admin").ActivateReleaseAsync(active);
        run.Say("otto and admin", "put the former release back");
    }
}
