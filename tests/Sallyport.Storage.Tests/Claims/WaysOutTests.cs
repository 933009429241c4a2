using Sallyport.Protocol;
using Fate = Sallyport.Storage.Tests.Claims.LedgerConnector.Fate;

namespace Sallyport.Storage.Tests.Claims;

/// <summary>What each connector class allows after a lost answer, and what it does not (T9a to T9c). The ledger is the judge.</summary>
public sealed class WaysOutTests : EngineTest
{
    private const string Fence = """fence: { put: "/fences/${action.id}", body: { minimum_attempt: "${action.attempt + 1}" } }""";
    private const string Revoke = """revoke: { delete: "/keys/${action.id}-${string(action.attempt)}" }""";

    [Theory, Trait("req", "A4.1")]
    [InlineData(Fence)]
    [InlineData(Revoke)]
    public async Task Stopped_ALateRequestNeverLandsAfterTheQuestion(string stop)
    {
        await PromiseAsync(stop);
        Payments.Fates.Enqueue(Fate.Late);
        var action = await ProposeAsync();
        Assert.Equal(ActionState.Unknown, action.State);

        var settled = await UpkeepAsync(action);
        Payments.Land();

        Assert.Equal((ActionState.Succeeded, 2, 1, 2), (settled.State, settled.Attempt, Payments.Ledger.Count, Payments.Received));
        Assert.Equal(["action.accepted", "effect.intent", "effect.unknown", "effect.probed", "effect.intent", "effect.succeeded"], await KindsAsync(action));
    }

