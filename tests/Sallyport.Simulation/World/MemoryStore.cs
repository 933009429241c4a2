using System.Runtime.CompilerServices;
using Dapper;
using Microsoft.Data.Sqlite;
using Sallyport.Storage.Sqlite;

namespace Sallyport.Simulation.World;

/// <summary>The database of a world, in memory: what is committed here is durable, whatever happens to the replicas.</summary>
internal sealed class MemoryStore : IDisposable
{
    private readonly SqliteConnection _template = Open();

    static MemoryStore()
    {
        RuntimeHelpers.RunClassConstructor(typeof(SqliteConnections).TypeHandle);
        // Every world has a connection and a thread of its own: without shared counters and locks two cores do twice the work of one.
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
    }

    internal MemoryStore()
    {
        var storage = typeof(SqliteConnections).Assembly;
        foreach (var name in storage.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(storage.GetManifestResourceStream(name)!);
            Connection.Execute(reader.ReadToEnd());
        }
    }

    internal SqliteConnection Connection { get; } = Open();

    /// <summary>Keeps what is there now as what every world starts with.</summary>
    internal void KeepAsTemplate() => Connection.BackupDatabase(_template);

    /// <summary>Back to the template.</summary>
    internal void Reset() => _template.BackupDatabase(Connection);

    public void Dispose()
    {
        Connection.Dispose();
        _template.Dispose();
    }

    private static SqliteConnection Open()
    {
        var connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        connection.Open();
        connection.Execute("pragma foreign_keys = on; pragma journal_mode = memory; pragma synchronous = off");
        return connection;
    }
}
