using Sallyport.Identity;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;
using Sallyport.Protocol;

namespace Sallyport.Actions;

/// <summary>Answers calls that end without an action, each with one audit entry before the answer.</summary>
internal sealed class CallRecorder(IActionStore store, TimeProvider time)
{
    /// <summary>Refuses. The refusal is recorded under the call's own id, so that a chain can be asked for it.</summary>
    internal async Task<ActionOutcome> RefuseAsync(ProposalContext call, Refusal refusal, CancellationToken cancellation, bool charge = true)
    {
        var fields = new JsonObject { ["code"] = refusal.VisibleCode, ["retriable"] = refusal.Code.Retriable, ["latency_ms"] = Latency(call) };
        var payload = new JsonObject { ["detail"] = refusal.Detail, ["arguments"] = TransitionLeaf.Node(Arguments(call)) };
        var leaf = call.CallLeaf("action.rejected", fields, payload);
        // A retriable refusal asks for the same call again, so repeating it is no loop; the rate limit bounds it.
        var counted = charge && !refusal.Code.Retriable ? call.Charge : null;
        var rateKey = refusal.Code == ErrorCatalogue.RateLimited ? null : call.RateKey;
        await store.RecordAsync(new CallRecord(call.Proposer.Tenant, leaf, counted, rateKey), cancellation);
        var problem = refusal.ToProblem(call.ActionId, call.Proposal.TraceId);
        return new ActionOutcome(problem.Status, problem);
    }

    /// <summary>Answers a read with the facts that its contract shows, if the task's counters have room.</summary>
    internal async Task<ActionOutcome> AnswerReadAsync(ProposalContext call, CancellationToken cancellation)
    {
        if (!call.Contract.Result!.TryRender(call.Input with { Facts = call.RedactedFacts }, out var result, out var error))
            return await RefuseAsync(call, new Refusal(ErrorCatalogue.FactsInvalid, $"The result of \"{call.Contract.Name}\" cannot be made: {error}"), cancellation);
        var leaf = call.CallLeaf("read.served", new JsonObject { ["latency_ms"] = Latency(call) }, new JsonObject
        {
            ["arguments"] = TransitionLeaf.Node(Arguments(call)), ["result"] = TransitionLeaf.Node(result),
        });
        var outcome = await store.RecordAsync(new CallRecord(call.Proposer.Tenant, leaf, call.Charge, call.RateKey), cancellation);
        if (Explain(new AcceptResult(outcome), call) is { } refusal) return await RefuseAsync(call, refusal, cancellation, charge: false);
        return new ActionOutcome(200, new ReadView(call.ActionId, call.Contract.Name, call.Task!.Id, result));
    }

    /// <summary>Answers a dry run: the diff and the decision that the real call would get now.</summary>
    internal async Task<ActionOutcome> AnswerDryRunAsync(ProposalContext call, CancellationToken cancellation)
    {
        var decision = call.Decision;
        var payload = new JsonObject
        {
            ["arguments"] = TransitionLeaf.Node(Arguments(call)), ["facts"] = TransitionLeaf.Node(call.RedactedFacts),
            ["diff"] = TransitionLeaf.Node(call.Diff), ["rules"] = ProposalContext.TraceOf(decision),
        };
        if (call.Shadow is { } shadow) payload["shadow"] = shadow.ToJson();
        var leaf = call.CallLeaf("action.dry_run", new JsonObject { ["decision"] = WireName.Of(decision.Outcome), ["rule"] = decision.Rule, ["latency_ms"] = Latency(call) }, payload);
        var outcome = await store.RecordAsync(new CallRecord(call.Proposer.Tenant, leaf, call.Charge, call.RateKey), cancellation);
        if (Explain(new AcceptResult(outcome), call) is { } refusal) return await RefuseAsync(call, refusal, cancellation, charge: false);
        var now = time.Now();
        var wait = decision.Outcome == PolicyOutcome.Approve
            ? new ApprovalWait("dry_run", PolicyEngine.ApprovalsNeeded(decision), [.. decision.Requirements.SelectMany(r => r.AnyOf).Distinct()], now + call.Release.Manifest.ApprovalExpiry)
            : null;
        return new ActionOutcome(200, new ActionView(call.ActionId, "dry_run", call.Contract.Name, call.Task!.Id, WireName.Of(decision.Outcome), decision.Rule,
            DryRun: true, call.Diff, wait, null, null, call.Proposal.Compensates, now, now));
    }

    /// <summary>Records that an earlier action answered again.</summary>
    internal Task RecordReplayAsync(ProposalContext call, ActionRecord earlier, CancellationToken cancellation)
    {
        var leaf = call.CallLeaf("action.replayed", new JsonObject { ["state"] = WireName.Of(earlier.State), ["latency_ms"] = Latency(call) }, []) with { ActionId = earlier.Id, TaskId = earlier.TaskId, Payload = null };
        return store.RecordAsync(new CallRecord(call.Proposer.Tenant, leaf, null, call.RateKey), cancellation);
    }

    /// <summary>The refusal behind an outcome of the store; null when it went through.</summary>
    internal static Refusal? Explain(AcceptResult result, ProposalContext call) => result.Outcome switch
    {
        AcceptOutcome.Accepted or AcceptOutcome.KeyTaken => null,
        AcceptOutcome.Halted => new Refusal(ErrorCatalogue.Halted, "A halt covers this call.", RetryAfter: TimeSpan.FromMinutes(1)),
        AcceptOutcome.AgentRevoked => new Refusal(ErrorCatalogue.CredentialRevoked, "The agent's credentials were revoked while the call was being decided."),
        AcceptOutcome.TaskClosed => new Refusal(ErrorCatalogue.TaskClosed, "The task takes no more calls."),
        AcceptOutcome.TaskExhausted => new Refusal(ErrorCatalogue.TaskBudgetExceeded, $"The task has used its {call.Release.Manifest.Limits.InvocationsPerTask} tool calls."),
        AcceptOutcome.LoopDetected => new Refusal(ErrorCatalogue.LoopDetected, $"This call was made {call.Release.Manifest.Limits.IdenticalCallsPerTask} times in the task already."),
        AcceptOutcome.TaskBudgetExceeded => new Refusal(ErrorCatalogue.TaskBudgetExceeded, "The amount does not fit into what is left of the task's budget."),
        AcceptOutcome.DayBudgetExceeded => new Refusal(ErrorCatalogue.BudgetExceeded, "The amount does not fit into what is left of the agent's budget for the day."),
        AcceptOutcome.DeniedBefore => new Refusal(ErrorCatalogue.DeniedByPerson, "The same proposal was denied in this task.", ActionId: result.Existing?.Id),
        AcceptOutcome.AlreadyCompensated => new Refusal(ErrorCatalogue.NotCompensable, "A rollback of this action is under way or done.", ActionId: result.Existing?.Id),
    };

    private double Latency(ProposalContext call) => Math.Round(time.GetElapsedTime(call.StartedAt).TotalMilliseconds, 3);

    private static JsonElement? Arguments(ProposalContext call) => call.Contract is null || call.Arguments.ValueKind == JsonValueKind.Undefined ? null : call.RedactedArguments;
}
