using System.Collections.Concurrent;
using Sallyport.Protocol;

namespace Sallyport.Actions;

/// <summary>Tells waiting callers and the workers that an action has moved. A hint only: everybody reads the store again.</summary>
public sealed class ActionSignals(IActionStore store, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TaskCompletionSource, bool> _due = new();

    /// <summary>Announces that an action moved in this process.</summary>
    public void Changed(ActionRecord action)
    {
        if (_waiting.TryRemove(action.Id, out var waiting)) waiting.TrySetResult();
        if (action.State is not (ActionState.Approved or ActionState.Unknown)) return;
        foreach (var due in _due.Keys) due.TrySetResult();
    }

    /// <summary>Completes when an action of this process needs upkeep next, or after a time. Listens from the call on, not from the await.</summary>
    public async Task DueAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        // A signal of its own for every wait: what waits in vain leaves nothing behind.
        var due = Fresh();
        _due[due] = true;
        try
        {
            await UntilAsync(due.Task, atMost, cancellation);
        }
        finally
        {
            _due.TryRemove(due, out _);
        }
    }

    /// <summary>Waits until an action satisfies a condition or the time is over, and returns it as it is then.</summary>
    public async Task<ActionRecord> WaitAsync(ActionRecord action, Func<ActionRecord, bool> until, TimeSpan atMost, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (!until(action))
        {
            // Subscribe before reading: a change between the two is then either read or announced.
            var signal = _waiting.GetOrAdd(action.Id, static _ => Fresh()).Task;
            action = await store.FindAsync(action.Tenant, action.Id, cancellation) ?? action;
            var left = atMost - time.GetElapsedTime(started);
            if (until(action) || left <= TimeSpan.Zero) break;
            // Another replica may move it without announcing it here, so look again now and then.
            await UntilAsync(signal, left < Poll ? left : Poll, cancellation);
        }

        return action;
    }

    private async Task UntilAsync(Task signal, TimeSpan atMost, CancellationToken cancellation)
    {
        // A time that is over is no failure here, and is not thrown.
        await FollowAsync(signal).WaitAsync(atMost, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Follows a signal on the context of whoever waits, so that a simulation sees every step.</summary>
    private static async Task FollowAsync(Task signal) => await signal;

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
