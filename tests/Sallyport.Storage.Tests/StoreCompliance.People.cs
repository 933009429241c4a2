using Sallyport.Identity;
using Sallyport.Protocol;

namespace Sallyport.Storage.Tests;

/// <content>People of providers, their sessions, waiting programs and delegations.</content>
public abstract partial class StoreCompliance
{
    [Fact]
    public async Task Provider_SubjectOrUsernameTaken_AddsNobody()
    {
        await AddPersonAsync();
        Assert.True(await AddFromProviderAsync("usr_2", "erin", "corp", "sub-2"));

        Assert.False(await AddFromProviderAsync("usr_3", "erin.new", "corp", "sub-2"));
        Assert.False(await AddFromProviderAsync("usr_4", "dana", "corp", "sub-4"));

        Assert.True(await AddFromProviderAsync("usr_5", "erin.two", "other", "sub-2"));
        Assert.Equal("usr_2", (await Store.Identities.FindProviderPersonAsync(Tenant, "corp", "sub-2", Cancellation))!.UserId);
        Assert.Null(await Store.Identities.FindProviderPersonAsync(Tenant, "corp", "sub-4", Cancellation));
        Assert.NotNull((await Store.Identities.FindPersonAsync(Tenant, "dana", Cancellation))!.PasswordHash);
    }

    [Fact]
    public async Task Person_Refreshed_KeepsTheUsername()
    {
        await AddPersonAsync();
        var leaves = await LeavesAsync();
        await Store.Identities.RefreshPersonAsync(new HumanPrincipal("usr_1", Tenant, "mallory", "Dana R.", ["a"], ["viewer"]) { Email = "d@example.com" }, Leaf("person.changed"), Cancellation);

        var person = (await Store.Identities.FindPersonByIdAsync("usr_1", Cancellation))!;
        Assert.Equal(("dana", "Dana R.", "d@example.com", "a", "viewer"), (person.Username, person.DisplayName, person.Email, person.Groups.Single(), person.Roles.Single()));
        Assert.Equal(leaves + 1, await LeavesAsync());
    }

    [Fact]
    public async Task Session_OneMoreThanAllowed_EndsTheLeastRecentlyUsed()
    {
        await AddPersonAsync();
        for (byte number = 1; number <= 3; number++)
        {
            await StartSessionAsync(number, perPerson: 3);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        await Store.Sessions.TouchSessionAsync([1], Time.Now(), Cancellation);
        await StartSessionAsync(4, perPerson: 3);

        Assert.Null(await FindSessionAsync(2));
        Assert.All(new byte[] { 1, 3, 4 }, number => Assert.NotNull(FindSessionAsync(number).GetAwaiter().GetResult()));
        Assert.Equal(3, (await Store.Sessions.SessionsAsync("usr_1", Time.Now(), Cancellation)).Count);
    }

    [Fact]
    public async Task Session_Replaced_EndsTheOldOne()
    {
        await AddPersonAsync();
        await StartSessionAsync(1);

        await StartSessionAsync(2, replaces: [1]);

        Assert.Null(await FindSessionAsync(1));
        Assert.NotNull(await FindSessionAsync(2));
    }

    [Fact]
    public async Task Person_Locked_LosesSessionsAndDelegationsAndGetsNoNewOnes()
    {
        await AddPersonAsync();
        await StartSessionAsync(1);
        await DelegateAsync("dlg_1");
        var leaves = await LeavesAsync();

        Assert.True(await Store.Identities.LockPersonAsync("usr_1", Time.Now(), Leaf("person.locked"), Tenant, Cancellation));
        Assert.False(await Store.Identities.LockPersonAsync("usr_1", Time.Now(), Leaf("person.locked"), Tenant, Cancellation));

        Assert.Equal(leaves + 1, await LeavesAsync());
        Assert.Null(await FindSessionAsync(1));
        Assert.False(await StartSessionAsync(2));
        Assert.Null(await Store.Identities.FindDelegationAsync("dlg_1", Time.Now(), Cancellation));
        Assert.True(await Store.Identities.UnlockPersonAsync("usr_1", Leaf("person.unlocked"), Tenant, Cancellation));
        Assert.Null(await FindSessionAsync(1));
        Assert.Null(await Store.Identities.FindDelegationAsync("dlg_1", Time.Now(), Cancellation));
        Assert.True(await StartSessionAsync(3));
    }

    [Fact]
    public async Task Delegation_HoldsUntilItEndsOrIsRevoked()
    {
        await AddPersonAsync();
        await DelegateAsync("dlg_1");
        await DelegateAsync("dlg_2");
        Assert.Equal(["dlg_2", "dlg_1"], (await Store.Identities.DelegationsAsync("usr_1", Time.Now(), Cancellation)).Select(one => one.Id));
        Assert.Equal("dlg_1", (await Store.Identities.FindDelegationAsync("hash of dlg_1"u8.ToArray(), Time.Now(), Cancellation))!.Id);

        Assert.True(await Store.Identities.RevokeDelegationAsync("dlg_1", Time.Now(), Leaf("delegation.revoked"), Tenant, Cancellation));
        Assert.False(await Store.Identities.RevokeDelegationAsync("dlg_1", Time.Now(), Leaf("delegation.revoked"), Tenant, Cancellation));
        Assert.Null(await Store.Identities.FindDelegationAsync("dlg_1", Time.Now(), Cancellation));
        Assert.Null(await Store.Identities.FindDelegationAsync("dlg_2", Time.Now() + TimeSpan.FromHours(1), Cancellation));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Action_OnBehalfOfSomebody_IsNotClaimedOnceTheyTakeItBackOrAreLocked(bool byLock)
    {
        await AddPersonAsync();
        await DelegateAsync("dlg_1");
        var action = New(ActionState.Approved) with { OnBehalfOf = "usr_1", DelegationId = "dlg_1" };
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(action)).Outcome);
        Assert.Equal(("usr_1", "dlg_1"), ((await ReadAsync(action.Id)).OnBehalfOf, (await ReadAsync(action.Id)).DelegationId));
        Assert.Equal(AcceptOutcome.AgentRevoked, (await AcceptAsync(New(ActionState.Approved) with { OnBehalfOf = "usr_2", DelegationId = "dlg_1" })).Outcome);

        if (byLock) await Store.Identities.LockPersonAsync("usr_1", Time.Now(), Leaf("person.locked"), Tenant, Cancellation);
        else await Store.Identities.RevokeDelegationAsync("dlg_1", Time.Now(), Leaf("delegation.revoked"), Tenant, Cancellation);

        var claimed = Next(action, ActionState.Dispatching) with { Attempt = 1, Replica = "rep_1" };
        Assert.Equal(TransitionOutcome.AgentRevoked, await MoveAsync(ActionTransition.Claim, action, claimed));
        Assert.Equal(AcceptOutcome.AgentRevoked, (await AcceptAsync(New() with { OnBehalfOf = "usr_1", DelegationId = "dlg_1" })).Outcome);
    }

