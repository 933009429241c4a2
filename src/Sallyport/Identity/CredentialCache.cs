using System.Collections.Concurrent;

namespace Sallyport.Identity;

/// <summary>
/// Verified access tokens by digest, so that a call costs one hash and one look-up. Cleared by every halt, revocation and rotation; even a
/// stale entry cannot act, since acceptance and claim compare the generation inside their transactions.
/// </summary>
/// <param name="isCurrent">
/// Whether this process hears of revocations now; while it does not, every token is looked up again, so that a process which is cut off
/// refuses what was revoked. Null: always.
/// </param>
public sealed class CredentialCache(Func<bool>? isCurrent = null)
{
    private const int MaxEntries = 100_000;
    private readonly ConcurrentDictionary<string, (Proposer Proposer, DateTimeOffset ExpiresAt)> _entries = new(StringComparer.Ordinal);
    private long _epoch;

    /// <summary>Changes with every <see cref="Clear"/>.</summary>
    public long Epoch => Interlocked.Read(ref _epoch);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _epoch);
        _entries.Clear();
    }

    internal bool TryGet(string digest, DateTimeOffset now, out Proposer proposer)
    {
        var found = _entries.TryGetValue(digest, out var entry) && entry.ExpiresAt > now && (isCurrent is null || isCurrent());
        proposer = found ? entry.Proposer : null!;
        return found;
    }

    /// <summary>Keeps a token that was read from the store during an epoch; one read before a clear is not kept.</summary>
    internal void Keep(string digest, Proposer proposer, DateTimeOffset expiresAt, long epoch)
    {
        if (_entries.Count >= MaxEntries) _entries.Clear();
        _entries[digest] = (proposer, expiresAt);
        if (Epoch != epoch) _entries.TryRemove(digest, out _);
    }
}
