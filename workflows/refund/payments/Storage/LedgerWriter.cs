using Dapper;
using Microsoft.Data.Sqlite;

namespace Sallyport.Samples.Payments.Storage;

/// <summary>
/// Runs one transaction at a time on the write connection. When a task of this class completes, its commit is durable.
/// After a storage error every further write fails: a later commit could overwrite one whose outcome is open.
/// </summary>
internal sealed class LedgerWriter(LedgerDatabase database, Action<Exception> onStorageFailure) : IDisposable
{
    // SQLITE_READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: the disk or the file, not the statement.
    private static readonly int[] StorageErrors = [8, 10, 11, 13, 14, 26];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Exception? _failure;

    /// <summary>True once a storage error was seen.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction and commits it. It cannot be cancelled: a caller that hangs up does not
    /// change what happens.
    /// </summary>
    /// <exception cref="InvalidOperationException">An earlier write met a storage error.</exception>
    public async Task<T> WriteAsync<T>(Func<WriteScope, T> work)
    {
        await _turn.WaitAsync();
        try
        {
            if (_failure is { } earlier)
                throw new InvalidOperationException("The ledger failed earlier; nothing is written until a restart.", earlier);
            return Run(work);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private T Run<T>(Func<WriteScope, T> work)
    {
        try
        {
            using var transaction = database.WriteConnection.BeginTransaction(deferred: false);
            var result = work(new WriteScope(database.WriteConnection, transaction));
            transaction.Commit();
            return result;
        }
        catch (SqliteException error) when (StorageErrors.Contains(error.SqliteErrorCode))
        {
            _failure = error;
            onStorageFailure(error);
            throw;
        }
    }
}

/// <summary>The statements of one write transaction.</summary>
internal readonly record struct WriteScope(SqliteConnection Connection, SqliteTransaction Transaction)
{
    public T? Find<T>(string sql, object parameters) where T : class =>
        Connection.QuerySingleOrDefault<T>(sql, parameters, Transaction);

    public long Number(string sql, object? parameters = null) => Connection.ExecuteScalar<long>(sql, parameters, Transaction);

    /// <summary>Runs a statement that must change exactly one row.</summary>
    /// <exception cref="InvalidOperationException">Another number of rows changed: a bug, and the transaction rolls back.</exception>
    public void ChangeOne(string sql, object parameters)
    {
        var rows = Connection.Execute(sql, parameters, Transaction);
        if (rows != 1)
            throw new InvalidOperationException($"Expected to change one row, changed {rows}: {sql}");
    }
}
