using System.Collections.Concurrent;

namespace Sallyport.Limits;

/// <summary>
/// Calls per minute, exactly: a sliding window that remembers the times of the calls it admitted. Never more than the limit in any
/// 60 seconds, also across the edge of a minute.
/// </summary>
public sealed class RateLimit(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Queue<long>> _calls = new(StringComparer.Ordinal);

    /// <summary>Admits a call of a key or says how long to wait.</summary>
    public RateVerdict Admit(string key, int perMinute)
    {
        var calls = _calls.GetOrAdd(key, static _ => new Queue<long>());
        var now = time.GetTimestamp();
        lock (calls)
        {
            while (calls.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= Window) calls.Dequeue();
            if (calls.Count >= perMinute) return new RateVerdict(false, Window - time.GetElapsedTime(calls.Peek(), now));
            calls.Enqueue(now);
            return new RateVerdict(true, TimeSpan.Zero);
        }
    }

    /// <summary>Restores what a restart forgot: calls that the audit log shows for the last minute.</summary>
    /// <param name="key">The key.</param>
    /// <param name="age">How long ago the call was.</param>
    public void Restore(string key, TimeSpan age)
    {
        if (age < TimeSpan.Zero) age = TimeSpan.Zero;
        if (age >= Window) return;
        var calls = _calls.GetOrAdd(key, static _ => new Queue<long>());
        lock (calls) calls.Enqueue(time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency));
    }
}
