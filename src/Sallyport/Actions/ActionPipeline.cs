using System.Text.Json;
using Sallyport.Authorization;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Execution;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>
/// The spine: the one way from a proposal to an effect, in the order that security needs. Every door calls
/// <see cref="ProposeAsync"/>; nothing else leads to a tool.
/// </summary>
/// <remarks>
/// <code>
///   1 kill switch ─ 2 contract ─ 3 tool scope ─ 4 idempotency ─ 5 phase ─ 6 limits ─ 7 facts ─ 8 policy ─ 9 approval
///                                                                                                          │
///        13 outcome ◀─ 12 send ◀─ 11 intent is durable ◀─ 10 claim: everything again, now  ◀───────────────┘
/// </code>
/// Steps 10 to 13 are <see cref="ActionExecutor"/>, because hours may lie between 9 and 10.
/// </remarks>
public sealed class ActionPipeline(
    IActionStore store, ReleaseRegistry releases, ConnectorSet connectors, EffectGate gate, ReplicaPermit permit, ActionExecutor executor, ActionSignals signals,
    ShadowMode shadows, IdSource ids, TimeProvider time)
{
    private readonly FactReader _facts = new(connectors);
    private readonly CallRecorder _recorder = new(store, time);

    /// <summary>Takes a proposal through the gates and answers with an action, the facts read, or a problem.</summary>
    /// <exception cref="StoreUnavailableException">Nothing could be recorded, so nothing was done.</exception>
    public async Task<ActionOutcome> ProposeAsync(Proposal proposal, CancellationToken cancellation)
    {
        var call = new ProposalContext(proposal, ids.Next("act"), time.GetTimestamp());

        // :: Step 1: kill switch.
        if (KillSwitchGate(call) is { } halted) return await _recorder.RefuseAsync(call, halted, cancellation);

        // :: Step 2: contract and schema.
        if (ContractGate(call) is { } malformed) return await _recorder.RefuseAsync(call, malformed, cancellation);

        // :: Step 3: whose rights the workflow uses, and the tool's scope, before any fact is read.
        if (IdentityGate(call) is { } mismatched) return await _recorder.RefuseAsync(call, mismatched, cancellation);
        if (ToolScopeGate(call) is { } outOfScope) return await _recorder.RefuseAsync(call, outOfScope, cancellation);

        // :: Step 4: idempotency. An earlier action of this key answers.
        if (IdempotencyKeyGate(call) is { } unkeyed) return await _recorder.RefuseAsync(call, unkeyed, cancellation);
        if (await EarlierActionAsync(call, cancellation) is { } earlier) return await ReplayAsync(call, earlier, cancellation);

        // :: Step 5: the workflow's phase is applied to the decision in step 8.
        // :: Step 6: limits.
        if (await LimitsGateAsync(call, cancellation) is { } limited) return await _recorder.RefuseAsync(call, limited, cancellation);

        // :: Step 7: facts, the resource's scope, eligibility, diff.
        if (await FactsGateAsync(call, cancellation) is { } ineligible) return await _recorder.RefuseAsync(call, ineligible, cancellation);
        if (call.ReadOnly) return await _recorder.AnswerReadAsync(call, cancellation);

        // :: Step 8: policy.
        call.Decision = ProposalDecision.Decide(call.Release, call.Contract.Name, call.Input, proposal.Call.Confidence);
        // A candidate in the shadow is asked after the decision and only written down; nothing below looks at it.
        call.Shadow = ShadowNote.Of(shadows.Of(call.Release.Manifest.Name), call);
        if (proposal.Call.DryRun) return await _recorder.AnswerDryRunAsync(call, cancellation);

        // :: Step 9: the action becomes durable; people are asked, or the first attempt is claimed with it.
        var claimedAt = time.GetTimestamp();
        var record = AcceptedAction.Create(call, ids, permit.ReplicaId, time.Now());
        var accepted = await store.AcceptAsync(AcceptedAction.Intent(call, record, time.GetElapsedTime(call.StartedAt)), cancellation);
        if (accepted.Outcome == AcceptOutcome.KeyTaken) return await ReplayAsync(call, accepted.Existing!, cancellation);
        if (CallRecorder.Explain(accepted, call) is { } refused) return await _recorder.RefuseAsync(call, refused, cancellation, charge: false);
        signals.Changed(record);
        if (record.State != ActionState.Dispatching) return ActionViews.Outcome(record, replayed: false);

        // :: Steps 10 to 13: the claim was made with the acceptance; send and settle.
        var settled = await executor.DispatchAsync(record, call.Contract, call.Input, claimedAt);
        return ActionViews.Outcome(settled, replayed: false);
    }

    private Refusal? KillSwitchGate(ProposalContext call)
    {
        var proposer = call.Proposer;
        string[] scopes = ["all", "workflow:" + proposer.Workflow, "tool:" + call.Proposal.Tool, "agent:" + proposer.Id];
        return gate.IsClosed(scopes) ? new Refusal(ErrorCatalogue.Halted, "A halt covers this call.", RetryAfter: TimeSpan.FromMinutes(1)) : null;
    }

    private Refusal? ContractGate(ProposalContext call)
    {
        if (releases.ActiveOf(call.Proposer.Workflow) is not { } release || !release.Tools.TryGetValue(call.Proposal.Tool, out var contract))
            return new Refusal(ErrorCatalogue.UnknownTool, "There is no such tool in your workflow's active release.");
        (call.Release, call.Contract) = (release, contract);
        try
        {
            // What is hashed is what is executed: from here on only the canonical form exists.
            call.ArgumentsText = CanonicalJson.ToText(call.Proposal.Call.Arguments);
            call.Arguments = CanonicalJson.Parse(call.ArgumentsText);
        }
        catch (FormatException fault)
        {
            return new Refusal(ErrorCatalogue.InvalidArguments, fault.Message, [new ProblemError("", fault.Message)]);
        }

        call.ParamHash = call.HashUnder(contract.Hash);
        var result = contract.Input.Validate(call.Arguments);
        return result.IsValid ? null : new Refusal(ErrorCatalogue.InvalidArguments, $"The arguments of \"{contract.Name}\" do not fit its contract.",
            [.. result.Errors.Take(20).Select(error => new ProblemError(error.InstancePath, error.Message))]);
    }

    private static Refusal? IdentityGate(ProposalContext call) =>
        call.Release.Manifest.IdentityFault(call.Proposer) is { } fault ? new Refusal(ErrorCatalogue.IdentityMismatch, fault) : null;

    private static Refusal? ToolScopeGate(ProposalContext call) =>
        ScopeGate.CoversTool(call.Proposer.Scopes, call.Contract.Scope) ? null
            : new Refusal(ErrorCatalogue.InsufficientScope, $"The token does not have the scope {call.Contract.Scope}.");

    private static Refusal? IdempotencyKeyGate(ProposalContext call)
    {
        if (call.ReadOnly || call.Proposal.Call.DryRun) return null;
        return call.Proposal.Call.IdempotencyKey switch
        {
            null => new Refusal(ErrorCatalogue.IdempotencyKeyRequired, $"\"{call.Contract.Name}\" changes state."),
            { Length: >= 16 and <= 255 } key when key.All(c => c is > ' ' and <= '~') => null,
            _ => new Refusal(ErrorCatalogue.InvalidIdempotencyKey, "The key must have 16 to 255 visible ASCII characters without spaces."),
        };
    }

    private Task<ActionRecord?> EarlierActionAsync(ProposalContext call, CancellationToken cancellation) =>
        call.ReadOnly || call.Proposal.Call.DryRun
            ? Task.FromResult<ActionRecord?>(null)
            : store.FindByKeyAsync(call.Proposer.Tenant, call.Proposer.Id, call.Contract.Name, call.Proposal.Call.IdempotencyKey!, cancellation);

    /// <summary>Answers from an earlier action, waiting for one in flight as long as the door allows.</summary>
    private async Task<ActionOutcome> ReplayAsync(ProposalContext call, ActionRecord earlier, CancellationToken cancellation)
    {
        if (call.HashUnder(earlier.ContractHash) != earlier.ParamHash)
            return await _recorder.RefuseAsync(call, new Refusal(ErrorCatalogue.IdempotencyKeyReuse, "The key belongs to another request.", ActionId: earlier.Id), cancellation);
        var settled = await signals.WaitAsync(earlier, static action => action.State != ActionState.Dispatching, call.Proposal.Wait, cancellation);
        await _recorder.RecordReplayAsync(call, settled, cancellation);
        if (settled.State != ActionState.Dispatching) return ActionViews.Outcome(settled, replayed: true);
        var problem = new Refusal(ErrorCatalogue.ActionInFlight, "The first call is being carried out.", RetryAfter: TimeSpan.FromSeconds(1))
            .ToProblem(settled.Id, call.Proposal.TraceId, EffectCertainty.Unknown);
        return new ActionOutcome(problem.Status, problem, Replayed: true);
    }

    private async Task<Refusal?> LimitsGateAsync(ProposalContext call, CancellationToken cancellation)
    {
        var limits = call.Release.Manifest.Limits;
        call.RateKey = $"{call.Proposer.Tenant}/{call.Proposer.Id}/{call.Contract.Name}";
        var rate = await store.AdmitAsync(call.RateKey, limits.RequestsPerMinute, cancellation);
        if (!rate.Admitted)
            return new Refusal(ErrorCatalogue.RateLimited, $"At most {limits.RequestsPerMinute} calls of \"{call.Contract.Name}\" per minute.", RetryAfter: rate.RetryAfter);
        if (call.Proposal.Call.TaskId is not { } taskId) return new Refusal(ErrorCatalogue.TaskRequired, "The call names no task.");
        var task = await store.FindTaskAsync(call.Proposer.Tenant, taskId, cancellation);
        var mine = task is not null && task.Workflow == call.Proposer.Workflow && (call.Proposer.IsPerson || task.AgentId == call.Proposer.Id);
        if (!mine) return new Refusal(ErrorCatalogue.NotFound, "You have no task of this id.");
        call.Task = task;
        if (task!.Closed) return new Refusal(ErrorCatalogue.TaskClosed, "The task takes no more calls.");
        return task.Invocations < limits.InvocationsPerTask ? null
            : new Refusal(ErrorCatalogue.TaskBudgetExceeded, $"The task has used its {limits.InvocationsPerTask} tool calls.");
    }

    private async Task<Refusal?> FactsGateAsync(ProposalContext call, CancellationToken cancellation)
    {
        call.Input = CallInput.Create(call.Arguments, call.Proposer.Id, call.Proposer.Name, call.Proposer.Owner, call.Task!);
        var reading = await _facts.ReadAsync(call.Contract, call.Input, cancellation);
        if (reading.Refusal is not null) return reading.Refusal;
        if (reading.Absent is { } absent) return AbsentRefusal(call, absent, reading.Facts);
        call.Facts = reading.Facts;
        call.Input = call.Input with { Facts = reading.Facts };
        var review = FactReview.Run(call.Release, call.Contract, call.Input, call.Proposer.Scopes);
        call.Diff = review.Diff;
        return review.Refusal;
    }

    /// <summary>To a token that sees only some resources, one that does not exist looks like one out of scope.</summary>
    private static Refusal AbsentRefusal(ProposalContext call, FactSource absent, JsonElement known) =>
        FactReview.CoversResource(call.Contract, call.Input with { Facts = known }, call.Proposer.Scopes)
            ? new Refusal(ErrorCatalogue.InvalidArguments, call.Contract.Errors[absent.AbsentCode], ToolCode: absent.AbsentCode)
            : FactReview.OutOfScope(call.Contract);
}
