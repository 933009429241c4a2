using Sallyport.KillSwitch;

namespace Sallyport.Server.Tests.Crash;

/// <summary>A machine that freezes between the claim and the first byte, for longer than its permit holds.</summary>
[Collection(CrashCollection.Name)]
[Trait("req", "A5.2")]
public sealed class PauseTests(CrashFixture fixture)
{
    [Theory]
    [InlineData("GateEntered")]
    [InlineData("FirstByteBefore")]
    public async Task Server_FrozenBeforeTheFirstByteWhileTheBreakGlassIsPulled_SendsNothingWhenItGoesOn(string point)
    {
        var (folder, gate, calls, oracle) = await fixture.CopyAsync();
        await using var _ = gate;
        gate.Armed = point + ":1:stop";
        await gate.StartAsync();
        var asked = calls.RefundAsync(point);
        await CrashCalls.UntilAsync(() => Task.FromResult(File.ReadAllText($"/proc/{gate.Pid}/stat").Split(") ")[1][0] == 'T'));
        await File.WriteAllTextAsync(new BreakGlass(folder).File, "frozen", TestContext.Current.CancellationToken);
        await Task.Delay(PermitRenewal.TimeToLive + TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);

        Signals.Send(gate.Pid, Signals.Continue);

        var answer = (await asked)!;
        Assert.True(answer.Status is 202 or 502 or 503, answer.Text);
        await calls.UntilRecordedAsync("kill.break_glass", 1);
        Assert.Empty(await oracle.LedgerAsync());

        File.Delete(new BreakGlass(folder).File);
        await oracle.SettleAsync();
        Assert.Empty(await oracle.ViolationsAsync(new Dictionary<string, string>()));
    }
}
