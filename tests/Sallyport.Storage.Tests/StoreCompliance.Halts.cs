using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Protocol;

namespace Sallyport.Storage.Tests;

/// <content>The durable side of the kill switch.</content>
public abstract partial class StoreCompliance
{
    [Fact]
    public async Task Halt_CancelsOnlyWhatNeverLeft_WithOneLeafEach()
    {
        var pending = await AcceptedAsync(ActionState.Pending, Day(100, 100));
        var approved = await AcceptedAsync(ActionState.Approved);
        var dispatching = await AcceptedAsync(ActionState.Dispatching);
        var left = await AcceptedAsync(ActionState.Dispatching);
        var requeued = Next(left, ActionState.Approved) with { HasLeft = true };
        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Requeue, left, requeued));
        var leaves = await LeavesAsync();

        var result = await Store.Halts.HaltAsync(NewHalt("all"), Leaf("kill.begin", "person:usr_1"), Cancellation);

        Assert.Equal([pending.Id, approved.Id], result.Cancelled);
        Assert.Equal(leaves + 3, await LeavesAsync());
        Assert.Equal((ActionState.Cancelled, 2, "halted"), ((await ReadAsync(pending.Id)).State, (await ReadAsync(pending.Id)).Version, (await ReadAsync(pending.Id)).ErrorCode));
        Assert.Equal(ActionState.Dispatching, (await ReadAsync(dispatching.Id)).State);
        Assert.Equal(ActionState.Approved, (await ReadAsync(left.Id)).State);
        Assert.Equal([new UnresolvedAttempt(Tenant, dispatching.Id, 1)], await Store.Halts.UnresolvedAsync(Tenant, "all", Cancellation));
    }

    [Fact]
    public async Task Halt_GivesBackTheBudgetOfWhatItCancels()
    {
        await AcceptedAsync(ActionState.Pending, Day(100, 100));

        await ResumeAsync(await HaltAsync("tool:issue_refund"));

        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(), null, Day(100, 100))).Outcome);
    }

    [Theory]
    [InlineData("all", 2)]
    [InlineData("workflow:refund", 2)]
    [InlineData("agent:" + AgentId, 2)]
    [InlineData("tool:issue_refund", 1)]
    [InlineData("workflow:other", 1)]
    [InlineData("agent:agt_other", 1)]
    public async Task Halt_BumpsTheGenerationOfTheAgentsInScope(string scope, int generation)
    {
        var result = await Store.Halts.HaltAsync(NewHalt(scope), Leaf("kill.begin"), Cancellation);

        var agent = (await Store.Identities.FindAgentAsync(AgentId, Cancellation))!;
        Assert.Equal(generation, agent.Generation);
        Assert.Equal(generation == 2 ? AgentStatus.Halted : AgentStatus.Active, agent.Status);
        Assert.Equal(generation == 2 ? [AgentId] : Array.Empty<string>(), result.RevokedAgents);
    }

    [Fact]
    public async Task Resume_MakesAgentsActiveOnceNoHaltCoversThem()
    {
        var all = await HaltAsync("all");
        var one = await HaltAsync("agent:" + AgentId);

        await ResumeAsync(all);
        Assert.Equal(AgentStatus.Halted, (await Store.Identities.FindAgentAsync(AgentId, Cancellation))!.Status);
        await ResumeAsync(one);

        var agent = (await Store.Identities.FindAgentAsync(AgentId, Cancellation))!;
        Assert.Equal((AgentStatus.Active, 3), (agent.Status, agent.Generation));
        Assert.Empty(await Store.Halts.ActiveAsync(Cancellation));
    }

    [Fact]
    public async Task Resume_Twice_SaysThatNothingWasInForce()
    {
        var halt = await HaltAsync("all");
        await ResumeAsync(halt);
        var leaves = await LeavesAsync();

        Assert.False(await Store.Halts.ResumeAsync(Tenant, halt.Id, Time.GetUtcNow(), Leaf("kill.resumed"), Cancellation));
        Assert.Equal(leaves, await LeavesAsync());
    }

    [Fact]
    public async Task Resume_NeverBringsARevokedAgentBack()
    {
        var halt = await HaltAsync("all");
        await Store.Identities.RevokeAgentAsync(AgentId, Leaf("agent.revoked"), Cancellation);

        await ResumeAsync(halt);

        Assert.Equal(AgentStatus.Revoked, (await Store.Identities.FindAgentAsync(AgentId, Cancellation))!.Status);
        Assert.False(await Store.Identities.RevokeAgentAsync(AgentId, Leaf("agent.revoked"), Cancellation));
    }

    [Fact]
    public async Task Halt_IsStillInForceAfterAReopen()
    {
        var halt = await HaltAsync("workflow:refund");

        await ReopenAsync();

        var active = Assert.Single(await Store.Halts.ActiveAsync(Cancellation));
        Assert.Equal((halt.Id, "workflow:refund", 1L, false), (active.Id, active.Scope, active.Generation, active.IsComplete));
        Assert.Equal([AgentId], active.RevokedAgents);
    }

    [Fact]
    public async Task Complete_KeepsTheFirstReceiptWithOneLeaf()
    {
        var halt = await HaltAsync("all");
        Assert.Null(await Store.Halts.ReceiptAsync(Tenant, halt.Id, Cancellation));
        var leaves = await LeavesAsync();

        Assert.True(await Store.Halts.CompleteAsync(halt, "first", Leaf("kill.complete"), Cancellation));
        Assert.False(await Store.Halts.CompleteAsync(halt, "second", Leaf("kill.complete"), Cancellation));

        Assert.Equal(("first", leaves + 1), (await Store.Halts.ReceiptAsync(Tenant, halt.Id, Cancellation), await LeavesAsync()));
        Assert.True(Assert.Single(await Store.Halts.ActiveAsync(Cancellation)).IsComplete);
    }

    [Fact]
    public async Task Renew_IsGrantedOnlyToAProcessThatTookTheHaltsIn()
    {
        var ttl = TimeSpan.FromSeconds(3);
        Assert.True((await Store.Halts.RenewAsync("rep_1", Time.Now(), ttl, 0, Cancellation)).Granted);
        var until = Assert.Single(await Store.Halts.ReplicasAsync(Cancellation)).PermitUntil;
        var halt = await HaltAsync("all");
        Time.Advance(TimeSpan.FromSeconds(1));

        var lagging = await Store.Halts.RenewAsync("rep_1", Time.Now(), ttl, 0, Cancellation);
        Assert.Equal((false, 1L, halt.Id), (lagging.Granted, lagging.Generation, Assert.Single(lagging.InForce).Id));
        Assert.Equal(until, Assert.Single(await Store.Halts.ReplicasAsync(Cancellation)).PermitUntil);

        Assert.True((await Store.Halts.RenewAsync("rep_1", Time.Now(), ttl, 1, Cancellation)).Granted);
        Assert.Equal(new Replica("rep_1", 1, Time.Now() + ttl), Assert.Single(await Store.Halts.ReplicasAsync(Cancellation)));
        await ResumeAsync(halt);
        Assert.False((await Store.Halts.RenewAsync("rep_1", Time.Now(), ttl, 1, Cancellation)).Granted);
        await Store.Halts.ForgetAsync("rep_1", Cancellation);
        Assert.Empty(await Store.Halts.ReplicasAsync(Cancellation));
    }

    [Fact]
    public async Task Unresolved_NamesWhatIsToBeSentAgainBeforeItsOutcomeIsKnown()
    {
        var dispatching = await AcceptedAsync(ActionState.Dispatching);
        var unknown = await MovedAsync(ActionTransition.Doubt, dispatching, ActionState.Unknown);
        var again = Next(unknown, ActionState.Approved) with { HasLeft = true, InDoubt = true };
        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Requeue, unknown, again));

        Assert.Equal([new UnresolvedAttempt(Tenant, again.Id, 1)], await Store.Halts.UnresolvedAsync(Tenant, "all", Cancellation));
        Assert.Empty((await Store.Halts.HaltAsync(NewHalt("all"), Leaf("kill.begin"), Cancellation)).Cancelled);
    }

    [Fact]
    public async Task Abandoned_IsWhatHasNoLeaseOrNoLivingProcess()
    {
        await Store.Halts.RenewAsync("rep_1", Time.Now(), TimeSpan.FromSeconds(3), 0, Cancellation);
        var mine = New(ActionState.Dispatching) with { Replica = "rep_1", LeaseUntil = Time.Now() + TimeSpan.FromSeconds(25), FirstClaimedAt = Time.Now() };
        var gone = New(ActionState.Dispatching) with { Replica = "rep_0", LeaseUntil = Time.Now() + TimeSpan.FromSeconds(25), FirstClaimedAt = Time.Now() };
        await AcceptAsync(mine);
        await AcceptAsync(gone);

        Assert.Equal([gone.Id], (await Actions.AbandonedAsync(Time.Now(), 10, Cancellation)).Select(action => action.Id));
        Assert.Equal(mine, await ReadAsync(mine.Id) with { Requirements = mine.Requirements, Scopes = mine.Scopes });
        Time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal([mine.Id, gone.Id], (await Actions.AbandonedAsync(Time.Now(), 10, Cancellation)).Select(action => action.Id));
    }

    [Fact]
    public async Task Testimony_CountsOncePerPersonAndAttempt()
    {
        var dispatching = await AcceptedAsync(ActionState.Dispatching);
        var unknown = await MovedAsync(ActionTransition.Doubt, dispatching, ActionState.Unknown);
        var testimony = new Testimony("usr_1", true, Time.Now());
        Task<TransitionOutcome> SayAsync(ActionRecord before) => Actions.MoveAsync(
            new TransitionIntent(ActionTransition.Testify, before, Next(before, ActionState.Unknown), Leaf("effect.testimony"), Testimony: testimony), Cancellation);

        Assert.Equal(TransitionOutcome.Done, await SayAsync(unknown));
        Assert.Equal(TransitionOutcome.AlreadyAnswered, await SayAsync(Next(unknown, ActionState.Unknown)));
        Assert.Equal([testimony], await Actions.TestimoniesAsync(unknown.Id, 1, Cancellation));
        Assert.Empty(await Actions.TestimoniesAsync(unknown.Id, 2, Cancellation));
    }

    private Halt NewHalt(string scope) => new($"hlt_{Interlocked.Increment(ref _count):D4}", Tenant, scope, "a test", "otto", Time.GetUtcNow(), null);

    private async Task<Halt> HaltAsync(string scope)
    {
        var halt = NewHalt(scope);
        await Store.Halts.HaltAsync(halt, Leaf("kill.begin"), Cancellation);
        return halt;
    }

    private async Task ResumeAsync(Halt halt) =>
        Assert.True(await Store.Halts.ResumeAsync(Tenant, halt.Id, Time.GetUtcNow(), Leaf("kill.resumed"), Cancellation));
}
