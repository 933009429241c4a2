namespace Sallyport.Execution;

/// <summary>
/// This process's permission to send effects. It is renewed together with the store and lapses by itself, measured by the monotonic clock:
/// a process that is cut off from its store stops within one time-to-live, whatever the wall clock says.
/// </summary>
/// <param name="replicaId">Id of this process's life; a restart is another replica.</param>
/// <param name="time">The clock whose timestamps are monotonic.</param>
public sealed class ReplicaPermit(string replicaId, TimeProvider time)
{
    private long _until = long.MinValue;
    private TaskCompletionSource _renewed = Signal();

    /// <summary>Id of this process's life.</summary>
    public string ReplicaId { get; } = replicaId;

    /// <summary>Whether effects may leave now.</summary>
    public bool IsFresh => time.GetTimestamp() < Interlocked.Read(ref _until);

    /// <summary>Extends the permit.</summary>
    /// <param name="from">Timestamp taken before the store was asked, so that this side always lapses first.</param>
    /// <param name="timeToLive">How long it holds.</param>
    public void Renew(long from, TimeSpan timeToLive)
    {
        Interlocked.Exchange(ref _until, from + (long)(timeToLive.TotalSeconds * time.TimestampFrequency));
        Interlocked.Exchange(ref _renewed, Signal()).TrySetResult();
    }

    /// <summary>Gives the permit up at once.</summary>
    public void Drop() => Interlocked.Exchange(ref _until, long.MinValue);

    /// <summary>Waits for a renewal when the permit has lapsed; false when none comes in time.</summary>
    public async Task<bool> FreshAsync(TimeSpan atMost)
    {
        var started = time.GetTimestamp();
        while (!IsFresh)
        {
            // Subscribe before looking again: a renewal between the two is then either seen or announced.
            var renewed = Volatile.Read(ref _renewed).Task;
            if (IsFresh) break;
            var left = atMost - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return false;
            try
            {
                await FollowAsync(renewed).WaitAsync(left, time);
            }
            catch (TimeoutException)
            {
                return IsFresh;
            }
        }

        return true;
    }

    /// <summary>Follows a signal on the context of whoever waits, so that a simulation sees every step.</summary>
    private static async Task FollowAsync(Task signal) => await signal;

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
