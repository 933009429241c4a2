using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Sallyport.Storage.Sqlite;

/// <summary>Opens connections to one database file, and keeps every other process away from it.</summary>
internal sealed class SqliteConnections : IDisposable
{
    private readonly string _file;
    private readonly FileStream _lock;
    private readonly ConcurrentBag<SqliteConnection> _readers = [];

    static SqliteConnections()
    {
        // Prefer the distribution's patched library over the bundled one, which is older.
        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, static (name, assembly, path) =>
            name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var system) ? system : NativeLibrary.Load(name, assembly, path));
        SQLitePCL.Batteries_V2.Init();
    }

    /// <exception cref="InvalidOperationException">Another process has the database open.</exception>
    internal SqliteConnections(string file)
    {
        _file = Path.GetFullPath(file);
        CreateFolder(Path.GetDirectoryName(_file)!);
        try
        {
            _lock = new FileStream(_file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new InvalidOperationException($"Another server has the store {_file} open; one SQLite store serves one server.", fault);
        }

        try
        {
            using var connection = OpenWriter();
            Migrate(connection);
        }
        catch
        {
            // A store that is not served must not stay locked against the program that can.
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>A new folder is for its owner only: it holds password hashes and payloads.</summary>
    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    internal SqliteConnection OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        Execute(connection, "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma wal_autocheckpoint = 4000");
        return connection;
    }

    internal SqliteConnection RentReader() => _readers.TryTake(out var connection) ? connection : Open(SqliteOpenMode.ReadOnly);

    internal void Return(SqliteConnection connection) => _readers.Add(connection);

    public void Dispose()
    {
        while (_readers.TryTake(out var reader)) reader.Dispose();
        _lock.Dispose();
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        // Pooling is off: we pool readers ourselves, and a closed store must really be closed.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Forward-only migrations, each in a transaction of its own; a store of a newer program is refused.</summary>
    private static void Migrate(SqliteConnection connection)
    {
        Execute(connection, "create table if not exists migration (name text primary key)");
        var known = Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && name.Contains(".Sqlite.Migrations.", StringComparison.Ordinal))
            .Select(name => (Resource: name, Name: name[(name.IndexOf(".Migrations.", StringComparison.Ordinal) + ".Migrations.".Length)..]))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList();
        var applied = Applied(connection);
        if (applied.FirstOrDefault(name => known.All(entry => entry.Name != name)) is { } unknown)
            throw new InvalidOperationException($"The store was written by a newer program (migration {unknown}); refusing to open it.");
        foreach (var (resource, name) in known.Where(entry => !applied.Contains(entry.Name)))
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
            using var reader = new StreamReader(stream);
            using var transaction = connection.BeginTransaction();
            Execute(connection, reader.ReadToEnd(), transaction);
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "insert into migration (name) values ($name)";
            command.Parameters.AddWithValue("$name", name);
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    private static HashSet<string> Applied(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select name from migration";
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The text is a constant of this program, never input.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
