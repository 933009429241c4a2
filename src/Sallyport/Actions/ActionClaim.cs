using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Approvals;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Execution;
using Sallyport.Identity;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>What a claim gave: with an input it is claimed and must be dispatched; without, the action stays or ends as it is.</summary>
/// <param name="Action">The action now.</param>
/// <param name="Contract">Its contract.</param>
/// <param name="Input">Arguments and fresh facts.</param>
/// <param name="ClaimedAt">Monotonic timestamp from before the claim.</param>
public sealed record ClaimResult(ActionRecord Action, ToolContract? Contract = null, ExpressionInput? Input = null, long ClaimedAt = 0);

/// <summary>
/// Step 10: hours may lie between approval and execution, so a claim checks everything again on facts read now. An approval fits only the
/// arguments, contract, policy and facts that it was given for.
/// </summary>
public sealed class ActionClaim(IActionStore store, ReleaseRegistry releases, ConnectorSet connectors, ReplicaPermit permit, IdSource ids, TimeProvider time)
{
    private readonly FactReader _facts = new(connectors);

    /// <summary>Tries to claim an approved action for one attempt.</summary>
    public async Task<ClaimResult> TryAsync(ActionRecord action, CancellationToken cancellation)
    {
        var now = time.Now();
        if (action.State != ActionState.Approved || action.NotBefore > now) return new ClaimResult(action);
        if (action.ExpiresAt <= now)
            return action.HasLeft
                ? await StopAsync(action, ErrorCatalogue.ApprovalExpired.Code, "It was not executed in time.", cancellation)
                : await EndAsync(action, ActionTransition.Expire, ActionState.Expired, "action.expired", ErrorCatalogue.ApprovalExpired.Code, "It was not executed in time.", cancellation);

        // The release that was decided under must still say the same.
        if (releases.ActiveOf(action.Workflow) is not { } release || !release.Tools.TryGetValue(action.Tool, out var contract)
            || contract.Hash != action.ContractHash || release.Policies[action.Tool].Hash != action.PolicyHash)
            return await StopAsync(action, ErrorCatalogue.ReleaseChanged.Code, "Contract or policy changed after the action was accepted.", cancellation);
        // A workflow that was put back to drafts executes nothing, whatever was approved before.
        if (release.Manifest.Phase == RolloutPhase.Drafts)
            return await StopAsync(action, ErrorCatalogue.ReleaseChanged.Code, "The workflow only drafts now.", cancellation);

        var task = await store.FindTaskAsync(action.Tenant, action.TaskId, cancellation)
            ?? throw new StoreUnavailableException($"The task of action {action.Id} is missing from the store.");
        var input = CallInput.Create(CanonicalJson.Parse(action.Arguments), action.ProposerId, action.ProposerName, action.Owner, task);
        var reading = await _facts.ReadAsync(contract, input, cancellation);
        // A system of record that cannot be read now may answer later; until then nothing is sent. Time ends the wait.
        if (reading.Refusal is not null) return new ClaimResult(action);
        if (reading.Absent is { } absent) return await StopAsync(action, absent.AbsentCode, contract.Errors[absent.AbsentCode], cancellation);

        input = input with { Facts = reading.Facts };
        var review = FactReview.Run(release, contract, input, action.Scopes);
        if (review.Refusal is { } refusal) return await StopAsync(action, refusal.VisibleCode, refusal.Detail, cancellation);
        var decision = ProposalDecision.Decide(release, action.Tool, input, confidence: null);
        if (decision.Outcome is PolicyOutcome.Deny or PolicyOutcome.Escalate) return await RefuseAsync(action, decision, cancellation);

        var fresh = Rebind(action, release.Bindings[action.Tool], reading.Facts, review.Diff);
        if (await MustAskAgainAsync(action, fresh, decision, cancellation) is { } why)
            // People cannot be asked about an effect that may have happened already: their "no" would be recorded as "it did not happen".
            return action.InDoubt ? await StopAsync(action, ErrorCatalogue.EffectUnknown.Code, why, cancellation) : await VoidAsync(action, fresh, decision, why, release.Manifest, now, cancellation);
        return await ClaimAsync(action, fresh, release, contract, input, decision, now, cancellation);
    }

