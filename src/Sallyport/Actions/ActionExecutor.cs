using Sallyport.Identity;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Execution;
using Sallyport.Protocol;
using Sallyport.Tools;

namespace Sallyport.Actions;

/// <summary>
/// Steps 10 to 13 of the spine: claim, send once, record what is known. Doubt is a state, never a retry.
/// </summary>
/// <remarks>
/// <code>
///   approved ──claim (everything re-checked; intent durable)──▶ dispatching ──gate──▶ one request leaves
///                                                                  │ confirmed ─▶ succeeded
///                                                                  │ promised not applied ─▶ failed, or approved again
///                                                                  │ not one byte left ─▶ cancelled, or approved again
///                                                                  └ anything else ─▶ unknown ─▶ fence, then probe
/// </code>
/// </remarks>
public sealed class ActionExecutor(IActionStore store, ConnectorSet connectors, EffectGate gate, ActionClaim claim, ActionSignals signals, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    /// <summary>Claims and executes an approved action; returns it as it then is.</summary>
    public async Task<ActionRecord> ExecuteAsync(ActionRecord approved, CancellationToken cancellation)
    {
        // :: Step 10: claim, with everything checked again on fresh facts. :: Step 11: the intent is durable with it.
        var claimed = await claim.TryAsync(approved, cancellation);
        signals.Changed(claimed.Action);
        return claimed.Input is { } input ? await DispatchAsync(claimed.Action, claimed.Contract!, input) : claimed.Action;
    }

    /// <summary>Sends the attempt that a record claims, and settles it. Runs to its end even if the caller has gone.</summary>
    public async Task<ActionRecord> DispatchAsync(ActionRecord claimed, ToolContract contract, ExpressionInput input)
    {
        var effect = contract.Effect ?? throw new InvalidOperationException($"\"{contract.Name}\" has no effect to dispatch.");
        var started = time.GetTimestamp();

        // :: Step 12: the gate, then one request.
        var outcome = await SendAsync(claimed, effect, input);

        // :: Step 13: what is known becomes durable, and the budget with it.
        var after = Settled(claimed, effect, outcome);
        var settled = await RecordAsync(claimed, after.Step, after.Record, after.Kind, after.Budget, outcome, time.GetElapsedTime(started));
        signals.Changed(settled);
        return settled;
    }

    private async Task<EffectOutcome> SendAsync(ActionRecord claimed, EffectSpec effect, ExpressionInput input)
    {
        using var pass = gate.TryEnter(claimed.Id, claimed.HaltScopes);
        if (pass is null) return new EffectOutcome(EffectStatus.NotSent, default, "The gate is closed by a halt.");
        if (connectors.Find(effect.Connector) is not { } connector)
            return new EffectOutcome(EffectStatus.NotSent, default, $"The connector \"{effect.Connector}\" is not configured on this server.");
        return effect.Request.TryRender(input with { Action = Reference(claimed) }, out var request, out var error)
            ? await connector.SendAsync(request, pass, effect.Timeout)
            : new EffectOutcome(EffectStatus.NotSent, default, "The request cannot be made: " + error);
    }

    private (ActionTransition Step, ActionRecord Record, string Kind, BudgetStep Budget) Settled(ActionRecord claimed, EffectSpec effect, EffectOutcome outcome)
    {
        var now = time.Now();
        var next = claimed with { Version = claimed.Version + 1, UpdatedAt = now };
        var mayRetry = claimed.Attempt < effect.MaxAttempts && !gate.IsClosed(claimed.HaltScopes);
        switch (outcome.Status)
        {
            case EffectStatus.Applied:
                return (ActionTransition.Succeed, next with { State = ActionState.Succeeded, HasLeft = true, Result = CanonicalJson.ToText(outcome.Body), ErrorCode = null, ErrorDetail = null }, "effect.succeeded", BudgetStep.Spend);
            case EffectStatus.Refused:
                return (ActionTransition.Fail, next with { State = ActionState.Failed, HasLeft = true, ErrorCode = ErrorCatalogue.EffectRefused.Code, ErrorDetail = outcome.Detail }, "effect.failed", BudgetStep.Release);
            case EffectStatus.RefusedForNow when mayRetry:
            case EffectStatus.NotSent when mayRetry && !gate.IsClosed(claimed.HaltScopes):
                var left = claimed.HasLeft || outcome.Status == EffectStatus.RefusedForNow;
                return (ActionTransition.Requeue, next with { State = ActionState.Approved, HasLeft = left, NotBefore = now + (outcome.RetryAfter ?? RetryPause) }, "effect.requeued", BudgetStep.Keep);
            case EffectStatus.RefusedForNow:
                return (ActionTransition.Fail, next with { State = ActionState.Failed, HasLeft = true, ErrorCode = ErrorCatalogue.EffectRefused.Code, ErrorDetail = outcome.Detail }, "effect.failed", BudgetStep.Release);
            case EffectStatus.NotSent:
                var code = gate.IsClosed(claimed.HaltScopes) ? ErrorCatalogue.Halted : ErrorCatalogue.EffectNotSent;
                // "Cancelled" says that nothing ever left; after an earlier attempt only "failed" is true.
                return claimed.HasLeft
                    ? (ActionTransition.Fail, next with { State = ActionState.Failed, ErrorCode = code.Code, ErrorDetail = outcome.Detail }, "effect.failed", BudgetStep.Release)
                    : (ActionTransition.NotSent, next with { State = ActionState.Cancelled, ErrorCode = code.Code, ErrorDetail = outcome.Detail }, "effect.not_sent", BudgetStep.Release);
            case EffectStatus.Unknown:
            default:
                return (ActionTransition.Doubt, next with { State = ActionState.Unknown, HasLeft = true, ErrorCode = ErrorCatalogue.EffectUnknown.Code, ErrorDetail = outcome.Detail, NotBefore = now }, "effect.unknown", BudgetStep.Keep);
        }
    }

    /// <summary>Records an outcome. If somebody else moved the action meanwhile, a definite outcome of the same attempt still counts.</summary>
    private async Task<ActionRecord> RecordAsync(
        ActionRecord claimed, ActionTransition step, ActionRecord after, string kind, BudgetStep budget, EffectOutcome outcome, TimeSpan latency)
    {
        var before = claimed;
        while (true)
        {
            var extra = new JsonObject { ["latency_ms"] = Math.Round(latency.TotalMilliseconds, 3), ["outcome"] = WireName.Of(outcome.Status) };
            var payload = new JsonObject { ["detail"] = outcome.Detail, ["result"] = TransitionLeaf.Node(after.Result) };
            var leaf = TransitionLeaf.Make(kind, "system", before.State, after, extra, payload);
            var moved = await store.MoveAsync(new TransitionIntent(step, before, after, leaf, budget), CancellationToken.None);
            if (moved == TransitionOutcome.Done) return after;
            var current = await store.FindAsync(claimed.Tenant, claimed.Id, CancellationToken.None) ?? claimed;
            var sameAttempt = current.Attempt == claimed.Attempt && ActionProtocol.Allows(current.State, step, after.State);
            if (!sameAttempt) return current;
            before = current;
            after = after with { Version = current.Version + 1 };
        }
    }

    private static JsonElement Reference(ActionRecord action) => JsonSerializer.SerializeToElement(new { id = action.Id, attempt = action.Attempt });
}
