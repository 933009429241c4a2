using System.Text.Json;
using Sallyport.Cli.Demo;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Drills;

/// <summary>A bad tool call, a runaway loop and a permission failure.</summary>
internal static class BasicDrills
{
    internal static IReadOnlyList<Drill> Drills { get; } =
    [
        new("bad-call", "The agent calls tools wrongly: invented tools and arguments, wrong orders, currencies and amounts", null, BadCallAsync),
        new("loop", "The agent repeats itself: the same call, then ever new ones", "A first live roll-out looped with nobody able to stop it (fullsend#420); a loop of $47,000 is cited in trinity#1155", LoopAsync),
        new("permission", "The system of record refuses, and the agent looks for another way in", null, PermissionAsync),
    ];

    private static async Task BadCallAsync(DrillRun run)
    {
        var before = (await run.Sandbox.Payments.LedgerAsync()).Count;
        var invented = JsonSerializer.SerializeToElement(new { order_id = "ord_000001", amount_minor = 700, currency = "EUR", reason = "late", approved_by = "dana" });
        (string Says, string Tool, JsonElement Arguments, string Code)[] calls =
        [
            ("calls a tool that does not exist", "delete_customer", JsonSerializer.SerializeToElement(new { customer_id = "cus_000001" }), "unknown_tool"),
            ("invents an argument", "issue_refund", invented, "invalid_arguments"),
            ("writes the amount as text", "issue_refund", JsonSerializer.SerializeToElement(new { order_id = "ord_000001", amount_minor = "700", currency = "EUR", reason = "late" }), "invalid_arguments"),
            ("names an order that does not exist", "issue_refund", Sandbox.Refund("ord_999999", 700, "EUR"), "order_not_found"),
            ("uses the wrong currency", "issue_refund", Sandbox.Refund("ord_000001", 700, "USD"), "currency_mismatch"),
            ("asks for more than the order holds", "issue_refund", Sandbox.Refund("ord_000009", 99_999_999, "USD"), "exceeds_refundable"),
        ];
        foreach (var (says, tool, arguments, code) in calls)
        {
            var reply = await run.ProposeAsync(run.Agent, tool, run.Call(arguments), says);
            run.Expect($"contract: {says}", reply.Problem?.Code == code && reply.Problem is { Retriable: false, WhatToDo.Length: > 0 }, DrillRun.Outcome(reply));
        }

        await NothingPaidAsync(run, before);
    }

    private static async Task LoopAsync(DrillRun run)
    {
        run.Say("agent", "asks for the same 3.00 EUR again and again, each time with a new key");
        var outcomes = new List<string>();
        for (var i = 0; i < 12; i++) outcomes.Add(DrillRun.Outcome(await run.Agent.ProposeAsync("issue_refund", run.Call(Sandbox.Refund("ord_000001", 300, "EUR")))));
        run.Say("sallyport", string.Join(", ", outcomes.GroupBy(outcome => outcome).Select(group => $"{group.Count()} x {group.Key}")));
        run.Expect("repeats: equal calls of one task", outcomes.Count(outcome => outcome == "succeeded") <= 5 && outcomes[^1] == "loop_detected", $"{outcomes.Count(o => o == "succeeded")} paid, then {outcomes[^1]}");

        var task = await Sandbox.OpenTaskAsync(run.Agent);
        run.Say("agent", "opens another task and makes ever new calls");
        outcomes.Clear();
        for (var i = 0; i < 60; i++)
            outcomes.Add(DrillRun.Outcome(await run.Agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000001", 1 + i, "EUR"), task, DryRun: true))));
        run.Say("sallyport", string.Join(", ", outcomes.GroupBy(outcome => outcome).Select(group => $"{group.Count()} x {group.Key}")));
        run.Expect("budget: calls of one task", outcomes.Count(outcome => outcome == "task_budget_exceeded") >= 20 && outcomes[^1] == "task_budget_exceeded", $"{outcomes.Count(o => o != "task_budget_exceeded")} calls, then task_budget_exceeded");
    }

    private static async Task PermissionAsync(DrillRun run)
    {
        await run.Sandbox.Payments.FaultAsync("refuse", 1);
        run.Say("payments", "will refuse the next refund with 403");
        var refused = await run.RefundAsync("ord_000001", 500, "EUR");
        var chain = await run.Sandbox.As("otto").ChainAsync(refused.Problem?.ActionId ?? refused.Action!.ActionId);
        run.Expect("a 403 is final and tried once", refused.Problem is { Code: "effect_refused", Retriable: false } && chain.Steps.Count(step => step.Kind == "effect.intent") == 1,
            $"{DrillRun.Outcome(refused)}, {chain.Steps.Count(step => step.Kind == "effect.intent")} attempt");

        var (eu, _) = await run.AddAgentAsync("eu", "order:read", "refund:issue:region=eu");
        var task = await Sandbox.OpenTaskAsync(eu);
        var foreign = await run.ProposeAsync(eu, "issue_refund", new ActionCall(Sandbox.Refund("ord_000002", 500, "USD"), task, IdempotencyKey: Sandbox.Key()), "an agent of the EU asks for a US order");
        run.Expect("scope: no fallback to a wider right", foreign.Problem is { Code: "insufficient_scope", Retriable: false }, DrillRun.Outcome(foreign));

        run.Say("agent", "takes its own token to the payments system");
        var status = await run.Sandbox.Payments.StatusAsync("/orders/ord_000001", await run.Agent.TokenAsync());
        run.Say("payments", $"answers {status}");
        run.Expect("the agent's credential opens nothing outside", status == 401, $"status {status}");
    }

    /// <summary>The payments system itself says that no money moved.</summary>
    internal static async Task NothingPaidAsync(DrillRun run, int before)
    {
        var after = (await run.Sandbox.Payments.LedgerAsync()).Count;
        run.Say("payments", $"ledger: {after - before} new entries");
        run.Expect("no money moved", after == before, $"{after - before} new ledger entries");
    }
}