    private async Task<ClaimResult> ClaimAsync(
        ActionRecord action, ActionRecord fresh, Release release, ToolContract contract, ExpressionInput input, PolicyDecision decision, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var approvals = await ApproversAsync(action, cancellation);
        if (ProposalDecision.BrokenGuarantee(release.Manifest.Guarantee, action.Tool, input, approvals.Count, decision) is { } broken)
            return await StopAsync(action, ErrorCatalogue.DeniedByPolicy.Code, $"The workflow's guarantee does not hold ({broken}).", cancellation);

        var claimedAt = time.GetTimestamp();
        var after = AcceptedAction.Claimed(fresh, contract, permit.ReplicaId, time.Now()) with { Version = action.Version + 1 };
        var leaf = TransitionLeaf.Make("effect.intent", "system", action.State, after, new JsonObject
        {
            ["approvers"] = new JsonArray([.. approvals.Select(id => JsonValue.Create("person:" + id))]),
            ["statement"] = action.StatementDigest,
        });
        var reservations = AcceptedAction.Reservations(release.Manifest, contract, input, after, now);
        var outcome = await store.MoveAsync(new TransitionIntent(ActionTransition.Claim, action, after, leaf, BudgetStep.Move, Reservations: reservations), cancellation);
        return outcome switch
        {
            TransitionOutcome.Done => new ClaimResult(after, contract, input, claimedAt),
            TransitionOutcome.AgentRevoked => await StopAsync(action, ErrorCatalogue.CredentialRevoked.Code, "The agent's credentials were revoked.", cancellation),
            TransitionOutcome.BudgetExceeded => await StopAsync(action, ErrorCatalogue.BudgetExceeded.Code, "Today's budget has no room for it.", cancellation),
            TransitionOutcome.Halted => new ClaimResult(action),
            TransitionOutcome.Stale or TransitionOutcome.AlreadyAnswered => new ClaimResult(await store.FindAsync(action.Tenant, action.Id, cancellation) ?? action),
        };
    }

    /// <summary>Why people must be asked (again), or null when what they approved is exactly what would be executed.</summary>
    private async Task<string?> MustAskAgainAsync(ActionRecord action, ActionRecord fresh, PolicyDecision decision, CancellationToken cancellation)
    {
        var moved = fresh.FactsHash != action.FactsHash || fresh.Diff != action.Diff;
        if (action.Decision == PolicyOutcome.Auto) return decision.Outcome == PolicyOutcome.Approve ? "Fresh facts need a person's approval." : null;
        if (moved) return "A fact that the approval rests on has changed.";
        var decisions = await store.DecisionsAsync(action.Tenant, action.Id, cancellation);
        return ApprovalQuorum.IsMet(action, decisions) ? null : "The approvals on record do not meet the requirement.";
    }

    private async Task<IReadOnlyList<string>> ApproversAsync(ActionRecord action, CancellationToken cancellation) =>
        [.. (await store.DecisionsAsync(action.Tenant, action.Id, cancellation))
            .Where(decision => decision.Approve && decision.Round == action.Round && decision.Digest == action.StatementDigest)
            .Select(decision => decision.UserId).Distinct(StringComparer.Ordinal)];

    private static ActionRecord Rebind(ActionRecord action, FactBinding binding, JsonElement facts, JsonElement? diff) => action with
    {
        Facts = CanonicalJson.ToText(binding.Bind(facts)),
        FactsHash = binding.Digest(facts),
        Diff = diff is { } value ? CanonicalJson.ToText(value) : null,
    };

