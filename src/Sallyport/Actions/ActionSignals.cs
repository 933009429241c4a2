using System.Collections.Concurrent;
using Sallyport.Protocol;

namespace Sallyport.Actions;

/// <summary>Tells waiting callers and the workers that an action has moved. A hint only: everybody reads the store again.</summary>
public sealed class ActionSignals(IActionStore store, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);
    private TaskCompletionSource _any = Fresh();

    /// <summary>Announces that an action moved in this process.</summary>
    public void Changed(string actionId)
    {
        if (_waiting.TryRemove(actionId, out var waiting)) waiting.TrySetResult();
        Interlocked.Exchange(ref _any, Fresh()).TrySetResult();
    }

    /// <summary>Completes at the next announcement of any action, or after a time.</summary>
    public Task AnyAsync(TimeSpan atMost, CancellationToken cancellation) => UntilAsync(Volatile.Read(ref _any).Task, atMost, cancellation);

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
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var timer = Task.Delay(atMost, time, timeout.Token);
        await Task.WhenAny(signal, timer);
        await timeout.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
