using Sallyport.Approvals;
using Sallyport.Identity;
using Sallyport.Passkeys;
using Sallyport.Protocol;

namespace Sallyport.Storage.Tests;

/// <content>Asking people, substitutes, passkeys.</content>
public abstract partial class StoreCompliance
{
    [Fact]
    public async Task Ask_OfAPendingAction_IsDueOnceAndAgainWhenItsTimeComes()
    {
        var action = await AcceptedAsync();
        await AcceptedAsync(ActionState.Approved);
        Assert.Equal((action.Id, null), await DueAsync());
        var first = new ApprovalAsk(0, IsSettled: true);
        Assert.True(await Store.Approvals.AskAsync(action, null, first, Time.Now() + TimeSpan.FromMinutes(15), Leaf("approval.asked"), Cancellation));
        var leaves = await Store.Audit.SizeAsync(Cancellation);
        Assert.False(await Store.Approvals.AskAsync(action, null, first, null, Leaf("approval.asked"), Cancellation));
        Assert.Equal(leaves, await Store.Audit.SizeAsync(Cancellation));
        Assert.Empty(await Store.Approvals.DueAsksAsync(Time.Now(), 10, Cancellation));

        Time.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal((action.Id, first), await DueAsync());
        Assert.False(await Store.Approvals.AskAsync(action, new ApprovalAsk(1, true), new ApprovalAsk(2, true), null, null, Cancellation));
        Assert.True(await Store.Approvals.AskAsync(action, first, new ApprovalAsk(1, true), null, null, Cancellation));
        Assert.Empty(await Store.Approvals.DueAsksAsync(Time.Now() + TimeSpan.FromDays(1), 10, Cancellation));
        Assert.Equal(leaves, await Store.Audit.SizeAsync(Cancellation));

        async Task<(string, ApprovalAsk?)> DueAsync()
        {
            var due = Assert.Single(await Store.Approvals.DueAsksAsync(Time.Now(), 10, Cancellation));
            return (due.Action.Id, due.Asked);
        }
    }

    [Fact]
    public async Task Ask_OfAnActionThatWasDecidedMeanwhile_ChangesNothing()
    {
        var action = await AcceptedAsync();
        await MovedAsync(ActionTransition.Deny, action, ActionState.Denied);
        var leaves = await Store.Audit.SizeAsync(Cancellation);
        Assert.Empty(await Store.Approvals.DueAsksAsync(Time.Now(), 10, Cancellation));
        Assert.False(await Store.Approvals.AskAsync(action, null, new ApprovalAsk(0, true), null, Leaf("approval.asked"), Cancellation));
        Assert.Equal(leaves, await Store.Audit.SizeAsync(Cancellation));
    }

    [Fact]
    public async Task Substitute_IsInForceBetweenItsDatesAndOnlyItsGiverEndsIt()
    {
        var given = new Substitute("sub_1", Tenant, "usr_1", "usr_2", "on leave", Time.Now(), Time.Now() + TimeSpan.FromHours(2));
        await Store.Approvals.AddSubstituteAsync(given, Leaf("substitute.given"), Cancellation);
        await Store.Approvals.AddSubstituteAsync(given with { Id = "sub_2", BeginsAt = Time.Now() + TimeSpan.FromHours(1) }, Leaf("substitute.given"), Cancellation);
        Assert.Equal([given], await Store.Approvals.SubstitutesAsync(Tenant, Time.Now(), Cancellation));
        Assert.Empty(await Store.Approvals.SubstitutesAsync("other", Time.Now(), Cancellation));
        Assert.Equal(2, (await Store.Approvals.SubstitutesAsync(Tenant, Time.Now() + TimeSpan.FromHours(1), Cancellation)).Count);
        Assert.Empty(await Store.Approvals.SubstitutesAsync(Tenant, Time.Now() + TimeSpan.FromHours(2), Cancellation));

        Assert.False(await Store.Approvals.EndSubstituteAsync(Tenant, "sub_1", "usr_2", Time.Now(), Leaf("substitute.ended"), Cancellation));
        Assert.True(await Store.Approvals.EndSubstituteAsync(Tenant, "sub_1", "usr_1", Time.Now(), Leaf("substitute.ended"), Cancellation));
        Assert.False(await Store.Approvals.EndSubstituteAsync(Tenant, "sub_1", "usr_1", Time.Now(), Leaf("substitute.ended"), Cancellation));
        Assert.Empty(await Store.Approvals.SubstitutesAsync(Tenant, Time.Now(), Cancellation));
    }

    [Fact]
    public async Task Passkey_NeedsAnOfferOfItsOwn_AndItsIdIsNeverFreeAgain()
    {
        await OfferAsync("offer-1", "usr_1");
        Assert.False(await AddAsync("key-1", "offer-1", "usr_2"));
        Assert.False(await AddAsync("key-1", "offer-2", "usr_1"));
        Assert.True(await AddAsync("key-1", "offer-1", "usr_1"));
        Assert.False(await AddAsync("key-2", "offer-1", "usr_1"));
        await OfferAsync("offer-3", "usr_2");
        Assert.False(await AddAsync("key-1", "offer-3", "usr_2"));
        await OfferAsync("offer-4", "usr_1");
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(await AddAsync("key-4", "offer-4", "usr_1"));

        await Store.Passkeys.UsedAsync("key-1", 7, Time.Now(), Cancellation);
        await Store.Passkeys.UsedAsync("key-1", 5, Time.Now(), Cancellation);
        var own = Assert.Single(await Store.Passkeys.OfAsync(Tenant, "usr_1", Cancellation));
        Assert.Equal(("key-1", "usr_1", 7L, (DateTimeOffset?)Time.Now()), (own.CredentialId, own.UserId, own.SignCount, own.UsedAt));

        Assert.False(await Store.Passkeys.RemoveAsync(Tenant, "usr_2", "key-1", Time.Now(), Leaf("passkey.removed"), Cancellation));
        Assert.True(await Store.Passkeys.RemoveAsync(Tenant, "usr_1", "key-1", Time.Now(), Leaf("passkey.removed"), Cancellation));
        Assert.False(await Store.Passkeys.RemoveAsync(Tenant, "usr_1", "key-1", Time.Now(), Leaf("passkey.removed"), Cancellation));
        Assert.Empty(await Store.Passkeys.OfAsync(Tenant, "usr_1", Cancellation));
        await OfferAsync("offer-5", "usr_2");
        Assert.False(await AddAsync("key-1", "offer-5", "usr_2"));

        Task OfferAsync(string challenge, string user) => Store.Passkeys.OfferAsync(challenge, user, Time.Now(), Time.Now() + TimeSpan.FromMinutes(5), Cancellation);

        Task<bool> AddAsync(string id, string challenge, string user) => Store.Passkeys.AddAsync(
            new Passkey(id, Tenant, user, "phone", "AAAA", "gate.test", "https://gate.test", 1, Time.Now(), null), challenge, Time.Now(), Leaf("passkey.registered"), Cancellation);
    }
}
