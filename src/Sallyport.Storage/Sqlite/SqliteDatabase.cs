using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Sallyport.Protocol;
using Sallyport.Storage.Sql;

namespace Sallyport.Storage.Sqlite;

/// <summary>
/// SQLite with one writer that groups concurrent work into one durable commit: every job is a savepoint, the commit (WAL, synchronous
/// FULL) covers all that were waiting, and only after it does anybody get an answer.
/// </summary>
/// <remarks>
/// A storage error stops everything (fail-stop): after a failed commit nobody knows what is on disk, so no further answer may rest on it.
/// The process ends and decides by reading again after its restart.
/// </remarks>
internal sealed class SqliteDatabase : ISqlDatabase, IAsyncDisposable
{
    private const int QueueLimit = 4_096;
    private const int BatchLimit = 256;

    private readonly SqliteConnections _connections;
    private readonly Channel<Job> _queue = Channel.CreateBounded<Job>(new BoundedChannelOptions(QueueLimit) { SingleReader = true });
    private readonly TaskCompletionSource<Exception> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _writer;

    internal SqliteDatabase(SqliteConnections connections)
    {
        _connections = connections;
        _writer = Task.Run(WriteLoopAsync);
    }

    /// <summary>One unit of work and how its caller is told.</summary>
    private abstract class Job
    {
        internal abstract Task RunAsync(SqlSession session);

        internal abstract void Complete();

        internal abstract void Fail(Exception fault);
    }

    private sealed class Job<T>(Func<SqlSession, Task<T>> work) : Job
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        internal Task<T> Done => _done.Task;

        internal override async Task RunAsync(SqlSession session) => _result = await work(session);

        internal override void Complete() => _done.TrySetResult(_result);

        internal override void Fail(Exception fault) => _done.TrySetException(fault);
    }

    /// <summary>Completes with the reason when the store has failed and the process must end.</summary>
    internal Task<Exception> Failure => _failure.Task;

    public Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var job = new Job<T>(work);
        // A full queue answers at once: refusing early is kinder than collapsing late.
        if (!_queue.Writer.TryWrite(job))
            throw new StoreUnavailableException(_failure.Task.IsCompleted ? "The store has failed; the server is stopping." : "The store's queue is full.");
        return job.Done;
    }

    public async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_failure.Task.IsCompleted) throw new StoreUnavailableException("The store has failed; the server is stopping.");
        var connection = _connections.RentReader();
        try
        {
            return await work(new SqlSession(connection, null));
        }
        catch (SqliteException fault)
        {
            throw new StoreUnavailableException($"The store cannot be read (SQLite {fault.SqliteErrorCode}/{fault.SqliteExtendedErrorCode}).", fault);
        }
        finally
        {
            _connections.Return(connection);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer;
        _connections.Dispose();
    }

    private async Task WriteLoopAsync()
    {
        var batch = new List<Job>(BatchLimit);
        using var connection = _connections.OpenWriter();
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < BatchLimit && _queue.Reader.TryRead(out var job)) batch.Add(job);
            try
            {
                await CommitAsync(connection, batch);
            }
            catch (SqliteException fault)
            {
                FailStop(fault, batch);
                return;
            }

            batch.Clear();
        }
    }

    /// <summary>Runs a batch in one transaction. A job that throws loses only its own savepoint.</summary>
    private static async Task CommitAsync(SqliteConnection connection, List<Job> batch)
    {
        var faults = new Exception?[batch.Count];
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            var session = new SqlSession(connection, transaction);
            for (var i = 0; i < batch.Count; i++)
            {
                transaction.Save("job");
                try
                {
                    await batch[i].RunAsync(session);
                    transaction.Release("job");
                }
                catch (Exception fault) when (fault is not SqliteException { SqliteErrorCode: not SqliteConstraint })
                {
                    // The job's own refusal, or a broken constraint: undo it and tell its caller. Other storage errors stop everything.
                    transaction.Rollback("job");
                    transaction.Release("job");
                    faults[i] = fault;
                }
            }

            transaction.Commit();
        }

        for (var i = 0; i < batch.Count; i++)
        {
            if (faults[i] is { } fault) batch[i].Fail(fault);
            else batch[i].Complete();
        }
    }

    private const int SqliteConstraint = 19;

    private void FailStop(SqliteException fault, List<Job> batch)
    {
        var reason = new StoreUnavailableException($"The store failed to write (SQLite {fault.SqliteErrorCode}/{fault.SqliteExtendedErrorCode}).", fault);
        _failure.TrySetResult(reason);
        _queue.Writer.TryComplete();
        foreach (var job in batch) job.Fail(reason);
        while (_queue.Reader.TryRead(out var waiting)) waiting.Fail(reason);
    }
}
