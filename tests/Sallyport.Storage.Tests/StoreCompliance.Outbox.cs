using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.Outbox;

namespace Sallyport.Storage.Tests;

/// <content>Deliveries: what a channel is owed, by whom it is taken and how it ends.</content>
public abstract partial class StoreCompliance
{
    private const string Channel = "webhook:test";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private IOutboxStore Outbox => Store.Outbox;

    [Fact]
    public async Task Channel_ThatIsNew_StartsAtTheEndOfTheLog()
    {
        var end = await LeavesAsync();

        Assert.Equal(end, await Outbox.FollowAsync(Channel, Cancellation));
        await Store.Audit.AppendAsync(Tenant, Leaf("test.one"), Cancellation);

        Assert.Equal(end, await Outbox.FollowAsync(Channel, Cancellation));
        Assert.Equal(end + 1, await Outbox.FollowAsync("webhook:later", Cancellation));
        await ReopenAsync();
        Assert.Equal(end, await Outbox.FollowAsync(Channel, Cancellation));
    }

    [Fact]
    public async Task Deliveries_AndTheCursor_AreMadeTogetherOrNotAtAll()
    {
        var from = await OweAsync("act_1");

        Assert.Equal(from + 1, await Outbox.FollowAsync(Channel, Cancellation));
        Assert.Equal(1, await Outbox.WaitingAsync(Channel, Cancellation));
        // A second server that read the same entries comes too late.
        Assert.False(await Outbox.EnqueueAsync(Channel, from, from + 1, [new NewDelivery("dlv_again", from)], Time.Now(), Cancellation));
        // A delivery that cannot be made leaves the cursor where it was.
        await Assert.ThrowsAnyAsync<Exception>(() => Outbox.EnqueueAsync(Channel, from + 1, from + 2, [new NewDelivery("dlv_twice", from)], Time.Now(), Cancellation));
        Assert.Equal(from + 1, await Outbox.FollowAsync(Channel, Cancellation));
        Assert.Equal(1, await Outbox.WaitingAsync(Channel, Cancellation));
    }

    [Fact]
    public async Task Claim_OfADelivery_IsExclusiveUntilItsLeaseLapses()
    {
        await OweAsync("act_1");

        var first = await ClaimAsync();
        Assert.Equal(1, first!.Attempts);
        Assert.Null(await ClaimAsync());

        Time.Advance(Lease);
        var second = await ClaimAsync();
        Assert.Equal((first.Id, 2), (second!.Id, second.Attempts));
        // The first claimer is slow, not dead: what it says about its attempt no longer counts, except that it was sent.
        await Outbox.PostponeAsync(first, Time.Now() + TimeSpan.FromHours(1), "slow", Cancellation);
        Assert.False(await Outbox.BuryAsync(first, "slow", Leaf("delivery.dead"), Cancellation));
        Assert.Equal(second.DueAt, (await Outbox.FindAsync(Tenant, first.Id, Cancellation))!.DueAt);
        await Outbox.SentAsync(first, Cancellation);
        Assert.Equal(DeliveryState.Sent, (await Outbox.FindAsync(Tenant, first.Id, Cancellation))!.State);
    }

    [Fact]
    public async Task Claims_OfOneAction_FollowTheOrderOfTheLog()
    {
        var one = await OweAsync("act_1");
        await OweAsync("act_1");
        await OweAsync("act_2");

        var first = await ClaimAsync();
        var other = await ClaimAsync();
        Assert.Equal((one, "act_1", "act_2"), (first!.Entry, first.ActionId, other!.ActionId));
        await Outbox.SentAsync(other, Cancellation);
        await Outbox.PostponeAsync(first, Time.Now() + TimeSpan.FromMinutes(1), "later", Cancellation);
        Assert.Null(await ClaimAsync());

        Time.Advance(TimeSpan.FromMinutes(1));
        await Outbox.SentAsync((await ClaimAsync())!, Cancellation);
        Assert.Equal((one + 1, "act_1"), (await ClaimAsync()) is { } next ? (next.Entry, next.ActionId) : default);
    }

    [Fact]
    public async Task Death_Retry_AndDrop_EachHaveTheirEntry()
    {
        await OweAsync("act_1");
        var delivery = (await ClaimAsync())!;
        var leaves = await LeavesAsync();

        Assert.True(await Outbox.BuryAsync(delivery, "status 400", Leaf("delivery.dead"), Cancellation));
        Assert.False(await Outbox.BuryAsync(delivery, "status 400", Leaf("delivery.dead"), Cancellation));
        Assert.Equal((DeliveryState.Dead, "status 400"), (await Outbox.FindAsync(Tenant, delivery.Id, Cancellation)) is { } dead ? (dead.State, dead.Reason) : default);
        Assert.Null(await ClaimAsync());
        Assert.False(await Outbox.RetryAsync("another", delivery.Id, Time.Now(), Leaf("delivery.retried"), Cancellation));
        Assert.True(await Outbox.RetryAsync(Tenant, delivery.Id, Time.Now(), Leaf("delivery.retried"), Cancellation));
        Assert.Equal((delivery.Id, 1), (await ClaimAsync()) is { } again ? (again.Id, again.Attempts) : default);
        Assert.True(await Outbox.DropAsync(Tenant, delivery.Id, Leaf("delivery.dropped"), Cancellation));
        Assert.False(await Outbox.DropAsync(Tenant, delivery.Id, Leaf("delivery.dropped"), Cancellation));

        Assert.Equal(leaves + 3, await LeavesAsync());
        Assert.Empty(await Outbox.ListAsync(Tenant, null, 10, Cancellation));
        Assert.Single(await Outbox.ListAsync(Tenant, DeliveryState.Dropped, 10, Cancellation));
        await Outbox.ForgetAsync(Time.Now() + TimeSpan.FromMilliseconds(1), Cancellation);
        Assert.Null(await Outbox.FindAsync(Tenant, delivery.Id, Cancellation));
    }

    [Fact]
    public async Task Threads_AreRememberedAndClosed()
    {
        var thread = new VendorThread("slack", "apr_1", "1700000000.1", "sha256:one", IsOpen: true);
        await Outbox.KeepThreadAsync(thread, Cancellation);
        await Outbox.KeepThreadAsync(thread with { Subject = "apr_2" }, Cancellation);
        await ReopenAsync();

        await Outbox.KeepThreadAsync(thread with { IsOpen = false }, Cancellation);

        Assert.Equal(thread with { IsOpen = false }, await Outbox.ThreadAsync("slack", "apr_1", Cancellation));
        Assert.Null(await Outbox.ThreadAsync("jira", "apr_1", Cancellation));
        Assert.Equal(["apr_2"], (await Outbox.OpenThreadsAsync("slack", 10, Cancellation)).Select(open => open.Subject));
    }

    private Task<Delivery?> ClaimAsync() => Outbox.ClaimAsync(Channel, Time.Now(), Time.Now() + Lease, Cancellation);

    /// <summary>Records something of an action and owes it to the channel; returns the entry's position.</summary>
    private async Task<long> OweAsync(string actionId)
    {
        await Outbox.FollowAsync(Channel, Cancellation);
        var entry = await LeavesAsync();
        await Store.Audit.AppendAsync(Tenant, new AuditDraft("test.owed", "system", actionId), Cancellation);
        Assert.True(await Outbox.EnqueueAsync(Channel, entry, entry + 1, [new NewDelivery($"dlv_{entry:D8}", entry)], Time.Now(), Cancellation));
        return entry;
    }
}
