using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Sallyport.Samples.Payments.Hosting;
using Sallyport.Samples.Payments.Seeding;

namespace Sallyport.Samples.Payments.Storage;

/// <summary>
/// The SQLite file: write-ahead log with <c>synchronous = FULL</c>, so that a commit that was reported is on disk. One connection
/// writes (<see cref="LedgerWriter"/>); readers have their own and never wait for it.
/// </summary>
internal sealed class LedgerDatabase : IDisposable
{
    private const string FileName = "ledger.db";

    private readonly string _readOnly;

    private LedgerDatabase(string path, SqliteConnection writeConnection)
    {
        _readOnly = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly }.ToString();
        WriteConnection = writeConnection;
    }

    /// <summary>The only connection that changes anything; used by <see cref="LedgerWriter"/> alone.</summary>
    public SqliteConnection WriteConnection { get; }

    /// <summary>Opens the ledger in <paramref name="directory"/>, or creates and seeds it in one transaction.</summary>
    /// <exception cref="StartRefusedException">The ledger has another seed or version, or cannot be read.</exception>
    public static LedgerDatabase Open(string directory, ulong? seed, TimeProvider clock)
    {
        SQLitePCL.Batteries_V2.Init();
        try
        {
            Directory.CreateDirectory(directory);
            var path = Path.Combine(directory, FileName);
            var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
            if (connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE name = 'meta'") == 0)
                Create(connection, seed ?? PaymentsOptions.DefaultSeed, clock);
            else
                Check(connection, directory, seed);
            return new LedgerDatabase(path, connection);
        }
        catch (Exception unreadable) when (unreadable is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"cannot open the ledger in {directory}: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>A pooled read-only connection; the caller disposes it.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_readOnly);
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        WriteConnection.Dispose();
        using var pooled = new SqliteConnection(_readOnly);
        SqliteConnection.ClearPool(pooled);
    }

    private static void Create(SqliteConnection connection, ulong seed, TimeProvider clock)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        connection.Execute(LedgerSchema.Sql, transaction: transaction);
        SeedWriter.Write(connection, transaction, SeedPlan.For(seed));
        connection.Execute(
            "INSERT INTO meta (name, value) VALUES ('schema', @Schema), ('seed', @Seed), ('created_at', @Now)",
            new { Schema = LedgerSchema.Version, Seed = seed.ToString(CultureInfo.InvariantCulture), Now = Instant.Text(clock.GetUtcNow()) },
            transaction);
        transaction.Commit();
    }

    private static void Check(SqliteConnection connection, string directory, ulong? seed)
    {
        var meta = connection.Query<(string Name, string Value)>("SELECT name, value FROM meta")
            .ToDictionary(row => row.Name, row => row.Value);
        var version = meta.GetValueOrDefault("schema", "none");
        if (version != LedgerSchema.Version)
            throw new StartRefusedException($"the ledger in {directory} has schema {version}, this program needs {LedgerSchema.Version}");
        var existing = meta["seed"];
        if (seed is { } wanted && existing != wanted.ToString(CultureInfo.InvariantCulture))
            throw new StartRefusedException(
                $"the ledger in {directory} was seeded with {existing}, not {wanted}; take another --data or drop --seed");
    }
}
