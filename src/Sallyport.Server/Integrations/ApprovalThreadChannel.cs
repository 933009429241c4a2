using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Connectors.Approvals;
using Sallyport.Outbox;

namespace Sallyport.Server.Integrations;

/// <summary>
/// Keeps one thread per approval in step at a vendor: made when people are asked, told how things stand whenever the action moves, ended when
/// it does. What is told is read from the store at that moment, so that a repetition or a late message is never wrong.
/// </summary>
internal sealed class ApprovalThreadChannel(string name, IVendorThreads vendor, IOutboxStore store, ApprovalNotices notices) : IOutboxChannel
{
    public string Name => name;

    public bool Wants(StoredEntry entry) =>
        entry.ActionId is not null && entry.Kind is ApprovalAsker.Kind or "decision.approve" or "decision.deny" or "approval.voided" or "action.expired" or "action.cancelled" or "action.escalated";

    public async Task<SendOutcome> SendAsync(Delivery delivery, StoredEntry entry, CancellationToken cancellation)
    {
        // An end that carries no approval (an expiry, a halt's cancellation) ends the action's current one.
        var approval = LeafText.Of(entry, entry.Kind == "approval.voided" ? "old_approval" : "approval");
        var notice = await notices.MakeAsync(delivery.Tenant, entry.ActionId!, approval ?? "", cancellation);
        if (notice is not null && approval is null) notice = await notices.MakeAsync(delivery.Tenant, entry.ActionId!, notice.View.Id, cancellation);
        if (notice is null || notice.Approval.Length == 0) return SendOutcome.Taken;
        if (await store.ThreadAsync(name, notice.Approval, cancellation) is { } thread) return await UpdateAsync(thread, notice, cancellation);
        // Only asking makes a thread; and nobody is asked about what is decided already.
        return entry.Kind == ApprovalAsker.Kind && notice.IsOpen ? await OpenAsync(delivery, notice, cancellation) : SendOutcome.Taken;
    }

    private async Task<SendOutcome> OpenAsync(Delivery delivery, ApprovalNotice notice, CancellationToken cancellation)
    {
        var reply = delivery.Attempts > 1 ? await vendor.FindAsync(notice, delivery.Since, cancellation) : new ThreadReply(SendOutcome.Taken);
        if (reply.Outcome.Status != SendStatus.Taken) return reply.Outcome;
        if (reply.Reference is null) reply = await vendor.OpenAsync(notice, cancellation);
        if (reply.Outcome.Status != SendStatus.Taken) return reply.Outcome;
        await store.KeepThreadAsync(new VendorThread(name, notice.Approval, reply.Reference!, notice.View.Digest, IsOpen: true), cancellation);
        return SendOutcome.Taken;
    }

    private async Task<SendOutcome> UpdateAsync(VendorThread thread, ApprovalNotice notice, CancellationToken cancellation)
    {
        var outcome = await vendor.UpdateAsync(thread.Reference, notice, cancellation);
        if (outcome.Status == SendStatus.Taken && thread.IsOpen && !notice.IsOpen) await store.KeepThreadAsync(thread with { IsOpen = false }, cancellation);
        return outcome;
    }
}
