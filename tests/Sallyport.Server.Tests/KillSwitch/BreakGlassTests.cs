using Microsoft.Data.Sqlite;
using Sallyport.KillSwitch;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.KillSwitch;

/// <summary>The stop that needs neither store nor audit log, on the real server.</summary>
[Trait("req", "A5.2")]
public sealed class BreakGlassTests : IAsyncLifetime
{
    private TestGate _gate = null!;

    private BreakGlass Glass => new(_gate.DataFolder);

    public async ValueTask InitializeAsync() => _gate = await TestGate.StartAsync();

    public ValueTask DisposeAsync() => _gate.DisposeAsync();

    [Fact]
    public async Task Pulled_NothingLeavesFromThatMoment_AndItIsRecordedAndLifted()
    {
        await File.WriteAllTextAsync(Glass.File, "by nina: the ledger is wrong", TestContext.Current.CancellationToken);

        await UntilAsync(() => File.Exists(Glass.Confirmation));
        (await _gate.RefundAsync("ord_000001", 700, "EUR")).MustBe(503, "halted");
        Assert.Empty(await _gate.Payments.LedgerAsync());
        await UntilAsync(async () => (await _gate.EntriesAsync("kill.break_glass")).Count == 1);

        File.Delete(Glass.File);
        await UntilAsync(async () => (await _gate.EntriesAsync("kill.break_glass_lifted")).Count == 1);
        Assert.Single(await _gate.Payments.LedgerOfAsync((await _gate.RefundAsync("ord_000001", 700, "EUR")).MustBe(200, "succeeded").ActionId));
        Assert.False(File.Exists(Glass.Confirmation));
    }

    [Fact]
    public async Task Pulled_WhileTheStoreCannotWrite_IsConfirmedAllTheSame()
    {
        await using var foreign = new SqliteConnection($"Data Source={Path.Combine(_gate.DataFolder, "sallyport.db")};Pooling=False");
        await foreign.OpenAsync(TestContext.Current.CancellationToken);
        await using (var blocking = foreign.BeginTransaction(deferred: false))
        {
            await File.WriteAllTextAsync(Glass.File, "", TestContext.Current.CancellationToken);
            await UntilAsync(() => File.Exists(Glass.Confirmation));
            await blocking.RollbackAsync(TestContext.Current.CancellationToken);
        }

        await UntilAsync(async () => (await _gate.EntriesAsync("kill.break_glass")).Count == 1);
    }

    [Fact]
    public async Task Pulled_BeforeTheStart_HoldsFromTheFirstCall()
    {
        await _gate.StopServerAsync();
        await File.WriteAllTextAsync(Glass.File, "", TestContext.Current.CancellationToken);
        await _gate.RestartServerAsync();

        // Before the server has noticed the file by itself the action is withheld, after that it is refused; nothing leaves either way.
        var answer = await _gate.RefundAsync("ord_000002", 700, "USD");

        Assert.True(answer.Status is 202 or 503, answer.Text);
        Assert.Empty(await _gate.Payments.LedgerAsync());
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition()) await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