    [Fact]
    public async Task Stopped_ButTheStopIsNotConfirmed_StaysUnknown()
    {
        await PromiseAsync(Fence);
        Payments.Fates.Enqueue(Fate.RequestLost);
        var action = await ProposeAsync();
        Payments.Answers = false;

        Assert.Equal(ActionState.Unknown, (await UpkeepAsync(action)).State);

        Payments.Answers = true;
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ActionState.Succeeded, (await UpkeepAsync(action)).State);
        Assert.Single(Payments.Ledger);
    }

    [Theory]
    [InlineData(Fence)]
    [InlineData(Revoke)]
    public async Task Stopped_WithoutAConfirmation_TheProbesAbsenceProvesNothing(string stop)
    {
        await PromiseAsync(stop);
        Payments.ConfirmsStops = false;
        Payments.Fates.Enqueue(Fate.Late);
        var action = await ProposeAsync();

        Assert.Equal((ActionState.Unknown, 1), ((await UpkeepAsync(action)).State, (await FindAsync(action)).Attempt));
        Payments.Land();
        Payments.ConfirmsStops = true;
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((ActionState.Succeeded, 1, 1), ((await UpkeepAsync(action)).State, Payments.Ledger.Count, Payments.Received));
    }

    [Theory]
    [InlineData(nameof(Fate.AnswerLost), 1)]
    [InlineData(nameof(Fate.RequestLost), 1)]
    [InlineData(nameof(Fate.Late), 2)]
    public async Task Idempotent_TheSameKeyAgain_IsAppliedOnce(string fate, int received)
    {
        await PromiseAsync("idempotent_for: P30D");
        Payments.IsIdempotent = true;
        Payments.Fates.Enqueue(Enum.Parse<Fate>(fate));
        var action = await ProposeAsync();

        var settled = await UpkeepAsync(action);
        Payments.Land();

        Assert.Equal((ActionState.Succeeded, false, received), (settled.State, settled.InDoubt, Payments.Received));
        Assert.Equal([action.Id], Payments.Ledger);
    }

    [Fact]
    public async Task Idempotent_AfterTheKeyMayBeForgotten_IsNotSentAgain()
    {
        // Remembered for 30 minutes, less 10 s timeout, 5 minutes in flight and the 15 s of a lease: until 24:35 it may be sent again.
        await PromiseAsync("idempotent_for: PT30M", "max_in_flight: PT5M");
        Payments.Fates.Enqueue(Fate.RequestLost);
        Payments.Answers = true;
        var action = await ProposeAsync();
        Payments.Answers = false;
        Time.Advance(TimeSpan.FromMinutes(24) + TimeSpan.FromSeconds(36));
        Payments.Answers = true;

        var settled = await UpkeepAsync(action, rounds: 1);

        // Everything in flight has landed long ago, so the probe's answer is final; nothing rests on the forgotten key.
        Assert.Equal((ActionState.Approved, false), (settled.State, settled.InDoubt));
        Assert.Equal("effect.probed", (await KindsAsync(action))[^1]);
    }

    [Fact]
    public async Task Idempotent_WithoutABoundOnWhatIsInFlight_EndsInDoubtOnceTheKeyMayBeForgotten()
    {
        await PromiseAsync("idempotent_for: PT17M");
        Payments.Fates.Enqueue(Fate.RequestLost);
        var action = await ProposeAsync();
        Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal((ActionState.Unknown, 1), ((await UpkeepAsync(action)).State, (await FindAsync(action)).Attempt));
    }

    [Fact]
    public async Task Idempotent_WhenTheEffectItselfMovedTheFacts_IsFoundAndNeverReportedAsFailed()
    {
        await PromiseAsync("idempotent_for: P30D");
        Payments.IsIdempotent = Payments.FactsFollow = true;
        Payments.Fates.Enqueue(Fate.Late);
        var action = await UpkeepAsync(await ApprovedAsync(), rounds: 1);
        Assert.Equal(ActionState.Unknown, action.State);
        await Engine.Upkeep.RunOnceAsync(Cancel);
        Assert.True((await FindAsync(action)).InDoubt);
        Payments.Land();

        // The facts that the approval rests on have moved, since the first request landed: nobody is asked and nothing is claimed to have failed.
        var settled = await UpkeepAsync(action);

        Assert.Equal((ActionState.Succeeded, 1), (settled.State, Payments.Ledger.Count));
        Assert.DoesNotContain("approval.voided", await KindsAsync(action));
        Assert.DoesNotContain("effect.failed", await KindsAsync(action));
    }

    [Fact]
    public async Task Idempotent_HaltedWhileInDoubt_IsNeitherCancelledNorForgotten()
    {
        await PromiseAsync("idempotent_for: P30D");
        Payments.Fates.Enqueue(Fate.Late);
        var action = await ProposeAsync();
        await Engine.Upkeep.RunOnceAsync(Cancel);
        Assert.True((await FindAsync(action)).InDoubt);

        var receipt = await PassTimeAsync(Engine.KillSwitch.HaltAsync(Otto, "all", "a test", Cancel));

        Assert.Equal([(action.Id, false)], receipt.Unresolved.Select(attempt => (attempt.ActionId, attempt.Stopped)));
        Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(ActionState.Unknown, (await UpkeepAsync(action)).State);
        Payments.Land();
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((ActionState.Succeeded, 1), ((await UpkeepAsync(action)).State, Payments.Ledger.Count));
    }

    [Fact]
    public async Task Plain_AnAbsentAnswerProvesNothing_AndIsAlarmedOnce()
    {
        await PromiseAsync();
        Payments.Fates.Enqueue(Fate.Late);
        var action = await ProposeAsync();
        Assert.Equal(ActionState.Unknown, (await UpkeepAsync(action)).State);

        Time.Advance(TimeSpan.FromMinutes(16));
        Assert.True((await UpkeepAsync(action)).IsOverdue);
        Time.Advance(TimeSpan.FromMinutes(16));
        await UpkeepAsync(action);

        Assert.Single(await KindsAsync(action), "effect.overdue");
        Payments.Land();
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((ActionState.Succeeded, 1), ((await UpkeepAsync(action)).State, Payments.Ledger.Count));
    }

    [Fact]
    public async Task Quiet_TheProbeIsFinalOnceNothingCanBeOnItsWay()
    {
        await PromiseAsync("max_in_flight: PT1M");
        Payments.Fates.Enqueue(Fate.Late);
        var action = await ProposeAsync();
        // The lease of 15 s and the timeout of 10 s come before the minute in flight.
        Time.Advance(TimeSpan.FromSeconds(84));
        await Engine.Upkeep.RunOnceAsync(Cancel);
        Assert.Equal(ActionState.Unknown, (await FindAsync(action)).State);

        Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal((ActionState.Succeeded, 2), ((await UpkeepAsync(action)).State, (await FindAsync(action)).Attempt));
        Assert.Single(Payments.Ledger);
    }

    [Fact]
    public async Task Quiet_WhatLandedMeanwhileIsFound()
    {
        await PromiseAsync("max_in_flight: PT1M");
        Payments.Fates.Enqueue(Fate.Late);
        var action = await ProposeAsync();
        Time.Advance(TimeSpan.FromSeconds(50));
        Payments.Land();

        Assert.Equal((ActionState.Succeeded, 1), ((await UpkeepAsync(action)).State, (await FindAsync(action)).Attempt));
    }

    [Fact]
    public async Task Resolve_OfAHighRisk_NeedsTwoPeopleWhoSayTheSame()
    {
        await PromiseAsync();
        Payments.Fates.Enqueue(Fate.RequestLost);
        var action = await ProposeAsync();

        var (first, refused) = await Engine.Settler.ResolveAsync(action, Otto, applied: false, "the ledger has no entry", Cancel);
        Assert.Equal((ActionState.Unknown, null), (first.State, refused));
        var (_, twice) = await Engine.Settler.ResolveAsync(first, Otto, applied: false, "the ledger has no entry", Cancel);
        Assert.Equal("already_decided", twice!.Code.Code);
        var (disputed, _) = await Engine.Settler.ResolveAsync(first, Olga, applied: true, "the bank shows it", Cancel);
        Assert.Equal(ActionState.Unknown, disputed.State);
        var third = Otto with { UserId = "usr_3" };
        var (settled, _) = await Engine.Settler.ResolveAsync(disputed, third, applied: false, "asked the bank again", Cancel);

        Assert.Equal((ActionState.Failed, false), (settled.State, settled.InDoubt));
        Assert.Equal(["action.accepted", "effect.intent", "effect.unknown", "effect.testimony", "effect.testimony", "effect.resolved_by"], await KindsAsync(action));
    }
}
