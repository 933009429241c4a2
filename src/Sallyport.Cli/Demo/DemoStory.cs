using System.Text.Json;
using Sallyport.Cli.Verbs;
using Sallyport.Client;
using Sallyport.Contracts.Wire;
using Sallyport.Verifier;

namespace Sallyport.Cli.Demo;

/// <summary>A control of the story: what was tried, whether it held, and where the evidence is.</summary>
/// <param name="Id">Stable name.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Held">Whether the control held, judged from what the payments service recorded and not from what we say.</param>
/// <param name="Evidence">Id to ask the chain for, or a file.</param>
/// <param name="Detail">What was seen.</param>
internal sealed record Control(string Id, string Title, bool Held, string Evidence, string Detail);

/// <summary>Plays the whole story once, each control against the real server and the real payments ledger.</summary>
internal sealed class DemoStory(Sandbox sandbox, string data, Action<Control> report)
{
    private readonly List<Control> _controls = [];
    private AgentClient _agent = null!;
    private string _agentId = "";
    private AgentClient _euAgent = null!;
    private string _task = "";

    internal async Task<IReadOnlyList<Control>> PlayAsync()
    {
        (_agent, _agentId) = await sandbox.AddAgentAsync("refund-bot", "order:read", "customer:read", "refund:issue", "refund:void");
        (_euAgent, _) = await sandbox.AddAgentAsync("refund-bot-eu", "order:read", "refund:issue:region=eu");
        _task = await Sandbox.OpenTaskAsync(_agent);
        string? small = null;
        ActionView? large = null;
        await StepAsync("small-refund-auto", async () => small = await SmallRefundAsync());
        await StepAsync("large-refund-waits", async () => large = await LargeRefundAsync());
        await StepAsync("agent-cannot-approve", () => AgentCannotApproveAsync(Needed(large)));
        await StepAsync("two-people-approve", () => PeopleApproveAsync(Needed(large)));
        await StepAsync("replay-changes-nothing", ReplayAsync);
        await StepAsync("out-of-scope-refused", OutOfScopeAsync);
        await StepAsync("over-limit-refused", OverLimitAsync);
        await StepAsync("dry-run-shows-diff", DryRunAsync);
        await StepAsync("denial-is-final", DenialIsFinalAsync);
        await StepAsync("moved-fact-voids-approval", MovedFactAsync);
        await StepAsync("rollback", () => RollbackAsync(Needed(small)));
        await StepAsync("kill-switch", KillSwitchAsync);
        await StepAsync("policy-is-proved", async () => await RecordAsync(await new PolicyStory(sandbox).PlayAsync()));
        await StepAsync("chain-answers", () => ChainAsync(Needed(large)));
        await StepAsync("audit-verifies-offline", AuditAsync);
        return _controls;
    }

    /// <summary>Leaves something in the inbox for whoever opens the console after the story.</summary>
    internal async Task LeaveOneWaitingAsync()
    {
        (_agent, _agentId) = await sandbox.AddAgentAsync("refund-bot-2", "order:read", "customer:read", "refund:issue", "refund:void");
        _task = await Sandbox.OpenTaskAsync(_agent);
        await ProposeAsync("ord_000012", 30_000, "USD");
        await ProposeAsync("ord_000011", 1_500, "USD");
    }

