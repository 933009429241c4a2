using System.Collections.Concurrent;

namespace Sallyport.Server.Integrations;

/// <summary>Remembers requests for as long as they could be repeated. Full means no: forgetting one to take another would let the first in again.</summary>
internal sealed class ReplayCache(TimeSpan kept, TimeProvider time, int most = 10_000)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether this is the first time.</summary>
    internal bool IsFirst(string key)
    {
        var now = time.GetUtcNow();
        if (_seen.Count >= most)
            foreach (var (old, until) in _seen) if (until <= now) _seen.TryRemove(old, out _);
        if (_seen.Count >= most) return false;
        if (_seen.TryAdd(key, now + kept)) return true;
        return _seen.TryGetValue(key, out var end) && end <= now && _seen.TryUpdate(key, now + kept, end);
    }
}
