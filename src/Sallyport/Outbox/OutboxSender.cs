using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Identity;

namespace Sallyport.Outbox;

/// <summary>
/// Sends what is due, at least once: the attempt is counted before it is made and its end written down afterwards, so that a crash in
/// between leads to a repetition under the same id and never to a loss.
/// </summary>
public sealed class OutboxSender(IOutboxStore store, IAuditStore audit, IdSource ids, OutboxLimits limits, TimeProvider time)
{
    /// <summary>Sends deliveries of a channel until none is due, the circuit closes or the batch is full; true when there may be more.</summary>
    public async Task<bool> SendDueAsync(IOutboxChannel channel, ChannelCircuit circuit, CancellationToken cancellation)
    {
        for (var sent = 0; sent < limits.Batch; sent++)
        {
            if (!circuit.Allows) return false;
            var now = time.Now();
            if (await store.ClaimAsync(channel.Name, now, now + limits.Lease, cancellation) is not { } delivery) return false;
            var outcome = await AttemptAsync(channel, delivery, cancellation);
            if (outcome.Status == SendStatus.Later) circuit.Failed();
            else circuit.Answered();
            await SettleAsync(delivery, outcome, cancellation);
        }

        return true;
    }

    private async Task<SendOutcome> AttemptAsync(IOutboxChannel channel, Delivery delivery, CancellationToken cancellation)
    {
        // Attempts whose end nobody wrote down count too: a delivery at which the process dies is not tried for ever.
        if (delivery.Attempts > limits.MaxAttempts) return SendOutcome.Refused(delivery.Reason ?? "no attempt came to an end");
        if (await audit.ReadAsync(delivery.Entry, 1, cancellation) is not [var entry]) return SendOutcome.Refused("the audit entry is missing");
        using var limit = new CancellationTokenSource(limits.SendTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await channel.SendAsync(delivery, entry, linked.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return SendOutcome.Later($"no answer within {limits.SendTimeout.TotalSeconds:0.#} s");
        }
    }

    private async Task SettleAsync(Delivery delivery, SendOutcome outcome, CancellationToken cancellation)
    {
        var reason = outcome.Reason is { Length: > MaxReason } longer ? longer[..MaxReason] : outcome.Reason ?? "no reason given";
        switch (outcome.Status)
        {
            case SendStatus.Taken:
                await store.SentAsync(delivery, cancellation);
                return;
            case SendStatus.Later when delivery.Attempts < limits.MaxAttempts && time.Now() - delivery.Since < limits.MaxAge:
                await store.PostponeAsync(delivery, time.Now() + limits.Pause(delivery.Attempts, ids.Bytes(1)[0], outcome.RetryAfter), reason, cancellation);
                return;
            case SendStatus.Later:
            case SendStatus.Refused:
                await store.BuryAsync(delivery, reason, Leaf("delivery.dead", "system", delivery), cancellation);
                return;
        }
    }

    private const int MaxReason = 200;

    /// <summary>The audit entry of something that happens to a delivery.</summary>
    public static AuditDraft Leaf(string kind, string actor, Delivery delivery) => new(kind, actor, delivery.ActionId)
    {
        Fields = new JsonObject
        {
            ["delivery"] = delivery.Id, ["channel"] = delivery.Channel, ["entry"] = delivery.Entry, ["entry_kind"] = delivery.Kind, ["attempts"] = delivery.Attempts,
        },
        Correlations = [delivery.Id],
    };
}
