using Sallyport.Identity;

namespace Sallyport.Storage.Tests;

/// <content>Agents, people and their credentials.</content>
public abstract partial class StoreCompliance
{
    [Fact]
    public async Task Token_OfAnAssertionUsedBefore_IsNotIssued()
    {
        var leaves = await LeavesAsync();
        Assert.True(await IssueAsync(1, "agt/jti-1"));
        Assert.Equal(leaves + 1, await LeavesAsync());

        Assert.False(await IssueAsync(2, "agt/jti-1"));

        Assert.Null(await Store.Identities.FindTokenAsync([2], Cancellation));
        Assert.Equal(leaves + 1, await LeavesAsync());
        Assert.True(await IssueAsync(2, "agt/jti-2"));
    }

    [Fact]
    public async Task Token_TwentyParallelUsesOfOneAssertion_GiveOneToken()
    {
        var issued = await Task.WhenAll(Enumerable.Range(0, 20).Select(index => IssueAsync((byte)index, "agt/jti-1")));

        Assert.Single(issued, true);
    }

    [Fact]
    public async Task Token_UsedAssertion_IsRefusedAfterAReopenToo()
    {
        Assert.True(await IssueAsync(1, "agt/jti-1"));

        await ReopenAsync();

        Assert.False(await IssueAsync(2, "agt/jti-1"));
        var token = (await Store.Identities.FindTokenAsync([1], Cancellation))!;
        Assert.Equal((AgentId, 1, "https://gate", "refund:issue"), (token.AgentId, token.Generation, token.Audience, string.Join(' ', token.Scopes)));
    }

    [Fact]
    public async Task Agent_NameTaken_IsNotAdded()
    {
        var twin = new AgentIdentity("agt_0002", Tenant, "refund-bot", "olivia", "refund", [], AgentStatus.Active, 1, [], Time.Now());

        Assert.False(await Store.Identities.AddAgentAsync(twin, Leaf("agent.created"), Cancellation));
        Assert.Null(await Store.Identities.FindAgentAsync("agt_0002", Cancellation));
    }

    [Fact]
    public async Task Key_Added_LimitsTheOlderOnes()
    {
        var now = Time.Now();
        await Store.Identities.AddKeyAsync(AgentId, new AgentKey("k1", "{}", now, null), now, Leaf("agent.key_rotated"), Cancellation);
        await Store.Identities.AddKeyAsync(AgentId, new AgentKey("k2", "{}", now + TimeSpan.FromSeconds(1), null), now + TimeSpan.FromHours(1), Leaf("agent.key_rotated"), Cancellation);

        var keys = (await Store.Identities.FindAgentAsync(AgentId, Cancellation))!.Keys;

        Assert.Equal([("k1", now + TimeSpan.FromHours(1)), ("k2", (DateTimeOffset?)null)], keys.Select(key => (key.Kid, key.ExpiresAt)));
    }

    [Fact]
    public async Task Key_AlreadyLimited_IsNeverProlongedByALaterRotation()
    {
        var now = Time.Now();
        await Store.Identities.AddKeyAsync(AgentId, new AgentKey("k1", "{}", now, null), now, Leaf("agent.key_rotated"), Cancellation);
        await Store.Identities.AddKeyAsync(AgentId, new AgentKey("k2", "{}", now, null), now + TimeSpan.FromMinutes(1), Leaf("agent.key_rotated"), Cancellation);
        await Store.Identities.AddKeyAsync(AgentId, new AgentKey("k3", "{}", now, null), now + TimeSpan.FromHours(1), Leaf("agent.key_rotated"), Cancellation);

        var keys = (await Store.Identities.FindAgentAsync(AgentId, Cancellation))!.Keys;

        Assert.Equal(now + TimeSpan.FromMinutes(1), keys.Single(key => key.Kid == "k1").ExpiresAt);
        Assert.Equal(now + TimeSpan.FromHours(1), keys.Single(key => key.Kid == "k2").ExpiresAt);
    }

    [Fact]
    public async Task Session_EndsByTimeAndBySignOut()
    {
        await AddPersonAsync();
        await StartSessionAsync(1);
        await StartSessionAsync(2);

        Assert.Equal("dana", (await FindSessionAsync(1))?.Username);
        Assert.True(await Store.Sessions.EndSessionAsync([1], Leaf("session.ended"), Tenant, Cancellation));
        Assert.Null(await FindSessionAsync(1));
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await FindSessionAsync(2));
    }

    [Fact]
    public async Task Person_Failures_AreCountedAndForgottenAtSignIn()
    {
        await AddPersonAsync();
        await Store.Identities.SetFailuresAsync("usr_1", 5, Time.Now() + TimeSpan.FromMinutes(15), Leaf("sign_in.failed"), Tenant, Cancellation);
        var locked = (await Store.Identities.FindPersonAsync(Tenant, "dana", Cancellation))!;
        Assert.Equal((5, Time.Now() + TimeSpan.FromMinutes(15)), (locked.Failures, locked.LockedUntil));

        await StartSessionAsync(1);

        var fresh = (await Store.Identities.FindPersonAsync(Tenant, "dana", Cancellation))!;
        Assert.Equal((0, (DateTimeOffset?)null), (fresh.Failures, fresh.LockedUntil));
        Assert.False(await Store.Identities.AddPersonAsync(fresh, Leaf("person.added"), Cancellation));
    }

    private Task<bool> IssueAsync(byte token, string assertion) => Store.Identities.IssueTokenAsync(
        new StoredToken([token], AgentId, ["refund:issue"], 1, "https://gate", Time.Now() + TimeSpan.FromMinutes(5)), assertion, Time.Now() + TimeSpan.FromMinutes(2),
        Leaf("token.issued"), Tenant, Cancellation);

    private async Task AddPersonAsync()
    {
        var person = new HumanPrincipal("usr_1", Tenant, "dana", "Dana Ruiz", ["support-leads"], ["approver"]);
        Assert.True(await Store.Identities.AddPersonAsync(new PersonAccount(person, "hash", 0, null), Leaf("person.added"), Cancellation));
    }

    private Task<bool> StartSessionAsync(byte hash, int perPerson = 10, byte[]? replaces = null) => Store.Sessions.StartSessionAsync(
        new StoredSession([hash], $"ses_{hash:D3}", "usr_1", new SignIn(SignIn.Local, Time.Now()), Time.Now(), Time.Now(), Time.Now() + TimeSpan.FromHours(1)), replaces, perPerson,
        Leaf("session.started"), Tenant, Cancellation);

    private async Task<HumanPrincipal?> FindSessionAsync(byte hash) => (await Store.Sessions.FindSessionAsync([hash], Time.GetUtcNow(), Cancellation))?.Person;
}
