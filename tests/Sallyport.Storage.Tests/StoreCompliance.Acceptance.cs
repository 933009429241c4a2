using Sallyport.Protocol;

namespace Sallyport.Storage.Tests;

/// <content>T0: what must be true at the moment of acceptance.</content>
public abstract partial class StoreCompliance
{
    [Fact]
    public async Task Accept_NewAction_ReadsBackExactlyAsItWasWritten()
    {
        var action = await AcceptedAsync();

        var read = await ReadAsync(action.Id);

        // Lists compare by reference in records, so they are compared on their own.
        Assert.Equal(action.Requirements.Select(need => (need.Rule, need.Count, string.Join(',', need.AnyOf), string.Join(',', need.Exclude))),
            read.Requirements.Select(need => (need.Rule, need.Count, string.Join(',', need.AnyOf), string.Join(',', need.Exclude))));
        Assert.Equal(action.Scopes, read.Scopes);
        Assert.Equal(action, read with { Requirements = action.Requirements, Scopes = action.Scopes });
        Assert.Equal(action.StatementDigest, read.StatementDigest);
    }

    [Fact]
    public async Task Accept_KeyTaken_ReturnsTheEarlierActionAndRecordsNothing()
    {
        var first = await AcceptedAsync();
        var leaves = await LeavesAsync();

        var second = await AcceptAsync(New() with { IdempotencyKey = first.IdempotencyKey });

        Assert.Equal((AcceptOutcome.KeyTaken, first.Id), (second.Outcome, second.Existing?.Id));
        Assert.Equal(leaves, await LeavesAsync());
        Assert.Equal(1, (await Actions.FindTaskAsync(Tenant, TaskId, Cancellation))!.Invocations);
    }

    [Fact]
    public async Task Accept_SameKeyOfAnotherToolOrProposer_IsAnotherAction()
    {
        var first = await AcceptedAsync();

        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New() with { IdempotencyKey = first.IdempotencyKey, Tool = "void_refund" })).Outcome);
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New() with { IdempotencyKey = first.IdempotencyKey, ProposerId = "usr_1", Generation = 0 })).Outcome);
    }

    [Fact]
    public async Task Accept_HundredInParallelWithOneKey_TakesExactlyOne()
    {
        var key = New().IdempotencyKey;

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => AcceptAsync(New() with { IdempotencyKey = key })));

        Assert.Single(results, result => result.Outcome == AcceptOutcome.Accepted);
        Assert.Single(results.Where(result => result.Outcome == AcceptOutcome.KeyTaken).Select(result => result.Existing!.Id).Distinct());
        Assert.Equal(99, results.Count(result => result.Outcome == AcceptOutcome.KeyTaken));
    }

    [Theory]
    [InlineData("all")]
    [InlineData("workflow:refund")]
    [InlineData("tool:issue_refund")]
    [InlineData("agent:" + AgentId)]
    public async Task Accept_CoveredByAHalt_IsRefused(string scope)
    {
        await HaltAsync(scope);

        Assert.Equal(AcceptOutcome.Halted, (await AcceptAsync(New() with { Generation = 2 })).Outcome);
    }

    [Fact]
    public async Task Accept_OfAnOldGeneration_IsRefused()
    {
        await ResumeAsync(await HaltAsync("agent:" + AgentId));

        Assert.Equal(AcceptOutcome.AgentRevoked, (await AcceptAsync(New())).Outcome);
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New() with { Generation = 2 })).Outcome);
    }

    [Fact]
    public async Task Accept_OfARevokedAgent_IsRefused()
    {
        Assert.True(await Store.Identities.RevokeAgentAsync(AgentId, Leaf("agent.revoked"), Cancellation));

        Assert.Equal(AcceptOutcome.AgentRevoked, (await AcceptAsync(New() with { Generation = 2 })).Outcome);
    }

    [Fact]
    public async Task Accept_TaskUnknown_IsRefused() => Assert.Equal(AcceptOutcome.TaskClosed, (await AcceptAsync(New(task: "tsk_none"))).Outcome);

    [Fact]
    public async Task Accept_TaskUsedUp_IsRefusedAndCountsNothing()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(), new(TaskId, $"f{i}", 3, 10))).Outcome);

        Assert.Equal(AcceptOutcome.TaskExhausted, (await AcceptAsync(New(), new(TaskId, "f4", 3, 10))).Outcome);
        Assert.Equal(3, (await Actions.FindTaskAsync(Tenant, TaskId, Cancellation))!.Invocations);
    }

    [Fact]
    public async Task Accept_TheSameCallTooOften_IsALoop()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(), new(TaskId, "same", 100, 3))).Outcome);

        Assert.Equal(AcceptOutcome.LoopDetected, (await AcceptAsync(New(), new(TaskId, "same", 100, 3))).Outcome);
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(), new(TaskId, "other", 100, 3))).Outcome);
    }

    [Fact]
    public async Task Accept_WhatAPersonDeniedInTheTask_IsRefusedInThatTaskOnly()
    {
        var action = await AcceptedAsync();
        var denied = Next(action, ActionState.Denied) with { ErrorCode = "denied_by_person" };
        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Deny, action, denied, BudgetStep.Release));
        await OpenTaskAsync("tsk_0002");

        var again = await AcceptAsync(New() with { ParamHash = action.ParamHash });

        Assert.Equal((AcceptOutcome.DeniedBefore, action.Id), (again.Outcome, again.Existing?.Id));
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(task: "tsk_0002") with { ParamHash = action.ParamHash })).Outcome);
    }

    [Fact]
    public async Task Accept_SecondCompensationWhileOneIsLive_IsRefused()
    {
        var first = New() with { Compensates = "act_original" };
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(first)).Outcome);

        var second = await AcceptAsync(New() with { Compensates = "act_original" });
        Assert.Equal((AcceptOutcome.AlreadyCompensated, first.Id), (second.Outcome, second.Existing?.Id));

        await MovedAsync(ActionTransition.Cancel, first, ActionState.Cancelled);
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New() with { Compensates = "act_original" })).Outcome);
    }

    [Fact]
    public async Task Record_ARefusal_IsWrittenEvenWhenTheTaskIsUsedUp()
    {
        var charge = new Limits.TaskCharge(TaskId, "f", 0, 1);

        Assert.Equal(AcceptOutcome.Accepted, await Actions.RecordAsync(new CallRecord(Tenant, Leaf("action.rejected"), charge), Cancellation));
        Assert.Equal(AcceptOutcome.TaskExhausted, await Actions.RecordAsync(new CallRecord(Tenant, Leaf("action.read"), charge), Cancellation));
    }
}
