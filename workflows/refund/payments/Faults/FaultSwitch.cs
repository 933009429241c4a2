namespace Sallyport.Samples.Payments.Faults;

/// <summary>
/// The one fault that is on, how many requests it still hits, and how often each mode fired since the process started. It lives in
/// memory: a restarted service behaves.
/// </summary>
internal sealed class FaultSwitch
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FaultMode, long> _fired = Enum.GetValues<FaultMode>()
        .Where(mode => mode != FaultMode.None).ToDictionary(mode => mode, _ => 0L);

    private FaultRule _rule = FaultRule.Off;
    private long? _remaining;
    private int _held;

    public void Set(FaultRule rule)
    {
        lock (_gate)
        {
            _rule = rule;
            _remaining = rule.Times;
        }
    }

    /// <summary>The rule that hits this request, counted as fired; <see cref="FaultRule.Off"/> when none does.</summary>
    public FaultRule Take(HttpRequest request)
    {
        lock (_gate)
        {
            if (!_rule.Matches(request) || _remaining == 0)
                return FaultRule.Off;
            _remaining--;
            _fired[_rule.Mode]++;
            return _rule;
        }
    }

    /// <summary>Waits for the delay of a slow mode. The wait ends early only when the service stops.</summary>
    public async Task HoldAsync(TimeSpan delay, TimeProvider clock, CancellationToken stopping)
    {
        Interlocked.Increment(ref _held);
        try
        {
            await Task.Delay(delay, clock, stopping);
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    public object View()
    {
        lock (_gate)
        {
            return new
            {
                mode = FaultRule.NameOf(_rule.Mode),
                _rule.Times,
                remaining = _remaining,
                delay_ms = (long)_rule.Delay.TotalMilliseconds,
                match = new { _rule.PathPrefix, _rule.Method },
                fired = _fired.ToDictionary(pair => FaultRule.NameOf(pair.Key), pair => pair.Value),
                held = Volatile.Read(ref _held),
            };
        }
    }
}
