using Sallyport.Audit;

namespace Sallyport.Outbox;

/// <summary>Deliveries, cursors and threads; SQLite and PostgreSQL implement it. Every operation is one transaction.</summary>
public interface IOutboxStore
{
    /// <summary>The entry from which a channel reads on. A channel that is new starts at the end of the log.</summary>
    Task<long> FollowAsync(string channel, CancellationToken cancellation);

    /// <summary>Makes deliveries of entries and moves the cursor, both or neither; false when the cursor is elsewhere (another server was faster).</summary>
    Task<bool> EnqueueAsync(string channel, long from, long to, IReadOnlyList<NewDelivery> deliveries, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>How many deliveries of a channel wait.</summary>
    Task<int> WaitingAsync(string channel, CancellationToken cancellation);

    /// <summary>
    /// Takes the next delivery that is due and counts the attempt; null when none is. Until <paramref name="lockedUntil"/> nobody else gets
    /// it, and never one of an action of which an earlier delivery of the channel still waits.
    /// </summary>
    Task<Delivery?> ClaimAsync(string channel, DateTimeOffset now, DateTimeOffset lockedUntil, CancellationToken cancellation);

    /// <summary>The other side has it. Counts even when the lease has lapsed meanwhile: it is true.</summary>
    Task SentAsync(Delivery delivery, CancellationToken cancellation);

    /// <summary>To be tried again later; ignored when somebody else has begun another attempt.</summary>
    Task PostponeAsync(Delivery delivery, DateTimeOffset dueAt, string reason, CancellationToken cancellation);

    /// <summary>Given up, with its audit entry; ignored (false, no entry) when somebody else has begun another attempt.</summary>
    Task<bool> BuryAsync(Delivery delivery, string reason, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Sends a dead delivery again, from a fresh count; false when it is not dead.</summary>
    Task<bool> RetryAsync(string tenant, string id, DateTimeOffset now, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Drops a delivery that waits or is dead; false otherwise.</summary>
    Task<bool> DropAsync(string tenant, string id, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Forgets deliveries that were sent or dropped and are older; the audit log keeps what they told.</summary>
    Task ForgetAsync(DateTimeOffset before, CancellationToken cancellation);

    /// <summary>A delivery, or null.</summary>
    Task<Delivery?> FindAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>Deliveries, the newest first.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="state">Only those of this state; null for those that wait or are dead.</param>
    /// <param name="limit">Most of them.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    Task<IReadOnlyList<Delivery>> ListAsync(string tenant, DeliveryState? state, int limit, CancellationToken cancellation);

    /// <summary>What stands at a vendor about an approval, or null.</summary>
    Task<VendorThread?> ThreadAsync(string channel, string subject, CancellationToken cancellation);

    /// <summary>Threads of a channel that still ask, the oldest first.</summary>
    Task<IReadOnlyList<VendorThread>> OpenThreadsAsync(string channel, int limit, CancellationToken cancellation);

    /// <summary>Remembers a thread, or how it now stands.</summary>
    Task KeepThreadAsync(VendorThread thread, CancellationToken cancellation);
}
