using Sallyport.Audit;
using Sallyport.Identity;

namespace Sallyport.Outbox;

/// <summary>
/// Follows the audit log for a channel. The log is the outbox: an entry stands in it by the same transaction as what it tells, so nothing
/// that happened can be missing here, and nothing is announced that did not happen.
/// </summary>
public sealed class OutboxPump(IOutboxStore store, IAuditStore audit, IdSource ids, OutboxLimits limits, TimeProvider time)
{
    /// <summary>Makes deliveries of the next entries; true when there may be more at once.</summary>
    public async Task<bool> StepAsync(IOutboxChannel channel, CancellationToken cancellation)
    {
        var from = await store.FollowAsync(channel.Name, cancellation);
        if (await store.WaitingAsync(channel.Name, cancellation) >= limits.MaxWaiting) return false;
        var entries = await audit.ReadAsync(from, limits.Batch, cancellation);
        if (entries.Count == 0) return false;
        var now = time.Now();
        var wanted = entries.Where(entry => now - entry.At < limits.MaxAge && channel.Wants(entry)).Select(entry => new NewDelivery(ids.Next("dlv"), entry.Index));
        await store.EnqueueAsync(channel.Name, from, entries[^1].Index + 1, [.. wanted], now, cancellation);
        return entries.Count == limits.Batch;
    }
}