    /// <summary>A step that breaks off is a control that did not hold, and the story goes on: a broken bundle shows everything that it breaks.</summary>
    private async Task StepAsync(string id, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception fault) when (fault is SallyportProblemException or InvalidOperationException or HttpRequestException)
        {
            await RecordAsync(id, "The story broke off at this control", false, "none", fault is SallyportProblemException refused ? $"{refused.Problem.Code}: {refused.Problem.Detail}" : fault.Message);
        }
    }

    private static T Needed<T>(T? earlier) where T : class => earlier ?? throw new InvalidOperationException("An earlier step that this one rests on broke off.");

    private static string ApprovalOf(ActionView action) => action.Approval?.Id ?? throw new InvalidOperationException($"The action {action.ActionId} is {action.State} and asks nobody.");

    private async Task<string> SmallRefundAsync()
    {
        var action = await ProposeAsync("ord_000001", 1_200, "EUR");
        await RecordAsync("small-refund-auto", "A small refund passes by policy, once", action.State == "succeeded" && action.Decision == "auto" && await sandbox.Payments.EffectsAsync(action.ActionId) == 1,
            action.ActionId, $"{action.State} by rule {action.Rule}; the payments ledger has {await sandbox.Payments.EffectsAsync(action.ActionId)} entry");
        return action.ActionId;
    }

    private async Task<ActionView> LargeRefundAsync()
    {
        var action = await ProposeAsync("ord_000004", 120_000, "EUR");
        await RecordAsync("large-refund-waits", "A large refund waits for two people of finance", action.State == "pending" && action.Approval?.Count == 2 && await sandbox.Payments.EffectsAsync(action.ActionId) == 0,
            action.ActionId, $"{action.State}, needs {action.Approval?.Count} of {string.Join(", ", action.Approval?.AnyOf ?? [])}; no ledger entry");
        return action;
    }

    private async Task AgentCannotApproveAsync(ActionView large)
    {
        var approval = await sandbox.As("frank").ApprovalAsync(ApprovalOf(large));
        var code = await RefusalAsync(async () => await new PeopleClient(sandbox.Http, await _agent.TokenAsync()).DecideAsync(approval.Id, new DecisionCall("approve", approval.Digest)));
        var outsider = await RefusalAsync(() => sandbox.As("dana").DecideAsync(approval.Id, new DecisionCall("approve", approval.Digest)));
        await RecordAsync("agent-cannot-approve", "Neither the agent nor a person of another group can approve", code == "people_only" && outsider == "not_eligible_to_approve",
            _agentId, $"agent: {code}; person of another group: {outsider}");
    }

    private async Task PeopleApproveAsync(ActionView large)
    {
        var approval = await sandbox.As("frank").ApprovalAsync(ApprovalOf(large));
        await sandbox.As("frank").DecideAsync(approval.Id, new DecisionCall("approve", approval.Digest, "checked the claim"));
        var twice = await RefusalAsync(() => sandbox.As("frank").DecideAsync(approval.Id, new DecisionCall("approve", approval.Digest)));
        var between = await sandbox.Payments.EffectsAsync(large.ActionId);
        await sandbox.As("grace").DecideAsync(approval.Id, new DecisionCall("approve", approval.Digest, "agreed"));
        var done = await _agent.GetActionAsync(large.ActionId, 30);
        await RecordAsync("two-people-approve", "Two different people approve; then it is executed once", twice == "already_decided" && between == 0 && done.State == "succeeded" && await sandbox.Payments.EffectsAsync(large.ActionId) == 1,
            large.ActionId, $"same person twice: {twice}; after both: {done.State}, one ledger entry");
    }

    private async Task ReplayAsync()
    {
        var call = new ActionCall(Sandbox.Refund("ord_000002", 900, "USD"), _task, IdempotencyKey: Sandbox.Key());
        var first = await _agent.ProposeAsync("issue_refund", call);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _agent.ProposeAsync("issue_refund", call)));
        var same = replies.All(reply => JsonSerializer.Serialize(reply, WireJson.Options) == JsonSerializer.Serialize(first, WireJson.Options));
        var other = await _agent.ProposeAsync("issue_refund", call with { Arguments = Sandbox.Refund("ord_000002", 901, "USD") });
        var effects = await sandbox.Payments.EffectsAsync(Needed(first.Action).ActionId);
        await RecordAsync("replay-changes-nothing", "Twenty replays give the same answer and no second refund", same && effects == 1 && other.Problem?.Code == "idempotency_key_reuse",
            Needed(first.Action).ActionId, $"identical answers: {same}; ledger entries: {effects}; other amount under the same key: {other.Problem?.Code}");
    }

    private async Task OutOfScopeAsync()
    {
        var task = await Sandbox.OpenTaskAsync(_euAgent);
        var foreign = await _euAgent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000002", 500, "USD"), task, IdempotencyKey: Sandbox.Key()));
        var absent = await _euAgent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_999999", 500, "USD"), task, IdempotencyKey: Sandbox.Key()));
        var alike = foreign.Problem?.Code == absent.Problem?.Code && foreign.Problem?.Detail == absent.Problem?.Detail;
        await RecordAsync("out-of-scope-refused", "An agent for the EU cannot touch a US order, nor learn whether one exists", foreign.Problem?.Code == "insufficient_scope" && alike,
            foreign.Problem?.ActionId ?? "none", $"US order: {foreign.Problem?.Code}; order that does not exist: {absent.Problem?.Code}");
    }

    private async Task OverLimitAsync()
    {
        var task = await Sandbox.OpenTaskAsync(_agent);
        var fits = await _agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000005", 890_000, "USD"), task, IdempotencyKey: Sandbox.Key()));
        var over = await _agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000012", 48_000, "USD"), task, IdempotencyKey: Sandbox.Key()));
        var beyond = await _agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000012", 48_000, "USD"), task, IdempotencyKey: Sandbox.Key()));
        var wrong = await _agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000009", 7_501, "USD"), _task, IdempotencyKey: Sandbox.Key()));
        var third = await _agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000012", 47_000, "USD"), task, IdempotencyKey: Sandbox.Key()));
        var limited = new[] { over, beyond, third }.Any(reply => reply.Problem?.Code == "task_budget_exceeded");
        if (fits.Action is { } pending) await _agent.CancelAsync(pending.ActionId);
        await RecordAsync("over-limit-refused", "More than the task's budget, or than the order holds, is refused", limited && wrong.Problem?.Code == "exceeds_refundable",
            wrong.Problem?.ActionId ?? "none", $"task budget: {(limited ? "task_budget_exceeded" : "passed")}; above the refundable amount: {wrong.Problem?.Code}");
    }

    private async Task DryRunAsync()
    {
        var before = (await sandbox.Payments.LedgerAsync()).Count;
        var reply = await _agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000003", 20_000, "EUR"), _task, DryRun: true));
        var after = (await sandbox.Payments.LedgerAsync()).Count;
        await RecordAsync("dry-run-shows-diff", "A dry run shows the diff and the decision, and changes nothing", reply.Action is { DryRun: true, Diff: not null, Decision: "approve" } && before == after,
            reply.Action?.ActionId ?? "none", $"decision {reply.Action?.Decision}; diff {reply.Action?.Diff}; ledger unchanged: {before == after}");
    }

    private async Task DenialIsFinalAsync()
    {
        var action = await ProposeAsync("ord_000003", 21_000, "EUR");
        var approval = await sandbox.As("dana").ApprovalAsync(ApprovalOf(action));
        await sandbox.As("dana").DecideAsync(approval.Id, new DecisionCall("deny", approval.Digest, "the customer withdrew"));
        var again = await _agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000003", 21_000, "EUR"), _task, IdempotencyKey: Sandbox.Key()));
        var late = await RefusalAsync(() => sandbox.As("erin").DecideAsync(approval.Id, new DecisionCall("approve", approval.Digest)));
        await RecordAsync("denial-is-final", "A denial ends the action; the same proposal is refused without asking again", again.Problem?.Code == "denied_by_person" && late == "already_decided" && await sandbox.Payments.EffectsAsync(action.ActionId) == 0,
            action.ActionId, $"proposed again: {again.Problem?.Code}; approved after the denial: {late}");
    }

    private async Task MovedFactAsync()
    {
        var first = await ProposeAsync("ord_000003", 10_000, "EUR");
        var second = await ProposeAsync("ord_000003", 11_000, "EUR");
        await ApproveAsync("dana", ApprovalOf(second));
        await _agent.GetActionAsync(second.ActionId, 30);
        await ApproveAsync("dana", ApprovalOf(first));
        var voided = await WaitForAsync(first.ActionId, action => action.State == "pending" && action.Approval?.Id != ApprovalOf(first));
        await RecordAsync("moved-fact-voids-approval", "An approval no longer fits once a fact it rests on has moved; people are asked again", voided.State == "pending" && await sandbox.Payments.EffectsAsync(first.ActionId) == 0,
            first.ActionId, $"after approval on old facts: {voided.State} with a new round");
        await _agent.CancelAsync(first.ActionId);
    }

    private async Task RollbackAsync(string actionId)
    {
        var undo = await sandbox.As("otto").CompensateAsync(actionId);
        if (undo.Approval is { } wait) await ApproveAsync("dana", wait.Id);
        var done = await sandbox.As("otto").ActionAsync(undo.ActionId, 30);
        var again = await sandbox.As("otto").CompensateAsync(actionId);
        var voids = (await sandbox.Payments.LedgerAsync()).Count(entry => entry.GetProperty("kind").GetString() == "void" && entry.GetProperty("idempotency_key").GetString() == undo.ActionId);
        await RecordAsync("rollback", "A refund is rolled back by a governed compensation, once", done.State == "succeeded" && voids == 1 && again.ActionId == undo.ActionId,
            undo.ActionId, $"{undo.Tool}: {done.State}; voids in the ledger: {voids}; asking again shows the same one: {again.ActionId == undo.ActionId}");
    }

    private async Task KillSwitchAsync()
    {
        var task = await Sandbox.OpenTaskAsync(_agent);
        var sent = 0;
        var refused = new List<string>();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var batch = Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
            {
                try
                {
                    var reply = await _agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000013", 10 + i, "USD"), task, IdempotencyKey: Sandbox.Key()));
                    if (reply.Action is { State: "succeeded" } && ++sent == 5) enough.TrySetResult();
                    if (reply.Problem is { } problem) refused.Add(problem.Code);
                }
                catch (HttpRequestException)
                {
                    refused.Add("no_token");
                }
            }

            enough.TrySetResult();
        });
        await enough.Task;
        var receipt = await sandbox.As("otto").HaltAsync(new HaltCall("agent:" + _agentId, "demo: stop it mid-batch"));
        var atReturn = (await sandbox.Payments.LedgerAsync()).Count;
        await batch;
        var afterBatch = (await sandbox.Payments.LedgerAsync()).Count;
        var held = sent is >= 5 and < 30 && refused.Count > 0 && afterBatch <= atReturn + receipt.Unresolved.Count;
        await RecordAsync("kill-switch", "The kill switch stops a running agent mid-batch and voids its credentials", held, receipt.HaltId,
            $"{sent} of 30 refunds before the halt; ledger at return {atReturn}, after the batch {afterBatch}; refused since: {string.Join(", ", refused.Distinct())}; drained in {receipt.DrainMs:0.#} ms");
        await sandbox.As("otto").ResumeAsync(receipt.HaltId);
    }

    private async Task ChainAsync(ActionView large)
    {
        var chain = await sandbox.As("otto").ChainAsync(large.ActionId);
        var kinds = chain.Steps.Select(step => step.Kind).ToList();
        var approvers = chain.Steps.Where(step => step.Kind == "decision.approve").Select(step => step.Payload?.GetProperty("username").GetString()).Order(StringComparer.Ordinal).ToList();
        var byOrder = await sandbox.As("otto").ChainAsync("ord_000004");
        var held = kinds.Contains("action.accepted") && kinds.Contains("effect.intent") && kinds.Contains("effect.succeeded") && approvers.SequenceEqual(["frank", "grace"]) && byOrder.Actions.Contains(large.ActionId);
        await RecordAsync("chain-answers", "One query answers who proposed, who approved, what changed and when", held, large.ActionId, $"approved by {string.Join(" and ", approvers)}; {chain.Steps.Count} entries; found by order id too");
    }

    private async Task AuditAsync()
    {
        var folder = Path.Combine(data, "export");
        await AuditExport.WriteAsync(sandbox.As("otto"), folder, CancellationToken.None);
        var verified = ExportVerifier.Verify(folder);
        var forged = Path.Combine(data, "export-forged");
        Directory.CreateDirectory(forged);
        foreach (var file in Directory.GetFiles(folder)) File.Copy(file, Path.Combine(forged, Path.GetFileName(file)), overwrite: true);
        var lines = await File.ReadAllLinesAsync(Path.Combine(forged, "entries.ndjson"));
        await File.WriteAllLinesAsync(Path.Combine(forged, "entries.ndjson"), lines.Where((_, index) => index != lines.Length / 2));
        var caught = !ExportVerifier.Verify(forged).Verified;
        await RecordAsync("audit-verifies-offline", "The audit log verifies offline; a copy with one entry removed does not", verified.Verified && caught, folder, verified.Verified ? $"{verified.Size} entries, {verified.Effects} effects; forgery caught: {caught}" : verified.ToText());
    }

    private async Task<ActionView> ProposeAsync(string order, long amount, string currency)
    {
        var reply = await _agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund(order, amount, currency), _task, IdempotencyKey: Sandbox.Key(), Reason: "The customer sent a photo of the damage."));
        return reply.Action ?? throw new InvalidOperationException($"A refund of the story was refused: {reply.Problem!.Code} ({reply.Problem.Detail}).");
    }

    private async Task ApproveAsync(string user, string approvalId)
    {
        var approval = await sandbox.As(user).ApprovalAsync(approvalId);
        await sandbox.As(user).DecideAsync(approvalId, new DecisionCall("approve", approval.Digest));
    }

    private async Task<ActionView> WaitForAsync(string actionId, Func<ActionView, bool> until)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var action = await _agent.GetActionAsync(actionId);
        for (var i = 0; i < 200 && !until(action); i++)
        {
            await timer.WaitForNextTickAsync();
            action = await _agent.GetActionAsync(actionId);
        }

        return action;
    }

    /// <summary>The code of the refusal, or <c>allowed</c>.</summary>
    internal static async Task<string> RefusalAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
            return "allowed";
        }
        catch (SallyportProblemException refused)
        {
            return refused.Problem.Code;
        }
    }

    private Task RecordAsync(string id, string title, bool held, string evidence, string detail) => RecordAsync(new Control(id, title, held, evidence, detail));

    private Task RecordAsync(Control control)
    {
        _controls.Add(control);
        report(control);
        return Task.CompletedTask;
    }
}
