using Sallyport.Audit;
using Sallyport.KillSwitch;
using Sallyport.Protocol;
using Fate = Sallyport.Storage.Tests.Claims.LedgerConnector.Fate;

namespace Sallyport.Storage.Tests.Claims;

/// <summary>Permits, leases and the kill switch across server processes that share a store.</summary>
public sealed class PermitTests : EngineTest
{
    private static readonly string[] Fenced = ["""fence: { put: "/fences/${action.id}", body: { minimum_attempt: "${action.attempt + 1}" } }"""];

    [Fact, Trait("req", "A5.2")]
    public async Task Permit_ThatLapsed_WithholdsTheEffectAndUsesUpNoAttempt()
    {
        await PromiseAsync(Fenced);
        Engine.IsCutOff = true;
        var action = await ProposeAsync();
        for (var round = 0; round < 5; round++) action = await UpkeepAsync(action, rounds: 1);
        Assert.Equal((ActionState.Approved, false, 0), (action.State, action.HasLeft, Payments.Received));

        Engine.IsCutOff = false;
        await Engine.Renewal.RenewAsync(Cancel);
        Assert.Equal((ActionState.Succeeded, 1), ((await UpkeepAsync(action)).State, Payments.Ledger.Count));
    }

    [Fact]
    public async Task Permit_IsAskedAgainBeforeTheFirstByte()
    {
        using var pass = Engine.Gate.TryEnter("act_1", ["all"])!;
        Time.Advance(PermitRenewal.TimeToLive);

        Assert.False(pass.TryLeave());
        Assert.True(pass.Revoked.IsCancellationRequested);
        await Engine.Renewal.RenewAsync(Cancel);
        Assert.False(pass.TryLeave());
    }

    [Fact]
    public async Task Lease_IsAskedAgainBeforeTheFirstByte()
    {
        var inTime = true;
        using var stalled = Engine.Gate.TryEnter("act_1", ["all"], () => inTime)!;
        using var left = Engine.Gate.TryEnter("act_2", ["all"], () => inTime)!;
        Assert.True(left.TryLeave());
        await Engine.Renewal.RenewAsync(Cancel);
        inTime = false;

        Assert.False(stalled.TryLeave());
        // What has begun goes on: a request that is cut off half-way is only one more doubt.
        Assert.True(left.TryLeave());
    }

    [Fact]
    public async Task Halt_WaitsForTheOtherProcessToTakeItIn()
    {
        await PromiseAsync(Fenced);
        var other = await StartEngineAsync();

        var halting = Engine.KillSwitch.HaltAsync(Otto, "all", "a test", Cancel);
        while ((await Store.Halts.ActiveAsync(Cancel)).Count == 0) await Task.Yield();
        Assert.False(halting.IsCompleted);
        await other.Renewal.RenewAsync(Cancel);
        var receipt = await PassTimeAsync(halting);

        Assert.Equal(new[] { Engine.Permit.ReplicaId, other.Permit.ReplicaId }.Order(StringComparer.Ordinal), receipt.Acknowledged);
        Assert.Empty(receipt.FencedByTtl);
        Assert.True(other.Gate.IsClosed(["all"]));
    }

    [Fact]
    public async Task Halt_OfAProcessThatDoesNotAnswer_IsConfirmedOnceItsPermitHasLapsed()
    {
        await PromiseAsync(Fenced);
        var silent = await StartEngineAsync();
        var before = Time.GetTimestamp();

        var receipt = await PassTimeAsync(Engine.KillSwitch.HaltAsync(Otto, "all", "a test", Cancel));

        Assert.Equal([silent.Permit.ReplicaId], receipt.FencedByTtl);
        Assert.InRange(Time.GetElapsedTime(before), PermitRenewal.TimeToLive, PermitRenewal.TimeToLive + TimeSpan.FromMilliseconds(500));
        Assert.Null(silent.Gate.TryEnter("act_1", ["all"]));
        Assert.False(silent.Permit.IsFresh);
    }

    [Fact]
    public async Task Halt_StopsWhatIsOnItsWayWhereThatIsPossible_AndNamesTheRest()
    {
        await PromiseAsync(Fenced);
        Payments.Fates.Enqueue(Fate.Late);
        var action = await ProposeAsync();

        var receipt = await PassTimeAsync(Engine.KillSwitch.HaltAsync(Otto, "all", "a test", Cancel));
        Payments.Land();

        var attempt = Assert.Single(receipt.Unresolved);
        Assert.Equal((action.Id, 1, true), (attempt.ActionId, attempt.Attempt, attempt.Stopped));
        Assert.Empty(Payments.Ledger);
        Assert.Equal(1, Payments.FencesAndRevocations);
    }

    [Fact]
    public async Task Halt_WhenTheOtherSideCannotBeTold_SaysThatItMayStillLand()
    {
        await PromiseAsync(Fenced);
        Payments.Fates.Enqueue(Fate.Late);
        await ProposeAsync();
        Payments.Answers = false;

        var receipt = await PassTimeAsync(Engine.KillSwitch.HaltAsync(Otto, "all", "a test", Cancel));

        Assert.False(Assert.Single(receipt.Unresolved).Stopped);
    }

    [Fact]
    public async Task Halt_InterruptedBeforeItsReceipt_IsCompletedByTheNextStart()
    {
        await PromiseAsync(Fenced);
        var pending = await ProposeAsync(9_000);
        await Store.Halts.HaltAsync(new Halt("hlt_1", "default", "all", "a test", "otto", Time.GetUtcNow(), null), new AuditDraft("kill.begin", "system"), Cancel);
        await Store.Halts.ForgetAsync(Engine.Permit.ReplicaId, Cancel);

        await StartEngineAsync();

        var receipt = Json((await Store.Halts.ReceiptAsync("default", "hlt_1", Cancel))!);
        Assert.Equal(pending.Id, Assert.Single(receipt.GetProperty("cancelled").EnumerateArray().ToList()).GetString());
        Assert.StartsWith("sallyport kill receipt v1\n", receipt.GetProperty("signed").GetString(), StringComparison.Ordinal);
        Assert.True(Assert.Single(await Store.Halts.ActiveAsync(Cancel)).IsComplete);
    }

    [Fact]
    public async Task Lease_OfAProcessThatDied_EndsInDoubtAndNotInASecondSend()
    {
        await PromiseAsync();
        var action = await ApprovedAsync();
        var claimed = AcceptedOn(action, "rep_dead");
        var leaf = TransitionLeaf.Make("effect.intent", "system", action.State, claimed);
        Assert.Equal(TransitionOutcome.Done, await Store.Actions.MoveAsync(new TransitionIntent(ActionTransition.Claim, action, claimed, leaf), Cancel));

        var doubtful = await UpkeepAsync(claimed, rounds: 1);

        Assert.Equal((ActionState.Unknown, true, 0), (doubtful.State, doubtful.HasLeft, Payments.Received));
    }

    private ActionRecord AcceptedOn(ActionRecord action, string replica) => action with
    {
        State = ActionState.Dispatching, Version = action.Version + 1, Attempt = 1, Replica = replica, FirstClaimedAt = Time.GetUtcNow(), LeaseUntil = Time.GetUtcNow() + TimeSpan.FromSeconds(25),
    };
}
