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
}
