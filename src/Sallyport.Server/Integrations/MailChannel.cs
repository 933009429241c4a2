using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Connectors.Mail;
using Sallyport.Identity;
using Sallyport.Outbox;

namespace Sallyport.Server.Integrations;

/// <summary>Writes to the people who were asked and have an address, one message each and approval: whoever got theirs gets no second one, not after a failure and not when a further circle is asked.</summary>
internal sealed class MailChannel(MailSender mail, IOutboxStore store, IIdentityStore identities, ApprovalNotices notices) : IOutboxChannel
{
    private const int Most = 50;

    public string Name => "mail";

    public bool Wants(StoredEntry entry) => entry.Kind == ApprovalAsker.Kind;

    public async Task<SendOutcome> SendAsync(Delivery delivery, StoredEntry entry, CancellationToken cancellation)
    {
        if (AskedApproval.Of(entry) is not { } asked) return SendOutcome.Refused("the entry names no approval");
        // Nobody is called to what is decided already.
        if (await notices.MakeAsync(delivery.Tenant, entry.ActionId!, asked.Approval, cancellation) is not { IsOpen: true } notice) return SendOutcome.Taken;
        var people = (await identities.PeopleAsync(delivery.Tenant, cancellation)).Where(person => asked.People.Contains(person.UserId) && person.Email is { Length: > 0 }).Take(Most);
        SendOutcome? refused = null;
        foreach (var person in people)
        {
            var subject = $"{asked.Approval}:{person.UserId}";
            if (await store.ThreadAsync(Name, subject, cancellation) is not null) continue;
            var outcome = await mail.SendAsync(notice, person.Email!, $"{delivery.Id}.{person.UserId}", cancellation);
            if (outcome.Status == SendStatus.Later) return outcome;
            if (outcome.Status == SendStatus.Refused) refused = outcome;
            await store.KeepThreadAsync(new VendorThread(Name, subject, delivery.Id, notice.View.Digest, IsOpen: false), cancellation);
        }

        return refused ?? SendOutcome.Taken;
    }
}
