namespace Sallyport.Identity;

/// <summary>
/// The time that the server counts: it starts at the wall clock and goes on with the monotonic clock, so that no step of the wall clock
/// brings an expired approval back, makes a lease longer or opens tomorrow's budget. While the two disagree nothing is sent.
/// </summary>
/// <param name="machine">The machine's clocks.</param>
public sealed class SteadyClock(TimeProvider machine) : TimeProvider
{
    private readonly long _startStamp = machine.GetTimestamp();
    private long _startTicks = machine.GetUtcNow().UtcTicks;

    /// <summary>How far the two may lie apart: slow corrections are no jump.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    /// <summary>How far the machine's wall clock is ahead (or, negative, behind).</summary>
    public TimeSpan Drift => machine.GetUtcNow() - GetUtcNow();

    /// <summary>Whether effects may be sent on the strength of this clock.</summary>
    public bool IsSane => Drift.Duration() <= Tolerance;

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    /// <summary>Never counts a time before this one: what the store has recorded has happened, even if the machine's clock was set back since.</summary>
    public void NotBefore(DateTimeOffset recorded)
    {
        var missing = recorded - GetUtcNow();
        if (missing > TimeSpan.Zero) Interlocked.Add(ref _startTicks, missing.Ticks);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(Interlocked.Read(ref _startTicks), TimeSpan.Zero) + machine.GetElapsedTime(_startStamp);

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);
}
