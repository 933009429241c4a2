namespace Sallyport.Simulation.World;

/// <summary>The clock of one replica: monotonic time is the world's, wall-clock time can be set wrong.</summary>
internal sealed class SimulatedTime(Scheduler scheduler, Lane lane, Func<TimeSpan> offset) : TimeProvider
{
    /// <summary>When every world begins.</summary>
    internal static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Start + scheduler.Now + offset();

    /// <inheritdoc/>
    public override long GetTimestamp() => scheduler.Now.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(scheduler, lane, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Scheduler scheduler, Lane lane, TimerCallback callback, object? state) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var setting = ++_setting;
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            scheduler.After(dueTime, lane, () => Fire(setting, period));
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int setting, TimeSpan period)
        {
            if (setting != _setting) return;
            if (period > TimeSpan.Zero) scheduler.After(period, lane, () => Fire(setting, period));
            callback(state);
        }
    }
}
