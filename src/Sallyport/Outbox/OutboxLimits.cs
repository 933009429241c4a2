namespace Sallyport.Outbox;

/// <summary>How long and how often is tried, and how much may wait.</summary>
public sealed record OutboxLimits
{
    /// <summary>Attempts after which a delivery is given up.</summary>
    public int MaxAttempts { get; init; } = 24;

    /// <summary>Age at which a delivery is given up; entries older than this are not delivered at all.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Longest wait for one answer.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before the second attempt; it doubles from there to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause between two attempts, unless the other side asks for more.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Longest pause that the other side may ask for.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Deliveries of one channel that may wait. Beyond it the log is not read on: it keeps the rest.</summary>
    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>Entries read, and deliveries sent, in one step.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>How long a claimed delivery belongs to its claimer; longer than any attempt.</summary>
    public TimeSpan Lease => SendTimeout + TimeSpan.FromSeconds(20);

    /// <summary>When to try again.</summary>
    /// <param name="attempts">Attempts so far, from 1.</param>
    /// <param name="jitter">Random, 0 to 255: spreads the attempts over the second half of the pause.</param>
    /// <param name="retryAfter">What the other side asked for.</param>
    public TimeSpan Pause(int attempts, byte jitter, TimeSpan? retryAfter)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts - 1, 30));
        if (pause > LongestPause) pause = LongestPause;
        pause *= 0.5 + (jitter / 510.0);
        if (retryAfter is not { } asked || asked <= pause) return pause;
        return asked < LongestRetryAfter ? asked : LongestRetryAfter;
    }
}
