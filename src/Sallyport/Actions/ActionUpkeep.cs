using Sallyport.Identity;
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Sallyport.Contracts.Errors;
using Sallyport.Protocol;

namespace Sallyport.Actions;

/// <summary>
/// What must happen without anybody calling: approved actions are executed, doubts are settled, waits expire. Driven by a worker in
/// production and step by step in tests.
/// </summary>
public sealed class ActionUpkeep(IActionStore store, ActionExecutor executor, UnknownSettler settler, ActionSignals signals, TimeProvider time)
{
    private const int Batch = 64;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (int Tries, DateTimeOffset Next)> _pauses = new(StringComparer.Ordinal);

    /// <summary>Does everything that is due now, once. Returns how many actions moved.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        var now = time.Now();
        var moved = 0;
        foreach (var action in await store.ExpiredAsync(now, Batch, cancellation)) moved += await ExpireAsync(action, now, cancellation);
        var approved = await store.DueAsync(ActionState.Approved, now, Batch, cancellation);
        var doubtful = await store.DueAsync(ActionState.Unknown, now, Batch, cancellation);
        var steps = approved.Select(action => TryAsync(action, executor.ExecuteAsync, cancellation))
            .Concat(doubtful.Select(action => TryAsync(action, settler.SettleAsync, cancellation)));
        foreach (var step in await Task.WhenAll(steps)) moved += step;
        return moved;
    }

    private async Task<int> TryAsync(ActionRecord action, Func<ActionRecord, CancellationToken, Task<ActionRecord>> step, CancellationToken cancellation)
    {
        if (_pauses.TryGetValue(action.Id, out var pause) && pause.Next > time.Now()) return 0;
        var after = await step(action, cancellation);
        if (after.Version != action.Version)
        {
            _pauses.TryRemove(action.Id, out _);
            return 1;
        }

        // Not possible now (a system of record is down, a halt holds): come back later, ever more slowly.
        var seconds = Math.Min(LongestPause.TotalSeconds, 0.25 * Math.Pow(2, Math.Min(pause.Tries, 10)));
        _pauses[action.Id] = (pause.Tries + 1, time.Now() + TimeSpan.FromSeconds(seconds));
        return 0;
    }

    /// <summary>T3.</summary>
    private async Task<int> ExpireAsync(ActionRecord action, DateTimeOffset now, CancellationToken cancellation)
    {
        // An attempt that left and was proved absent ends as failed: expired would say that nothing was ever sent.
        var (step, state, kind) = action.HasLeft
            ? (ActionTransition.Fail, ActionState.Failed, "effect.failed")
            : (ActionTransition.Expire, ActionState.Expired, "action.expired");
        var after = action with
        {
            State = state, Version = action.Version + 1, UpdatedAt = now, ErrorCode = ErrorCatalogue.ApprovalExpired.Code,
            ErrorDetail = action.State == ActionState.Pending ? "Nobody decided in time." : "It was not executed in time.",
        };
        var leaf = TransitionLeaf.Make(kind, "system", action.State, after, new JsonObject { ["expired_at"] = Audit.AuditEntry.Timestamp(action.ExpiresAt) });
        var outcome = await store.MoveAsync(new TransitionIntent(step, action, after, leaf, BudgetStep.Release), cancellation);
        signals.Changed(after);
        return outcome == TransitionOutcome.Done ? 1 : 0;
    }
}
