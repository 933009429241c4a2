using System.Collections.Concurrent;
using Sallyport.Approvals;

namespace Sallyport.Connectors.Approvals;

/// <summary>
/// Keeps what a directory said for a short while, so that a page full of approvals is one question. It never stands in for an answer: what is
/// older is asked again, and a failure stays a failure.
/// </summary>
internal sealed class DirectoryCache(TimeSpan kept, TimeProvider time)
{
    private const int Most = 1_000;
    private readonly ConcurrentDictionary<string, (DirectoryReading Reading, long Stamp)> _known = new(StringComparer.Ordinal);

    /// <summary>What is known, or what is read now.</summary>
    internal async Task<DirectoryReading> GetAsync(string key, Func<Task<DirectoryReading>> read)
    {
        var asked = time.GetTimestamp();
        if (_known.TryGetValue(key, out var known) && time.GetElapsedTime(known.Stamp) < kept) return known.Reading;
        var reading = await read();
        if (_known.Count >= Most) _known.Clear();
        // Counted from the question: the answer may have been true only then.
        _known[key] = (reading, asked);
        return reading;
    }

    /// <summary>Forgets everything: a hint came that something changed.</summary>
    internal void Clear() => _known.Clear();
}
