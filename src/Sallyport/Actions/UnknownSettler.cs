using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Execution;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>
/// The honest ways out of <see cref="ActionState.Unknown"/>; the contract's <see cref="ConnectorClass"/> says which are open.
/// </summary>
/// <remarks>
/// <code>
///   fenced, revocable   stop what may be on its way ─▶ probe: applied ─▶ succeeded, absent ─▶ may be tried anew
///   in-flight bound     wait until nothing can be on its way ─▶ probe, and its answer is final too
///   idempotent          probe: applied ─▶ succeeded; otherwise the same request again under the same key, while the key is remembered
///   plain               probe: applied ─▶ succeeded; otherwise a person settles it with evidence
/// </code>
/// A probe alone can prove that the effect happened, never that it did not.
/// </remarks>
public sealed class UnknownSettler(
    IActionStore store, ReleaseRegistry releases, ConnectorSet connectors, EffectGate gate, ActionSignals signals, TimeProvider time)
{
    private const int AtOnce = 1_000;

    /// <summary>A doubt that lasts so long is alarmed.</summary>
    public static readonly TimeSpan AlarmAfter = TimeSpan.FromMinutes(15);

    /// <summary>T8: what a dead process had claimed, or a live one for too long, may have left.</summary>
    public async Task<int> DoubtAbandonedAsync(CancellationToken cancellation)
    {
        var abandoned = await store.AbandonedAsync(time.Now(), AtOnce, cancellation);
        foreach (var action in abandoned)
        {
            var after = Next(action) with
            {
                State = ActionState.Unknown, HasLeft = true, NotBefore = time.Now(),
                ErrorCode = ErrorCatalogue.EffectUnknown.Code, ErrorDetail = "The server that sent the request restarted or gave no answer in time.",
            };
            await MoveAsync(ActionTransition.Doubt, action, after, "effect.unknown", "system", BudgetStep.Keep, new JsonObject { ["cause"] = "abandoned", ["replica"] = action.Replica }, cancellation);
        }

        return abandoned.Count;
    }

    /// <summary>T9a and T9b. Returns the action as it then is; unchanged when nothing can be concluded now.</summary>
    public async Task<ActionRecord> SettleAsync(ActionRecord action, CancellationToken cancellation)
    {
        if (action.State != ActionState.Unknown) return action;
        if (await releases.FindAsync(action.Release, cancellation) is not { } release || release.Tools[action.Tool].Effect is not { } effect
            || connectors.Find(effect.Connector) is not { } connector) return await AlarmAsync(action, cancellation);
        var task = await store.FindTaskAsync(action.Tenant, action.TaskId, cancellation)
            ?? throw new StoreUnavailableException($"The task of action {action.Id} is missing from the store.");
        var input = CallInput.Create(CanonicalJson.Parse(action.Arguments), action.ProposerId, action.ProposerName, action.Owner, task)
            with { Action = JsonSerializer.SerializeToElement(new { id = action.Id, attempt = action.Attempt }) };

        // The order is the point: first nothing can land any more, then the question. The other way round, a late request lands after the answer.
        var isFinal = effect.Stop is { } stop
            ? stop.TryRender(input, out var stopRequest, out _) && await connector.FenceAsync(stopRequest, cancellation)
            : effect.QuietFrom(action.LeaseUntil ?? action.UpdatedAt) is { } quiet && time.Now() >= quiet;
        if (effect.Stop is not null && !isFinal) return await AlarmAsync(action, cancellation);
        if (effect.Probe is { } probe && probe.Request.TryRender(input, out var probeRequest, out _))
        {
            var answer = await connector.ReadAsync(probeRequest, cancellation);
            if (answer.Status == ReadStatus.Unavailable) return await AlarmAsync(action, cancellation);
            input = input with { Probe = answer.Body };
            if (answer.Status == ReadStatus.Found && input.Holds(probe.AppliedWhen)) return await AppliedAsync(action, probe, input, cancellation);
            if (isFinal) return await AbsentAsync(action, effect, cancellation);
        }

        return MayResend(action, effect) ? await ResendAsync(action, cancellation) : await AlarmAsync(action, cancellation);
    }

    /// <summary>T9c: a person settles it with evidence; where the risk is high, two who say the same.</summary>
    public async Task<(ActionRecord Action, Refusal? Refusal)> ResolveAsync(ActionRecord action, HumanPrincipal person, bool applied, string evidence, CancellationToken cancellation)
    {
        if (action.ProposerId == person.UserId || action.OnBehalfOf == person.UserId)
            return (action, new Refusal(ErrorCatalogue.NotEligibleToResolve, "You proposed this action; somebody else must say what became of it.", ActionId: action.Id));
        var risk = await releases.FindAsync(action.Release, cancellation) is { } release ? release.Tools[action.Tool].Risk : RiskClass.Destructive;
        var earlier = await store.TestimoniesAsync(action.Id, action.Attempt, cancellation);
        var agreed = risk == RiskClass.Low || earlier.Any(testimony => testimony.UserId != person.UserId && testimony.Applied == applied);
        var testimony = new Testimony(person.UserId, applied, time.Now());
        var said = new JsonObject { ["outcome"] = applied ? "applied" : "not_applied" };
        var payload = new JsonObject { ["evidence"] = evidence, ["username"] = person.Username };
        var (step, kind, budget, after) = agreed
            ? (applied ? ActionTransition.Succeed : ActionTransition.Fail, "effect.resolved_by", applied ? BudgetStep.Spend : BudgetStep.Release, Resolved(action, applied))
            : (ActionTransition.Testify, "effect.testimony", BudgetStep.Keep, Next(action));
        var leaf = TransitionLeaf.Make(kind, person.Actor, action.State, after, said, payload);
        var outcome = await store.MoveAsync(new TransitionIntent(step, action, after, leaf, budget, Testimony: testimony), cancellation);
        if (outcome == TransitionOutcome.AlreadyAnswered)
            return (action, new Refusal(ErrorCatalogue.AlreadyDecided, "You have testified about this attempt; a second person is needed.", ActionId: action.Id));
        signals.Changed(after);
        return (outcome == TransitionOutcome.Done ? after : await store.FindAsync(action.Tenant, action.Id, cancellation) ?? action, null);
    }

    private ActionRecord Resolved(ActionRecord action, bool applied) => Next(action) with
    {
        State = applied ? ActionState.Succeeded : ActionState.Failed,
        InDoubt = false,
        Result = applied ? action.Result ?? "{}" : null,
        ErrorCode = applied ? null : ErrorCatalogue.EffectNotSent.Code,
        ErrorDetail = applied ? null : "People found that it was not applied.",
    };

    private bool MayResend(ActionRecord action, EffectSpec effect) =>
        effect.Stop is null && action.Attempt < effect.MaxAttempts && action.ExpiresAt > time.Now() && !gate.IsClosed(action.HaltScopes)
        && effect.ResendUntil(action.FirstClaimedAt ?? action.CreatedAt) is { } until && time.Now() + EffectSpec.LeaseSlack < until;

    /// <summary>T9a: the same request again under the same key. Whether the first one was applied stays open until an answer comes.</summary>
    private Task<ActionRecord> ResendAsync(ActionRecord action, CancellationToken cancellation)
    {
        var again = Next(action) with { State = ActionState.Approved, InDoubt = true, NotBefore = time.Now(), ErrorCode = null, ErrorDetail = null };
        return MoveAsync(ActionTransition.Requeue, action, again, "effect.requeued", "system", BudgetStep.Keep, new JsonObject { ["same_key"] = true }, cancellation);
    }

    /// <summary>I7: a doubt never lasts for long without somebody being told, once.</summary>
    private async Task<ActionRecord> AlarmAsync(ActionRecord action, CancellationToken cancellation)
    {
        if (action.IsOverdue || (action.LeaseUntil ?? action.UpdatedAt) + AlarmAfter > time.Now()) return action;
        return await MoveAsync(ActionTransition.Alarm, action, Next(action) with { IsOverdue = true }, "effect.overdue", "system", BudgetStep.Keep, [], cancellation);
    }

    private async Task<ActionRecord> AppliedAsync(ActionRecord action, ProbeSpec probe, ExpressionInput input, CancellationToken cancellation)
    {
        var result = probe.Result.TryRender(input, out var rendered, out var error)
            ? CanonicalJson.ToText(rendered)
            : JsonSerializer.Serialize(new { probe_result_error = error });
        var after = Next(action) with { State = ActionState.Succeeded, InDoubt = false, Result = result, ErrorCode = null, ErrorDetail = null };
        return await MoveAsync(ActionTransition.Succeed, action, after, "effect.probed", "system", BudgetStep.Spend, new JsonObject { ["found"] = "applied" }, cancellation,
            new JsonObject { ["result"] = TransitionLeaf.Node(result) });
    }

    private Task<ActionRecord> AbsentAsync(ActionRecord action, EffectSpec effect, CancellationToken cancellation)
    {
        var found = new JsonObject { ["found"] = "absent" };
        var now = time.Now();
        // Nothing can land any more and nothing has: this attempt never happened. Another may be made unless time, attempts or a halt forbid it.
        if (action.Attempt < effect.MaxAttempts && action.ExpiresAt > now && !gate.IsClosed(action.HaltScopes))
        {
            var again = Next(action) with { State = ActionState.Approved, InDoubt = false, NotBefore = now, ErrorCode = null, ErrorDetail = null };
            return MoveAsync(ActionTransition.Requeue, action, again, "effect.probed", "system", BudgetStep.Keep, found, cancellation);
        }

        var code = gate.IsClosed(action.HaltScopes) ? ErrorCatalogue.Halted : ErrorCatalogue.EffectNotSent;
        var ended = Next(action) with { State = ActionState.Failed, InDoubt = false, ErrorCode = code.Code, ErrorDetail = "The system of record confirms that nothing was applied." };
        return MoveAsync(ActionTransition.Fail, action, ended, "effect.probed", "system", BudgetStep.Release, found, cancellation);
    }

    private ActionRecord Next(ActionRecord action) => action with { Version = action.Version + 1, UpdatedAt = time.Now() };

    private async Task<ActionRecord> MoveAsync(
        ActionTransition step, ActionRecord before, ActionRecord after, string kind, string actor, BudgetStep budget, JsonObject extra, CancellationToken cancellation,
        JsonObject? payload = null)
    {
        var leaf = TransitionLeaf.Make(kind, actor, before.State, after, extra, payload);
        var outcome = await store.MoveAsync(new TransitionIntent(step, before, after, leaf, budget), cancellation);
        signals.Changed(after);
        return outcome == TransitionOutcome.Done ? after : await store.FindAsync(before.Tenant, before.Id, cancellation) ?? before;
    }
}
