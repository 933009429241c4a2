namespace Sallyport.Audit;

/// <summary>An entry as it is read back.</summary>
/// <param name="Index">Position in the log, from 0, without gaps.</param>
/// <param name="At">When.</param>
/// <param name="Kind">Kind.</param>
/// <param name="ActionId">The action.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Actor">Who.</param>
/// <param name="Leaf">The bytes.</param>
/// <param name="LeafHash">The leaf hash.</param>
/// <param name="Payload">What is beside it; null when there is none or it was erased.</param>
/// <param name="Salt">Salt of the payload's digest.</param>
public sealed record StoredEntry(
    long Index, DateTimeOffset At, string Kind, string? ActionId, string? TaskId, string Actor, byte[] Leaf, byte[] LeafHash, string? Payload, byte[]? Salt);

/// <summary>Reading the log. Two stores implement it; writing happens only inside the transitions' own transactions.</summary>
public interface IAuditStore
{
    /// <summary>Number of entries.</summary>
    Task<long> SizeAsync(CancellationToken cancellation);

    /// <summary>When the newest entry was made; null when there is none.</summary>
    Task<DateTimeOffset?> LastAsync(CancellationToken cancellation);

    /// <summary>Entries from a position, in order.</summary>
    Task<IReadOnlyList<StoredEntry>> ReadAsync(long from, int count, CancellationToken cancellation);

    /// <summary>
    /// The entries that belong to an id: an action, approval, task, idempotency key, trace or business id. Everything recorded about the
    /// actions found is included. At most <paramref name="limit"/> entries.
    /// </summary>
    Task<IReadOnlyList<StoredEntry>> ChainAsync(string tenant, string id, int limit, CancellationToken cancellation);

    /// <summary>Appends an entry that records no transition of an action: sign-ins, alarms, configuration.</summary>
    Task AppendAsync(string tenant, AuditDraft draft, CancellationToken cancellation);

    /// <summary>
    /// Erases what stands beside entries: payloads, their salts and the business ids that lead to them. Entries of actions that have not
    /// ended keep theirs. The erasure is itself an entry, and the log verifies as before.
    /// </summary>
    /// <param name="tenant">Whose entries.</param>
    /// <param name="scope">Which of them.</param>
    /// <param name="actor">Who erases.</param>
    /// <param name="cancellation">Cancels between two steps; what is erased stays erased.</param>
    Task<ErasureOutcome> EraseAsync(string tenant, ErasureScope scope, string actor, CancellationToken cancellation);
}

/// <summary>What to erase; exactly one of the two is given.</summary>
/// <param name="Before">Entries older than this.</param>
/// <param name="ActionId">Entries of this action.</param>
public sealed record ErasureScope(DateTimeOffset? Before, string? ActionId);

/// <summary>What an erasure did.</summary>
/// <param name="Payloads">Payloads erased.</param>
/// <param name="Correlations">Business ids erased.</param>
/// <param name="Kept">Payloads in the scope that were kept because their action has not ended.</param>
public sealed record ErasureOutcome(long Payloads, long Correlations, long Kept);
