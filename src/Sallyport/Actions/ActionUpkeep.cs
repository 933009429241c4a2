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
    private const int Candidates = 1_000;
    private const int AtOnce = 64;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (int Tries, DateTimeOffset Next)> _pauses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.Ordinal);

    /// <summary>
    /// Ends what has run out of time and starts everything else that is due, without waiting for it: one slow system of record must not
    /// hold up the others. The tasks complete when their actions have moved or cannot move now.
    /// </summary>
    public async Task<IReadOnlyList<Task>> StartDueAsync(CancellationToken cancellation)
    {
        var now = time.Now();
        await settler.DoubtAbandonedAsync(cancellation);
        foreach (var action in await store.ExpiredAsync(now, Candidates, cancellation)) await ExpireAsync(action, now, cancellation);
        var approved = await store.DueAsync(ActionState.Approved, now, Candidates, cancellation);
        var doubtful = await store.DueAsync(ActionState.Unknown, now, Candidates, cancellation);
        return
        [
            .. Ready(approved, now).Select(action => StartAsync(action, executor.ExecuteAsync, cancellation)),
            .. Ready(doubtful, now).Select(action => StartAsync(action, settler.SettleAsync, cancellation)),
        ];
    }

    /// <summary>The same, and waits for it; for tests and for stopping.</summary>
    public async Task RunOnceAsync(CancellationToken cancellation) => await Task.WhenAll(await StartDueAsync(cancellation));

    private List<ActionRecord> Ready(IEnumerable<ActionRecord> actions, DateTimeOffset now) =>
        [.. actions.Where(action => !(_pauses.TryGetValue(action.Id, out var pause) && pause.Next > now) && _running.TryAdd(action.Id, true)).Take(AtOnce)];

    private async Task StartAsync(ActionRecord action, Func<ActionRecord, CancellationToken, Task<ActionRecord>> step, CancellationToken cancellation)
    {
        // Off the caller's loop at once: onto the thread pool in the server, onto the one simulated thread in a simulation.
        await Task.Yield();
        try
        {
            var after = await step(action, cancellation);
            if (after.Version != action.Version)
            {
                _pauses.TryRemove(action.Id, out _);
                return;
            }

            // Not possible now (a system of record is down, a halt holds): come back later, ever more slowly.
            var tries = _pauses.TryGetValue(action.Id, out var pause) ? pause.Tries : 0;
            var seconds = Math.Min(LongestPause.TotalSeconds, 0.25 * Math.Pow(2, Math.Min(tries, 10)));
            _pauses[action.Id] = (tries + 1, time.Now() + TimeSpan.FromSeconds(seconds));
        }
        finally
        {
            _running.TryRemove(action.Id, out _);
        }
    }

    /// <summary>T3.</summary>
    private async Task ExpireAsync(ActionRecord action, DateTimeOffset now, CancellationToken cancellation)
    {
        // An attempt that left and was proved absent ends as failed: expired would say that nothing was ever sent. What is in doubt stays so.
        var (step, state, kind, budget) = action switch
        {
            { InDoubt: true } => (ActionTransition.Doubt, ActionState.Unknown, "effect.unknown", BudgetStep.Keep),
            { HasLeft: true } => (ActionTransition.Fail, ActionState.Failed, "effect.failed", BudgetStep.Release),
            _ => (ActionTransition.Expire, ActionState.Expired, "action.expired", BudgetStep.Release),
        };
        var after = action with
        {
            State = state, Version = action.Version + 1, UpdatedAt = now, ErrorCode = action.InDoubt ? ErrorCatalogue.EffectUnknown.Code : ErrorCatalogue.ApprovalExpired.Code,
            ErrorDetail = action.State == ActionState.Pending ? "Nobody decided in time." : "It was not executed in time.",
        };
        var leaf = TransitionLeaf.Make(kind, "system", action.State, after, new JsonObject { ["expired_at"] = Audit.AuditEntry.Timestamp(action.ExpiresAt) });
        await store.MoveAsync(new TransitionIntent(step, action, after, leaf, budget), cancellation);
        signals.Changed(after);
    }
}
