namespace Sallyport.Server.Tests.Crash;

/// <summary>The machine's clock jumps under a running server.</summary>
[Trait("req", "AC.3")]
public sealed class ClockTests : IAsyncLifetime
{
    private static readonly string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    private CrashBase _shared = null!;

    public async ValueTask InitializeAsync() =>
        _shared = await CrashBase.StartAsync(ConnectorMode.Fenced, bundle => bundle.Replace("workflow.yaml", "expires_after: PT1H", "expires_after: PT4S"));

    public ValueTask DisposeAsync() => _shared.DisposeAsync();

    [Fact]
    public async Task Clock_Jumping_StopsSendingUntilItAgrees_AndBringsNoApprovalBack()
    {
        if (!File.Exists(Library)) Assert.Skip("libfaketime is not installed (apt-get install faketime).");
        var (folder, gate) = _shared.Copy();
        await using var _ = gate;
        var clock = folder + ".clock";
        await SetAsync(clock, "+0");
        gate.Environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = Library, ["FAKETIME_TIMESTAMP_FILE"] = clock, ["FAKETIME_NO_CACHE"] = "1", ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        };
        await gate.StartAsync();
        var (calls, oracle) = (new CrashCalls(_shared, gate), new CrashOracle(_shared, gate, 0));
        (await calls.RefundAsync("before"))!.MustBe(200, "succeeded");
        var pending = await calls.PendingAsync("expires");
        await calls.UntilAsync(pending.ActionId, "expired");
        string[] jumps = ["+1h", "-1h", "+10d", "-2d"];
        for (var i = 0; i < jumps.Length; i++)
        {
            var sent = (await oracle.LedgerAsync()).Count;
            await SetAsync(clock, jumps[i]);
            await calls.UntilRecordedAsync("alarm.clock_jumped", i + 1);

            var held = await calls.RefundAsync(jumps[i]);

            Assert.True(held!.Status is 202 or 503, $"{jumps[i]}: {held.Text}");
            Assert.Equal(sent, (await oracle.LedgerAsync()).Count);
            Assert.NotEqual(200, (await calls.DecideAsync(_shared.Dana, pending, approve: true))!.Status);
            Assert.Equal("expired", await calls.StateAsync(pending.ActionId));

            await SetAsync(clock, "+0");
            await calls.UntilRecordedAsync("alarm.clock_agrees", i + 1);
            (await calls.RefundAsync("after" + jumps[i], amount: 8 + i))!.MustBe(200, "succeeded");
            await oracle.SettleAsync();
        }

        Assert.Empty(await oracle.ViolationsAsync(new Dictionary<string, string>()));
    }

    /// <summary>Replaced in one step: the library may read the file at any moment.</summary>
    private static async Task SetAsync(string file, string offset)
    {
        await File.WriteAllTextAsync(file + ".new", offset + "\n", TestContext.Current.CancellationToken);
        File.Move(file + ".new", file, overwrite: true);
    }
}
