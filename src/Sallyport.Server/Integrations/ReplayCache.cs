using System.Collections.Concurrent;

namespace Sallyport.Server.Integrations;

/// <summary>What is known about a request that is signed.</summary>
internal enum Repetition
{
    /// <summary>It was not seen before.</summary>
    First,

    /// <summary>It was.</summary>
    Again,

    /// <summary>So many are remembered that this one cannot be: forgetting one to take another would let the first in again.</summary>
    Unknown,
}

/// <summary>Remembers a system's requests for as long as they could be repeated.</summary>
internal sealed class ReplayCache(TimeSpan kept, TimeProvider time, int most = 10_000)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether the request was seen before; remembers it.</summary>
    internal Repetition See(string key)
    {
        var now = time.GetUtcNow();
        if (_seen.Count >= most)
            foreach (var (old, until) in _seen) if (until <= now) _seen.TryRemove(old, out _);
        if (_seen.Count >= most) return _seen.ContainsKey(key) ? Repetition.Again : Repetition.Unknown;
        if (_seen.TryAdd(key, now + kept)) return Repetition.First;
        return _seen.TryGetValue(key, out var end) && end <= now && _seen.TryUpdate(key, now + kept, end) ? Repetition.First : Repetition.Again;
    }
}
