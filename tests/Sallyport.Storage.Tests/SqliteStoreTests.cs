using Microsoft.Data.Sqlite;
using Sallyport.Identity;
using Sallyport.Storage.Sqlite;

namespace Sallyport.Storage.Tests;

/// <summary>The embedded store.</summary>
public sealed class SqliteStoreTests : StoreCompliance
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-store-").FullName;

    private string File => Path.Combine(_folder, "sallyport.db");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Open_WhileAnotherServerHasIt_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SqliteStore.OpenAsync(File, new IdSource(Time, IdSource.SystemRandom), Time));

        Assert.Contains("one SQLite store serves one server", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, await LeavesAsync());
    }

    [Fact]
    public async Task Open_WrittenByANewerProgram_IsRefusedAndCanBeOpenedByThatOne()
    {
        Assert.Null(await SabotageAsync("insert into migration (name) values ('9999_future.sql')"));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(ReopenAsync);
        Assert.Contains("9999_future.sql", refused.Message, StringComparison.Ordinal);

        Assert.Null(await SabotageAsync("delete from migration where name = '9999_future.sql'"));
        await ReopenAsync();
        Assert.Equal(2, await LeavesAsync());
    }

    [Fact]
    public async Task Writing_ToAFileThatIsDurable_UsesWalAndFullSync()
    {
        await AcceptedAsync();

        Assert.True(System.IO.File.Exists(File + "-wal"));
        Assert.Equal("wal", await ScalarAsync("pragma journal_mode"));
    }

    protected override async Task<OpenStore> OpenAsync()
    {
        var store = await SqliteStore.OpenAsync(File, new IdSource(Time, IdSource.SystemRandom), Time);
        return new OpenStore(store.Actions, store.Audit, store.Halts, store.Releases, store.Identities, store.Sessions, store.Outbox, store.Approvals, store.Passkeys, store.DisposeAsync);
    }

    protected override async Task<string?> SabotageAsync(string sql)
    {
        try
        {
            await ScalarAsync(sql);
            return null;
        }
        catch (SqliteException refused)
        {
            return refused.Message;
        }
    }

    private async Task<string?> ScalarAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of these tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (await command.ExecuteScalarAsync(Cancellation))?.ToString();
    }
}
