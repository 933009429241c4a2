using Sallyport.Protocol;

namespace Sallyport.Storage.Tests;

/// <content>T1 to T9: nothing but a legal step from the state that was read moves an action.</content>
public abstract partial class StoreCompliance
{
    [Fact]
    public async Task Move_EveryStepOutsideTheProtocol_IsRefused()
    {
        var action = await AcceptedAsync();
        var leaves = await LeavesAsync();
        var refused = 0;
        foreach (var from in Enum.GetValues<ActionState>())
            foreach (var step in Enum.GetValues<ActionTransition>())
                foreach (var to in Enum.GetValues<ActionState>())
                {
                    if (ActionProtocol.Allows(from, step, to)) continue;
                    await Assert.ThrowsAsync<InvalidOperationException>(() => MoveAsync(step, action with { State = from }, Next(action, to)));
                    refused++;
                }

        Assert.Equal(11 * Enum.GetValues<ActionTransition>().Length * 11 - ActionProtocol.Transitions.Count, refused);
        Assert.Equal(leaves, await LeavesAsync());
    }

    [Fact]
    public async Task Move_ThatSkipsAVersion_IsRefused()
    {
        var action = await AcceptedAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => MoveAsync(ActionTransition.Approve, action, action with { State = ActionState.Approved, Version = 3 }));
    }

    [Fact]
    public async Task Move_OnWhatSomebodyElseMoved_IsStaleAndRecordsNothing()
    {
        var action = await AcceptedAsync();
        await MovedAsync(ActionTransition.Approve, action, ActionState.Approved);
        var leaves = await LeavesAsync();

        Assert.Equal(TransitionOutcome.Stale, await MoveAsync(ActionTransition.Deny, action, Next(action, ActionState.Denied), BudgetStep.Release));
        Assert.Equal(leaves, await LeavesAsync());
        Assert.Equal(ActionState.Approved, (await ReadAsync(action.Id)).State);
    }

    [Fact]
    public async Task Move_FiftyRacingFromOneState_LetsOneWin()
    {
        var action = await AcceptedAsync(ActionState.Approved);
        var leaves = await LeavesAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => MoveAsync(ActionTransition.Claim, action, Next(action, ActionState.Dispatching))));

        Assert.Single(outcomes, TransitionOutcome.Done);
        Assert.Equal(49, outcomes.Count(outcome => outcome == TransitionOutcome.Stale));
        Assert.Equal(leaves + 1, await LeavesAsync());
    }

    [Fact]
    public async Task Move_CannotChangeWhatWasProposed()
    {
        var action = await AcceptedAsync();
        var forged = Next(action, ActionState.Approved) with { Arguments = """{"order_id":"ord_999999"}""", ParamHash = "sha256:forged", ProposerId = "agt_other", IdempotencyKey = "another-key-00000" };

        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Approve, action, forged));

        var read = await ReadAsync(action.Id);
        Assert.Equal((action.Arguments, action.ParamHash, action.ProposerId, action.IdempotencyKey), (read.Arguments, read.ParamHash, read.ProposerId, read.IdempotencyKey));
    }

    [Theory]
    [InlineData("all")]
    [InlineData("tool:issue_refund")]
    public async Task Claim_UnderAHaltThatCameInBetween_IsRefused(string scope)
    {
        // An action of which an attempt has left is not cancelled by a halt, but must not be claimed again either.
        var action = await AcceptedAsync(ActionState.Dispatching);
        var again = Next(action, ActionState.Approved) with { HasLeft = true };
        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Requeue, action, again));
        await HaltAsync(scope);

        Assert.Equal(TransitionOutcome.Halted, await MoveAsync(ActionTransition.Claim, again, Next(again, ActionState.Dispatching)));
    }

    [Fact]
    public async Task Claim_AfterTheAgentWasRevoked_IsRefused()
    {
        var action = await AcceptedAsync(ActionState.Approved);
        await Store.Identities.RevokeAgentAsync(AgentId, Leaf("agent.revoked"), Cancellation);

        Assert.Equal(TransitionOutcome.AgentRevoked, await MoveAsync(ActionTransition.Claim, action, Next(action, ActionState.Dispatching)));
    }

    [Fact]
    public async Task Vote_TwiceByOnePersonInARound_CountsOnce()
    {
        var action = await AcceptedAsync();
        var voted = Next(action, ActionState.Pending);
        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Vote, action, voted, decision: Answer(action, "usr_1")));

        Assert.Equal(TransitionOutcome.AlreadyAnswered, await MoveAsync(ActionTransition.Approve, voted, Next(voted, ActionState.Approved), decision: Answer(action, "usr_1")));
        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Approve, voted, Next(voted, ActionState.Approved), decision: Answer(action, "usr_2")));
        Assert.Equal(["usr_1", "usr_2"], (await Actions.DecisionsAsync(Tenant, action.Id, Cancellation)).Select(answer => answer.UserId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Vote_InANewRound_IsTakenAgain()
    {
        var action = await AcceptedAsync();
        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Approve, action, Next(action, ActionState.Approved), decision: Answer(action, "usr_1")));
        var approved = await ReadAsync(action.Id);
        var reopened = Next(approved, ActionState.Pending) with { Round = 2, ApprovalId = "apr_second" };
        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Void, approved, reopened));

        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Approve, reopened, Next(reopened, ActionState.Approved), decision: Answer(reopened, "usr_1")));
        Assert.Null(await Actions.FindByApprovalAsync(Tenant, action.ApprovalId!, Cancellation));
        Assert.Equal(action.Id, (await Actions.FindByApprovalAsync(Tenant, "apr_second", Cancellation))?.Id);
    }

    [Fact]
    public async Task Vote_ThatLosesTheRace_LeavesNoAnswerBehind()
    {
        var action = await AcceptedAsync();
        await MovedAsync(ActionTransition.Deny, action, ActionState.Denied, BudgetStep.Release);

        Assert.Equal(TransitionOutcome.Stale, await MoveAsync(ActionTransition.Approve, action, Next(action, ActionState.Approved), decision: Answer(action, "usr_1")));
        Assert.Empty(await Actions.DecisionsAsync(Tenant, action.Id, Cancellation));
    }

    [Fact]
    public async Task Due_ListsWhatMayGoNow_OldestFirst()
    {
        var later = New(ActionState.Approved) with { NotBefore = Time.GetUtcNow() + TimeSpan.FromMinutes(10) };
        await AcceptAsync(later);
        var second = await AcceptedAsync(ActionState.Approved);
        var first = New(ActionState.Approved) with { NotBefore = Time.GetUtcNow() - TimeSpan.FromMinutes(1) };
        await AcceptAsync(first);
        await AcceptedAsync(ActionState.Pending);

        Assert.Equal([first.Id, second.Id], (await Actions.DueAsync(ActionState.Approved, Time.GetUtcNow(), 10, Cancellation)).Select(action => action.Id));
        Assert.Equal([first.Id], (await Actions.DueAsync(ActionState.Approved, Time.GetUtcNow(), 1, Cancellation)).Select(action => action.Id));
        Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(3, (await Actions.DueAsync(ActionState.Approved, Time.GetUtcNow(), 10, Cancellation)).Count);
    }

    [Fact]
    public async Task Expired_ListsOnlyWhatWaitsAndIsOver()
    {
        var pending = await AcceptedAsync();
        var approved = await AcceptedAsync(ActionState.Approved);
        await AcceptedAsync(ActionState.Dispatching);
        Assert.Empty(await Actions.ExpiredAsync(Time.GetUtcNow(), 10, Cancellation));

        Time.Advance(TimeSpan.FromHours(8));

        Assert.Equal([pending.Id, approved.Id], (await Actions.ExpiredAsync(Time.GetUtcNow(), 10, Cancellation)).Select(action => action.Id));
    }

    private ApprovalDecision Answer(ActionRecord action, string user) =>
        new(action.ApprovalId!, action.Round, user, user, true, "fine", [new ApproverEvidence("group:support-leads")], action.StatementDigest, Time.GetUtcNow());
}
