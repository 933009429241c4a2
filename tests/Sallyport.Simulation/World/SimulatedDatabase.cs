using Sallyport.Protocol;
using Sallyport.Storage.Sql;

namespace Sallyport.Simulation.World;

/// <summary>The database as one life of a replica sees it: slow, full, failing in the middle of a commit, gone.</summary>
internal sealed class SimulatedDatabase(Universe universe, Replica replica) : ISqlDatabase
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(400);
    private bool _failed;

    public async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Check();
        if (universe.Faults.QueueIsFull()) throw new StoreUnavailableException("The store's queue is full.");
        await replica.PointAsync("write", Longest);
        Check();
        T result;
        try
        {
            result = Commit(work);
        }
        catch (Exception refusal) when (refusal is not StoreUnavailableException and not EscapedException)
        {
            // The job's own refusal: undone, and its caller is told.
            await replica.PointAsync("write refused", Longest);
            throw;
        }

        await replica.PointAsync("written", Longest);
        return result;
    }

    public async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Check();
        await replica.PointAsync("read", Longest);
        Check();
        var result = Finished(work(new SqlSession(universe.Store.Connection, null)));
        // What was read is true at this moment and may be old when it arrives.
        await replica.PointAsync("was read", Longest);
        return result;
    }

    private T Commit<T>(Func<SqlSession, Task<T>> work)
    {
        using var transaction = universe.Store.Connection.BeginTransaction(deferred: false);
        var result = Finished(work(new SqlSession(universe.Store.Connection, transaction)));
        var fate = universe.Faults.Commit();
        if (fate != CommitFate.FailedAndLost)
        {
            transaction.Commit();
            universe.Committed();
        }

        if (fate == CommitFate.Committed) return result;
        // Fail-stop: after a commit of unknown fate no answer may rest on this store; the process ends soon.
        _failed = true;
        replica.Say($"the store fails at a commit ({fate})");
        replica.EndsSoon();
        throw new StoreUnavailableException("The store failed to write (SQLite 10/1034).");
    }

    private void Check()
    {
        if (_failed) throw new StoreUnavailableException("The store has failed; the server is stopping.");
    }

    /// <summary>The driver answers at once, so nothing may be left to wait for.</summary>
    private static T Finished<T>(Task<T> work) => work.IsCompleted ? work.GetAwaiter().GetResult() : throw new EscapedException();

    private sealed class EscapedException() : Exception("A statement did not finish at once; the run could not be repeated.");
}
