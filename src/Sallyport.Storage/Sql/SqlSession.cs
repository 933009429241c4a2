using System.Data.Common;
using Dapper;

namespace Sallyport.Storage.Sql;

/// <summary>One transaction (or one read) on an open connection. SQL here is the part that SQLite and PostgreSQL share.</summary>
internal sealed class SqlSession(DbConnection connection, DbTransaction? transaction)
{
    static SqlSession() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    internal Task<int> ExecuteAsync(string sql, object? values = null) => connection.ExecuteAsync(sql, values, transaction);

    internal async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? values = null) =>
        (await connection.QueryAsync<T>(sql, values, transaction)).AsList();

    internal Task<T?> FirstAsync<T>(string sql, object? values = null) => connection.QueryFirstOrDefaultAsync<T?>(sql, values, transaction);

    internal async Task<T> ScalarAsync<T>(string sql, object? values = null) => (await connection.ExecuteScalarAsync<T>(sql, values, transaction))!;
}