    /// <summary>T1v: the approval no longer fits; a new round opens with what is true now.</summary>
    private async Task<ClaimResult> VoidAsync(
        ActionRecord action, ActionRecord fresh, PolicyDecision decision, string why, WorkflowManifest manifest, DateTimeOffset now, CancellationToken cancellation)
    {
        var requirements = decision.Outcome == PolicyOutcome.Approve ? decision.Requirements : action.Requirements;
        var after = fresh with
        {
            State = ActionState.Pending, Version = action.Version + 1, Round = action.Round + 1, ApprovalId = ids.Next("apr"), AskedAt = now, Requirements = requirements,
            Decision = PolicyOutcome.Approve, Rule = decision.Outcome == PolicyOutcome.Approve ? decision.Rule : action.Rule, ExpiresAt = now + manifest.ApprovalExpiry, UpdatedAt = now,
        };
        var leaf = TransitionLeaf.Make("approval.voided", "system", action.State, after,
            AcceptedAction.Needs(after, new JsonObject { ["old_facts_hash"] = action.FactsHash, ["old_approval"] = action.ApprovalId, ["approval"] = after.ApprovalId }),
            new JsonObject { ["why"] = why, ["before"] = TransitionLeaf.Node(action.Facts), ["now"] = TransitionLeaf.Node(after.Facts), ["diff"] = TransitionLeaf.Node(after.Diff) })
            with { Correlations = [after.ApprovalId!] };
        return await MoveAsync(new TransitionIntent(ActionTransition.Void, action, after, leaf), cancellation);
    }

    private Task<ClaimResult> RefuseAsync(ActionRecord action, PolicyDecision decision, CancellationToken cancellation) => action.HasLeft
        ? StopAsync(action, ErrorCatalogue.DeniedByPolicy.Code, $"On fresh facts rule {decision.Rule} stops it.", cancellation)
        : decision.Outcome == PolicyOutcome.Deny
            ? EndAsync(action, ActionTransition.Deny, ActionState.Denied, "decision.deny", ErrorCatalogue.DeniedByPolicy.Code, $"On fresh facts rule {decision.Rule} denies it.", cancellation)
            : EndAsync(action, ActionTransition.Escalate, ActionState.Escalated, "action.escalated", ErrorCatalogue.Escalated.Code, $"On fresh facts rule {decision.Rule} hands it to {decision.EscalateTo ?? "a person"}.", cancellation);

    /// <summary>
    /// Ends an action that will not be executed: cancelled when nothing ever left, failed when every earlier attempt was proved not applied;
    /// and while one is in doubt it goes back to being unknown.
    /// </summary>
    private Task<ClaimResult> StopAsync(ActionRecord action, string code, string detail, CancellationToken cancellation) => action.InDoubt
        ? EndAsync(action, ActionTransition.Doubt, ActionState.Unknown, "effect.unknown", ErrorCatalogue.EffectUnknown.Code, detail, cancellation)
        : action.HasLeft
        ? EndAsync(action, ActionTransition.Fail, ActionState.Failed, "effect.failed", code, detail, cancellation)
        : EndAsync(action, ActionTransition.Cancel, ActionState.Cancelled, "action.cancelled", code, detail, cancellation);

    private Task<ClaimResult> EndAsync(
        ActionRecord action, ActionTransition step, ActionState state, string kind, string code, string detail, CancellationToken cancellation)
    {
        var after = action with { State = state, Version = action.Version + 1, ErrorCode = code, ErrorDetail = detail, UpdatedAt = time.Now() };
        var leaf = TransitionLeaf.Make(kind, "system", action.State, after, payload: new JsonObject { ["detail"] = detail });
        return MoveAsync(new TransitionIntent(step, action, after, leaf, step == ActionTransition.Doubt ? BudgetStep.Keep : BudgetStep.Release), cancellation);
    }

    private async Task<ClaimResult> MoveAsync(TransitionIntent intent, CancellationToken cancellation) =>
        await store.MoveAsync(intent, cancellation) == TransitionOutcome.Done
            ? new ClaimResult(intent.After)
            : new ClaimResult(await store.FindAsync(intent.Before.Tenant, intent.Before.Id, cancellation) ?? intent.Before);
}
