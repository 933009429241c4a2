using Sallyport.Execution;

namespace Sallyport.Tests.Execution;

public sealed class EffectGateTests
{
    [Fact]
    public void Close_BeforeEntering_LetsNobodyIn()
    {
        var gate = new EffectGate(() => true);
        Assert.True(gate.CloseAsync("tool:a", "hlt_1").IsCompletedSuccessfully);

        Assert.Null(gate.TryEnter("act_1", ["all", "tool:a"]));
        using var other = gate.TryEnter("act_2", ["all", "tool:b"]);
        Assert.NotNull(other);
        gate.Open("hlt_1");
        using var again = gate.TryEnter("act_1", ["tool:a"]);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task Close_WhileInside_RevokesAndThePassCannotLeave()
    {
        var gate = new EffectGate(() => true);
        using var pass = gate.TryEnter("act_1", ["all"])!;
        await gate.CloseAsync("all", "hlt_1");

        Assert.True(pass.Revoked.IsCancellationRequested);
        Assert.False(pass.TryLeave());
        Assert.False(pass.HasLeft);
    }

    [Fact]
    public async Task Close_AfterLeaving_DoesNotCallItBack()
    {
        var gate = new EffectGate(() => true);
        using var pass = gate.TryEnter("act_1", ["all"])!;
        Assert.True(pass.TryLeave());
        await gate.CloseAsync("all", "hlt_1");

        Assert.True(pass.HasLeft);
        Assert.False(pass.Revoked.IsCancellationRequested);
    }

    [Fact]
    public async Task RevokeAndLeave_AtTheSameTime_ExactlyOneWins()
    {
        for (var round = 0; round < 500; round++)
        {
            var gate = new EffectGate(() => true);
            using var pass = gate.TryEnter("act_1", ["all"])!;
            using var start = new Barrier(2);
            var leaving = Task.Run(() => { start.SignalAndWait(); return pass.TryLeave(); }, TestContext.Current.CancellationToken);
            start.SignalAndWait(TestContext.Current.CancellationToken);
            await gate.CloseAsync("all", "hlt_1");
            Assert.Equal(await leaving, pass.HasLeft);
            Assert.NotEqual(pass.HasLeft, pass.Revoked.IsCancellationRequested);
        }
    }

    [Fact]
    public async Task Open_OfOneClosing_LeavesAnotherOfTheSameScopeInForce()
    {
        var gate = new EffectGate(() => true);
        await gate.CloseAsync("all", "hlt_1");
        await gate.CloseAsync("all", "hlt_2");
        gate.Open("hlt_1");
        Assert.Null(gate.TryEnter("act_1", ["all"]));
        gate.Open("hlt_2");
        using var pass = gate.TryEnter("act_1", ["all"]);
        Assert.NotNull(pass);
    }
}
