using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Faults;

/// <summary>Answers and effects that come after the contract's ten seconds. Apart from the other faults, because they take that long.</summary>
[Trait("req", "AC.3")]
public sealed class LateEffectTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact]
    public async Task Effect_WhoseOldAttemptIsHeldInside_IsFencedOffAndLandsOnce()
    {
        // The first copy sleeps inside the service until after the fence; it must not land any more.
        await gate.Payments.FaultAsync("slow_before_effect", 1, 12_000);
        var doubt = (await gate.RefundAsync("ord_000001", 32, "EUR")).MustBe(504, "effect_unknown");

        (await gate.WaitAsync(doubt.ActionId)).MustBe(200, "succeeded");
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((await gate.Payments.GetAdminAsync("/faults")).GetProperty("held").GetInt32() > 0)
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);

        var entry = Assert.Single(await gate.Payments.LedgerOfAsync(doubt.ActionId));
        Assert.Equal(2, entry.Attempt);
    }
}
