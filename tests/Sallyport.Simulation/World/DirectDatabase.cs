using Sallyport.Storage.Sql;

namespace Sallyport.Simulation.World;

/// <summary>The store without any world in between: for preparing a world and for looking at its books.</summary>
internal sealed class DirectDatabase(MemoryStore store) : ISqlDatabase
{
    public Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        using var transaction = store.Connection.BeginTransaction();
        var result = Now(work(new SqlSession(store.Connection, transaction)));
        transaction.Commit();
        return Task.FromResult(result);
    }

    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) => Task.FromResult(Now(work(new SqlSession(store.Connection, null))));

    /// <summary>The result of something that is finished.</summary>
    internal static T Now<T>(Task<T> work) => work.IsCompleted ? work.GetAwaiter().GetResult() : throw new InvalidOperationException("The driver did not answer at once.");
}
