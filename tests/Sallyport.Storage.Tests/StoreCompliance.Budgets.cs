using Sallyport.Protocol;

namespace Sallyport.Storage.Tests;

/// <content>Sums that never pass their limit, whoever asks at the same time.</content>
public abstract partial class StoreCompliance
{
    [Fact]
    public async Task Budget_FiftyParallelAccepts_TakesExactlyWhatFits()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AcceptAsync(New(), null, Day(100, 1_050))));

        Assert.Equal(10, results.Count(result => result.Outcome == AcceptOutcome.Accepted));
        Assert.Equal(40, results.Count(result => result.Outcome == AcceptOutcome.DayBudgetExceeded));
    }

    [Fact]
    public async Task Budget_OfTheTask_IsToldApartFromTheDays()
    {
        Assert.Equal(AcceptOutcome.TaskBudgetExceeded, (await AcceptAsync(New(), null, OfTask(101, 100), Day(101, 1_000))).Outcome);
        Assert.Equal(AcceptOutcome.DayBudgetExceeded, (await AcceptAsync(New(), null, OfTask(50, 100), Day(50, 10))).Outcome);
        // The refused ones gave back what they had reserved before the other budget refused.
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(), null, OfTask(100, 100), Day(100, 100))).Outcome);
    }

    [Fact]
    public async Task Budget_WhenReleased_HasRoomAgain()
    {
        var action = await AcceptedAsync(ActionState.Pending, Day(100, 100));
        Assert.Equal(AcceptOutcome.DayBudgetExceeded, (await AcceptAsync(New(), null, Day(1, 100))).Outcome);

        await MovedAsync(ActionTransition.Cancel, action, ActionState.Cancelled, BudgetStep.Release);

        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(), null, Day(100, 100))).Outcome);
    }

    [Fact]
    public async Task Budget_WhenSpent_StaysUsed()
    {
        var action = await AcceptedAsync(ActionState.Dispatching, Day(60, 100));
        await MovedAsync(ActionTransition.Succeed, action, ActionState.Succeeded, BudgetStep.Spend);

        Assert.Equal(AcceptOutcome.DayBudgetExceeded, (await AcceptAsync(New(), null, Day(41, 100))).Outcome);
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(), null, Day(40, 100))).Outcome);
    }

    [Fact]
    public async Task Budget_ClaimedOnAnotherDay_MovesOrRefusesAsAWhole()
    {
        var first = await AcceptedAsync(ActionState.Approved, Day(600, 1_000));
        await AcceptedAsync(ActionState.Pending, Day(600, 1_000, "2026-02-01"));

        Assert.Equal(TransitionOutcome.BudgetExceeded,
            await MoveAsync(ActionTransition.Claim, first, Next(first, ActionState.Dispatching), BudgetStep.Move, null, Day(600, 1_000, "2026-02-01")));
        Assert.Equal(ActionState.Approved, (await ReadAsync(first.Id)).State);
        Assert.Equal(AcceptOutcome.DayBudgetExceeded, (await AcceptAsync(New(), null, Day(500, 1_000))).Outcome);

        Assert.Equal(TransitionOutcome.Done,
            await MoveAsync(ActionTransition.Claim, first, Next(first, ActionState.Dispatching), BudgetStep.Move, null, Day(600, 1_200, "2026-02-01")));
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(), null, Day(1_000, 1_000))).Outcome);
        Assert.Equal(AcceptOutcome.DayBudgetExceeded, (await AcceptAsync(New(), null, Day(1, 1_200, "2026-02-01"))).Outcome);
    }

    [Fact]
    public async Task Budget_OfTwoCurrencies_IsKeptApart()
    {
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(), null, Day(100, 100))).Outcome);
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(New(), null, Day(100, 100) with { Currency = "USD" })).Outcome);
    }

    [Fact]
    public async Task Rate_IsExactInAnySixtySeconds()
    {
        for (var i = 0; i < 5; i++) Assert.True((await Actions.AdmitAsync("k", 5, Cancellation)).Admitted);
        var refused = await Actions.AdmitAsync("k", 5, Cancellation);
        Assert.Equal((false, TimeSpan.FromSeconds(60)), (refused.Admitted, refused.RetryAfter));
        Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False((await Actions.AdmitAsync("k", 5, Cancellation)).Admitted);

        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await Actions.AdmitAsync("k", 5, Cancellation)).Admitted);
    }

    [Fact]
    public async Task Rate_AfterAReopen_RemembersTheCallsThatWereRecorded()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(AcceptOutcome.Accepted, await Actions.RecordAsync(new CallRecord(Tenant, Leaf("action.read"), null, "k"), Cancellation));

        await ReopenAsync();

        Assert.True((await Actions.AdmitAsync("k", 4, Cancellation)).Admitted);
        Assert.False((await Actions.AdmitAsync("k", 4, Cancellation)).Admitted);
    }
}
