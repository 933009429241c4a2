using Dapper;
using Microsoft.Data.Sqlite;
using Sallyport.Samples.Payments.Storage;
using Sallyport.Samples.Payments.Tests.Harness;

namespace Sallyport.Samples.Payments.Tests;

public sealed class DurabilityTests
{
    [Fact]
    public async Task Restart_AfterWrites_KeepsEverything()
    {
        await using var payments = await RunningPayments.StartAsync();
        var refund = await payments.Client.RefundAsync("key-1", "ord_000001", 700, "EUR");
        await payments.Client.RefundAsync("key-2", "ord_000001", 300, "EUR");
        await payments.Client.VoidAsync("re_000002", "void-2");
        var ledger = await payments.Client.LedgerAsync();
        var order = await payments.Client.GetAsync("/orders/ord_000001");
        await payments.Client.FaultAsync("refuse");
        await payments.RestartAsync();

        Assert.Equal(ledger.Text, (await payments.Client.LedgerAsync()).Text);
        Assert.Equal(order.Text, (await payments.Client.GetAsync("/orders/ord_000001")).Text);
        var replay = await payments.Client.RefundAsync("key-1", "ord_000001", 700, "EUR");
        Assert.True(replay.Replayed);
        Assert.Equal(refund.Text, replay.Text);
        Assert.Equal("re_000003", (await payments.Client.RefundAsync("key-3")).Str("id"));
    }

    [Fact]
    public void Ledger_OnceWritten_CannotBeEditedEvenBySql()
    {
        using var directory = new LedgerDirectory();
        using var database = LedgerDatabase.Open(directory.Path, null, TimeProvider.System);
        database.WriteConnection.Execute(
            """
            INSERT INTO refunds (number, order_id, amount, currency, idempotency_key, created_at) VALUES (1, 'ord_000001', 1, 'EUR', 'k', 'x');
            INSERT INTO ledger (kind, refund_number, order_id, amount, currency, idempotency_key, at) VALUES ('refund', 1, 'ord_000001', 1, 'EUR', 'k', 'x');
            """);

        Assert.Contains("append-only", Assert.Throws<SqliteException>(() => database.WriteConnection.Execute("UPDATE ledger SET amount = 2")).Message);
        Assert.Contains("append-only", Assert.Throws<SqliteException>(() => database.WriteConnection.Execute("DELETE FROM ledger")).Message);
        Assert.Throws<SqliteException>(() => database.WriteConnection.Execute("UPDATE orders SET refunded_minor = total_minor + 1 WHERE id = 'ord_000001'"));
    }

    [Fact]
    public void Writes_AreFullyDurable()
    {
        using var directory = new LedgerDirectory();
        using var database = LedgerDatabase.Open(directory.Path, null, TimeProvider.System);
        Assert.Equal("wal", database.WriteConnection.ExecuteScalar<string>("PRAGMA journal_mode"));
        Assert.Equal(2, database.WriteConnection.ExecuteScalar<long>("PRAGMA synchronous"));
    }

    [Fact]
    public async Task Writer_AfterAStorageError_WritesNothingMore()
    {
        using var directory = new LedgerDirectory();
        using var database = LedgerDatabase.Open(directory.Path, null, TimeProvider.System);
        var reported = new List<Exception>();
        using var writer = new LedgerWriter(database, reported.Add);
        database.WriteConnection.Execute($"PRAGMA max_page_count = {database.WriteConnection.ExecuteScalar<long>("PRAGMA page_count")}");
        Task<bool> Write(int size) => writer.WriteAsync(scope =>
        {
            scope.ChangeOne("INSERT INTO meta (name, value) VALUES ('blob', @value)", new { value = new string('x', size) });
            return true;
        });

        await Assert.ThrowsAsync<SqliteException>(() => Write(1_000_000));
        Assert.True(writer.HasFailed);
        Assert.IsType<SqliteException>(Assert.Single(reported));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Write(1));
        Assert.Equal(0, database.WriteConnection.ExecuteScalar<long>("SELECT count(*) FROM meta WHERE name = 'blob'"));
    }

    [Fact]
    public async Task Writer_AfterABug_RollsBackAndGoesOn()
    {
        using var directory = new LedgerDirectory();
        using var database = LedgerDatabase.Open(directory.Path, null, TimeProvider.System);
        using var writer = new LedgerWriter(database, failure => Assert.Fail(failure.Message));

        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteAsync<bool>(scope =>
        {
            scope.ChangeOne("UPDATE orders SET version = 99 WHERE id = 'ord_000001'", new { });
            throw new InvalidOperationException("a bug");
        }));
        Assert.Equal(1, await writer.WriteAsync(scope => scope.Number("SELECT version FROM orders WHERE id = 'ord_000001'")));
    }
}
