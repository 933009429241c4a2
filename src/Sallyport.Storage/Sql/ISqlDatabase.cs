namespace Sallyport.Storage.Sql;

/// <summary>Two production implementations: how work reaches SQLite (grouped commits on one writer) and PostgreSQL (a pool of connections).</summary>
internal interface ISqlDatabase
{
    /// <summary>Runs work in one durable transaction; it is committed when the task completes.</summary>
    Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation);

    /// <summary>Runs a read on committed data.</summary>
    Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation);
}
