using Sallyport.Identity;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;
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
public sealed class ActionExecutor(
    IActionStore store, ConnectorSet connectors, EffectGate gate, ReplicaPermit permit, ActionClaim claim, IntentCheck intents, ActionSignals signals,
    TimeProvider time)
{
    /// <summary>Claims and executes an approved action; returns it as it then is.</summary>
    public async Task<ActionRecord> ExecuteAsync(ActionRecord approved, CancellationToken cancellation)
    {
        // :: Step 10: claim, with everything checked again on fresh facts. :: Step 11: the intent is durable with it.
        var claimed = await claim.TryAsync(approved, cancellation);
        signals.Changed(claimed.Action);
        return claimed.Input is { } input ? await DispatchAsync(claimed.Action, claimed.Contract!, input, claimed.ClaimedAt) : claimed.Action;
    }

    /// <summary>Sends the attempt that a record claims, and settles it. Runs to its end even if the caller has gone.</summary>
    /// <param name="claimed">The claimed action.</param>
    /// <param name="contract">Its contract.</param>
    /// <param name="input">Arguments and the facts of the claim.</param>
    /// <param name="claimedAt">Monotonic timestamp from before the claim: what is left of the lease is measured from it.</param>
    public async Task<ActionRecord> DispatchAsync(ActionRecord claimed, ToolContract contract, ExpressionInput input, long claimedAt)
    {
        var effect = contract.Effect ?? throw new InvalidOperationException($"\"{contract.Name}\" has no effect to dispatch.");
        var started = time.GetTimestamp();

        // :: Step 12: the gate, then one request.
        var outcome = await SendAsync(claimed, contract, effect, input, claimedAt);

        // :: Step 13: what is known becomes durable, and the budget with it.
        var known = AttemptOutcome.Of(claimed, effect, outcome, gate.IsClosed(claimed.HaltScopes), time.Now());
        var settled = await RecordAsync(claimed, known, outcome, time.GetElapsedTime(started));
        signals.Changed(settled);
        return settled;
    }

    private async Task<EffectOutcome> SendAsync(ActionRecord claimed, ToolContract contract, EffectSpec effect, ExpressionInput input, long claimedAt)
    {
        if (connectors.Find(effect.Connector) is not { } connector)
            return new EffectOutcome(EffectStatus.NotSent, default, $"The connector \"{effect.Connector}\" is not configured on this server.");
        if (!effect.Request.TryRender(input with { Action = Reference(claimed) }, out var request, out var error))
            return new EffectOutcome(EffectStatus.NotSent, default, "The request cannot be made: " + error);
        // Where the risk demands it, somebody else has seen the intent before anything leaves.
        if (await intents(contract.Risk, CancellationToken.None) is { } missing) return new EffectOutcome(EffectStatus.Withheld, default, missing);
        // A permit that lapsed for a moment is renewed within moments; a store that stays away withholds the effect.
        if (!await permit.FreshAsync(EffectSpec.LeaseSlack / 2))
            return new EffectOutcome(EffectStatus.Withheld, default, "This server's permit to send has lapsed: it cannot reach its store.");
        // After this no other server may believe that the attempt is over while it has not begun.
        bool InTime() => time.GetElapsedTime(claimedAt) <= EffectSpec.LeaseSlack;
        if (!InTime())
            return new EffectOutcome(EffectStatus.Withheld, default, "Too little of the claim's lease is left to send and to wait for the answer.");
        using var pass = gate.TryEnter(claimed.Id, claimed.HaltScopes, InTime);
        if (pass is not null) return await connector.SendAsync(request, pass, effect.Timeout);
        return gate.IsClosed(claimed.HaltScopes)
            ? new EffectOutcome(EffectStatus.NotSent, default, "The gate is closed by a halt.")
            : new EffectOutcome(EffectStatus.Withheld, default, "Nothing may leave this server now: its permit lapsed or the break-glass was pulled.");
    }

    /// <summary>Records an outcome. If somebody else moved the action meanwhile, a definite outcome of the same attempt still counts.</summary>
    private async Task<ActionRecord> RecordAsync(ActionRecord claimed, AttemptOutcome known, EffectOutcome outcome, TimeSpan latency)
    {
        var (before, after) = (claimed, known.After);
        while (true)
        {
            var extra = new JsonObject { ["latency_ms"] = Math.Round(latency.TotalMilliseconds, 3), ["outcome"] = WireName.Of(outcome.Status) };
            var payload = new JsonObject { ["detail"] = outcome.Detail, ["result"] = TransitionLeaf.Node(after.Result) };
            var leaf = TransitionLeaf.Make(known.Kind, "system", before.State, after, extra, payload);
            var moved = await store.MoveAsync(new TransitionIntent(known.Step, before, after, leaf, known.Budget), CancellationToken.None);
            if (moved == TransitionOutcome.Done) return after;
            var current = await store.FindAsync(claimed.Tenant, claimed.Id, CancellationToken.None) ?? claimed;
            var sameAttempt = current.Attempt == claimed.Attempt && ActionProtocol.Allows(current.State, known.Step, after.State);
            if (!sameAttempt) return current;
            before = current;
            after = after with { Version = current.Version + 1 };
        }
    }

    private static JsonElement Reference(ActionRecord action) => JsonSerializer.SerializeToElement(new { id = action.Id, attempt = action.Attempt });
}
