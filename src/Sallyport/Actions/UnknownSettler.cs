using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Execution;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>
/// The honest ways out of <see cref="ActionState.Unknown"/>. First the fence: the system of record confirms that it will refuse this and
/// every older attempt. Only then is its answer to the probe final. Without a fence a probe can prove that the effect happened, never
/// that it did not; then a person settles it with evidence.
/// </summary>
public sealed class UnknownSettler(
    IActionStore store, ReleaseRegistry releases, ConnectorSet connectors, EffectGate gate, ActionSignals signals, TimeProvider time)
{
    /// <summary>T8 after a restart: what a dead process had claimed may have left.</summary>
    public async Task<int> DoubtAbandonedAsync(CancellationToken cancellation)
    {
        var abandoned = await store.DueAsync(ActionState.Dispatching, DateTimeOffset.MaxValue, int.MaxValue, cancellation);
        foreach (var action in abandoned)
        {
            var after = Next(action) with
            {
                State = ActionState.Unknown, HasLeft = true, NotBefore = time.Now(),
                ErrorCode = ErrorCatalogue.EffectUnknown.Code, ErrorDetail = "The server restarted while the request may have been on its way.",
            };
            await MoveAsync(ActionTransition.Doubt, action, after, "effect.unknown", "system", BudgetStep.Keep, new JsonObject { ["cause"] = "restart" }, cancellation);
        }

        return abandoned.Count;
    }

    /// <summary>T9b: fence, then probe. Returns the action as it then is; unchanged when the system of record cannot be asked now.</summary>
    public async Task<ActionRecord> SettleAsync(ActionRecord action, CancellationToken cancellation)
    {
        if (action.State != ActionState.Unknown) return action;
        if (await releases.FindAsync(action.Release, cancellation) is not { } release) return action;
        var contract = release.Tools[action.Tool];
        if (contract.Effect is not { Probe: { } probe } effect || connectors.Find(effect.Connector) is not { } connector) return action;
        var task = await store.FindTaskAsync(action.Tenant, action.TaskId, cancellation)
            ?? throw new StoreUnavailableException($"The task of action {action.Id} is missing from the store.");
        var input = CallInput.Create(CanonicalJson.Parse(action.Arguments), action.ProposerId, action.ProposerName, action.Owner, task)
            with { Action = JsonSerializer.SerializeToElement(new { id = action.Id, attempt = action.Attempt }) };

        var fenced = effect.Fence is { } fence && fence.TryRender(input, out var fenceRequest, out _) && await connector.FenceAsync(fenceRequest, cancellation);
        if (effect.Fence is not null && !fenced) return action;
        if (!probe.Request.TryRender(input, out var probeRequest, out _)) return action;
        var answer = await connector.ReadAsync(probeRequest, cancellation);
        if (answer.Status == ReadStatus.Unavailable) return action;

        input = input with { Probe = answer.Body };
        if (answer.Status == ReadStatus.Found && input.Holds(probe.AppliedWhen)) return await AppliedAsync(action, probe, input, cancellation);
        return fenced ? await AbsentAsync(action, effect, cancellation) : action;
    }

    /// <summary>T9c: a person settles it with evidence.</summary>
    public async Task<ActionRecord> ResolveAsync(ActionRecord action, HumanPrincipal person, bool applied, string evidence, CancellationToken cancellation)
    {
        var after = Next(action) with
        {
            State = applied ? ActionState.Succeeded : ActionState.Failed,
            Result = applied ? action.Result ?? "{}" : null,
            ErrorCode = applied ? null : ErrorCatalogue.EffectNotSent.Code,
            ErrorDetail = applied ? null : "A person found that it was not applied.",
        };
        return await MoveAsync(applied ? ActionTransition.Succeed : ActionTransition.Fail, action, after, "effect.resolved_by", person.Actor,
            applied ? BudgetStep.Spend : BudgetStep.Release, new JsonObject { ["outcome"] = applied ? "applied" : "not_applied" }, cancellation,
            new JsonObject { ["evidence"] = evidence, ["username"] = person.Username });
    }

    private async Task<ActionRecord> AppliedAsync(ActionRecord action, ProbeSpec probe, ExpressionInput input, CancellationToken cancellation)
    {
        var result = probe.Result.TryRender(input, out var rendered, out var error)
            ? CanonicalJson.ToText(rendered)
            : JsonSerializer.Serialize(new { probe_result_error = error });
        var after = Next(action) with { State = ActionState.Succeeded, Result = result, ErrorCode = null, ErrorDetail = null };
        return await MoveAsync(ActionTransition.Succeed, action, after, "effect.probed", "system", BudgetStep.Spend, new JsonObject { ["found"] = "applied" }, cancellation,
            new JsonObject { ["result"] = TransitionLeaf.Node(result) });
    }

    private Task<ActionRecord> AbsentAsync(ActionRecord action, EffectSpec effect, CancellationToken cancellation)
    {
        var found = new JsonObject { ["found"] = "absent" };
        var now = time.Now();
        // Fenced and absent: this attempt can never land. Another may be made unless time, attempts or a halt forbid it.
        if (action.Attempt < effect.MaxAttempts && action.ExpiresAt > now && !gate.IsClosed(action.HaltScopes))
        {
            var again = Next(action) with { State = ActionState.Approved, NotBefore = now, ErrorCode = null, ErrorDetail = null };
            return MoveAsync(ActionTransition.Requeue, action, again, "effect.probed", "system", BudgetStep.Keep, found, cancellation);
        }

        var code = gate.IsClosed(action.HaltScopes) ? ErrorCatalogue.Halted : ErrorCatalogue.EffectNotSent;
        var ended = Next(action) with { State = ActionState.Failed, ErrorCode = code.Code, ErrorDetail = "The system of record confirms that nothing was applied." };
        return MoveAsync(ActionTransition.Fail, action, ended, "effect.probed", "system", BudgetStep.Release, found, cancellation);
    }

    private ActionRecord Next(ActionRecord action) => action with { Version = action.Version + 1, UpdatedAt = time.Now() };

    private async Task<ActionRecord> MoveAsync(
        ActionTransition step, ActionRecord before, ActionRecord after, string kind, string actor, BudgetStep budget, JsonObject extra, CancellationToken cancellation,
        JsonObject? payload = null)
    {
        AuditDraft leaf = TransitionLeaf.Make(kind, actor, before.State, after, extra, payload);
        var outcome = await store.MoveAsync(new TransitionIntent(step, before, after, leaf, budget), cancellation);
        signals.Changed(after);
        return outcome == TransitionOutcome.Done ? after : await store.FindAsync(before.Tenant, before.Id, cancellation) ?? before;
    }
}