    [Fact]
    public async Task Device_Approved_IsUsedUpByOnePoll()
    {
        await AddDeviceAsync(1);
        Assert.Equal(DevicePoll.Pending, await PollAsync(1));
        Assert.Equal(DevicePoll.TooSoon, await PollAsync(1));
        Assert.True(await AnswerAsync(1, approve: true));
        Assert.False(await AnswerAsync(1, approve: false));
        Assert.Null(await Store.Sessions.FindDeviceAsync([101], Time.Now(), Cancellation));
        Time.Advance(TimeSpan.FromSeconds(5));

        var polls = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PollAsync(1)));

        Assert.Single(polls, DevicePoll.Approved);
        Assert.DoesNotContain(DevicePoll.Pending, polls);
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(DevicePoll.Unknown, await PollAsync(1));
    }

    [Fact]
    public async Task Device_DeniedOverOrBeyondTheLimit_LetsNothingIn()
    {
        await AddDeviceAsync(1);
        await AddDeviceAsync(2);
        Assert.False(await AddDeviceAsync(3, most: 2));
        Assert.True(await AnswerAsync(1, approve: false));
        Assert.Equal(DevicePoll.Denied, await PollAsync(1));
        Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(DevicePoll.Expired, await PollAsync(2));
        Assert.False(await AnswerAsync(2, approve: true));
        Assert.True(await AddDeviceAsync(3, most: 2));
    }

    private Task<bool> AddFromProviderAsync(string id, string username, string provider, string subject) => Store.Identities.AddPersonAsync(
        new PersonAccount(new HumanPrincipal(id, Tenant, username, username, [], ["viewer"]), null, 0, null) { Provider = provider, Subject = subject }, Leaf("person.added"), Cancellation);

    private Task DelegateAsync(string id) => Store.Identities.AddDelegationAsync(
        new Delegation(id, System.Text.Encoding.ASCII.GetBytes("hash of " + id), Tenant, "usr_1", AgentId, ["refund:issue"], Time.Now(), Time.Now() + TimeSpan.FromHours(1), null),
        Leaf("delegation.created"), Cancellation);

    private Task<bool> AddDeviceAsync(byte number, int most = 10) => Store.Sessions.AddDeviceAsync(
        new StoredDevice([number], [(byte)(100 + number)], "a program", "127.0.0.1", Time.Now(), Time.Now() + TimeSpan.FromMinutes(10)), most, Cancellation);

    private Task<bool> AnswerAsync(byte number, bool approve) => Store.Sessions.AnswerDeviceAsync(
        [(byte)(100 + number)], new HumanPrincipal("usr_1", Tenant, "dana", "Dana", [], []), new SignIn(SignIn.Local, Time.Now()), approve, Time.Now(), Leaf("device.answered"), Cancellation);

    private async Task<DevicePoll> PollAsync(byte number) => (await Store.Sessions.PollDeviceAsync([number], Time.Now(), TimeSpan.FromSeconds(5), Cancellation)).Poll;
}
