namespace Sallyport.Testing;

/// <summary>A clock that only moves when a test moves it; timers fire, in order, while it moves.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private long _ticks = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).Ticks;
    private long _wallOffset;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Moves the clock forward.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = Interlocked.Read(ref _ticks) + by.Ticks;
        while (NextDue(end) is { } due) due.Fire();
        Interlocked.Exchange(ref _ticks, end);
    }

    /// <summary>Moves the clock to its next timer if that is near; false when there is none. Long time-outs are left alone.</summary>
    public bool AdvanceToNext(TimeSpan near)
    {
        if (NextDue(Interlocked.Read(ref _ticks) + near.Ticks) is not { } due) return false;
        due.Fire();
        return true;
    }

    /// <summary>Steps the wall clock without the monotonic one, as an operator or a time server would.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _wallOffset, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks) + Interlocked.Read(ref _wallOffset), TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock to the earliest timer that is due by then and hands it out; null when there is none.</summary>
    private Timer? NextDue(long end)
    {
        lock (_lock)
        {
            if (_timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due) is not { } next) return null;
            Interlocked.Exchange(ref _ticks, Math.Max(Interlocked.Read(ref _ticks), next.Due));
            if (next.Period > 0) next.Due += next.Period;
            else _timers.Remove(next);
            return next;
        }
    }

    private sealed class Timer(ManualTimeProvider clock, Action fire) : ITimer
    {
        internal long Due { get; set; }

        internal long Period { get; private set; }

        internal void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock.GetTimestamp() + dueTime.Ticks;
                Period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
