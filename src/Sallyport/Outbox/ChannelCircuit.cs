namespace Sallyport.Outbox;

/// <summary>
/// Leaves a channel alone that fails again and again, so that its deliveries do not use up their attempts and their timeouts one by one.
/// After the pause one attempt shows whether it is back.
/// </summary>
public sealed class ChannelCircuit(TimeProvider time)
{
    private const int FailuresAllowed = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private int _failures;
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;

    /// <summary>Whether an attempt may be made now.</summary>
    public bool Allows => time.GetUtcNow() >= _closedUntil;

    /// <summary>The channel answers.</summary>
    public void Answered() => _failures = 0;

    /// <summary>The channel did not take an attempt that it may take later.</summary>
    public void Failed()
    {
        if (++_failures < FailuresAllowed) return;
        var pause = FirstPause * Math.Pow(2, Math.Min(_failures - FailuresAllowed, 10));
        _closedUntil = time.GetUtcNow() + (pause < LongestPause ? pause : LongestPause);
    }
}
