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
        Assert.Equal([dispatching.Id], await Store.Halts.UnresolvedAsync(Tenant, "all", Cancellation));
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

        Assert.Equal(halt, Assert.Single(await Store.Halts.ActiveAsync(Cancellation)));
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
