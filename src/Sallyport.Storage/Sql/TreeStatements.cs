using Sallyport.Audit;

namespace Sallyport.Storage.Sql;

/// <summary>The tree over the audit entries: upper tiles, checkpoints, and which log this is.</summary>
internal sealed class TreeStatements(ISqlDatabase database, TimeProvider time) : ITreeStore
{
    private sealed record Row(long Size, long At, long Rotation, string Note)
    {
        internal StoredCheckpoint ToCheckpoint() => new(Size, Note, Times.FromMs(At), Rotation != 0);
    }

    public Task<LogIdentity?> IdentityAsync(CancellationToken cancellation) =>
        database.ReadAsync(session => session.FirstAsync<LogIdentity>("select store as Store, origin as Origin, first_key as FirstKey from audit_log where id = 1"), cancellation);

    public Task IdentifyAsync(LogIdentity identity, CancellationToken cancellation) => database.WriteAsync(session => session.ExecuteAsync(
        "insert into audit_log (id, store, origin, first_key, created_at) values (1, @Store, @Origin, @FirstKey, @at)", new { identity.Store, identity.Origin, identity.FirstKey, at = time.GetUtcNow().ToMs() }), cancellation);

    public Task<long> SizeAsync(CancellationToken cancellation) =>
        database.ReadAsync(session => session.ScalarAsync<long>("select coalesce(max(seq), -1) + 1 from audit_leaf"), cancellation);

    public Task<IReadOnlyList<byte[]>> HashesAsync(int level, long from, int count, CancellationToken cancellation) => database.ReadAsync(session =>
        level == 0
            ? session.QueryAsync<byte[]>("select leaf_hash from audit_leaf where seq >= @from order by seq limit @count", new { from, count })
            : session.QueryAsync<byte[]>("select hash from audit_node where level = @level and n >= @from order by n limit @count", new { level, from, count }), cancellation);

    public Task<long> NodesAsync(int level, CancellationToken cancellation) =>
        database.ReadAsync(session => session.ScalarAsync<long>("select coalesce(max(n), -1) + 1 from audit_node where level = @level", new { level }), cancellation);

    public Task AddNodesAsync(int level, long from, IReadOnlyList<byte[]> hashes, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        for (var i = 0; i < hashes.Count; i++)
            await session.ExecuteAsync("insert into audit_node (level, n, hash) values (@level, @n, @hash)", new { level, n = from + i, hash = hashes[i] });
        return true;
    }, cancellation);

    public Task<StoredCheckpoint?> CheckpointAsync(CancellationToken cancellation) => database.ReadAsync(async session =>
        (await session.FirstAsync<Row>("select size as Size, at as At, rotation as Rotation, note as Note from audit_checkpoint order by size desc limit 1"))?.ToCheckpoint(), cancellation);

    public Task<IReadOnlyList<StoredCheckpoint>> RotationsAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<StoredCheckpoint>>(async session =>
        [.. (await session.QueryAsync<Row>("select size as Size, at as At, rotation as Rotation, note as Note from audit_checkpoint where rotation = 1 order by size")).Select(row => row.ToCheckpoint())], cancellation);

    public Task KeepAsync(StoredCheckpoint checkpoint, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync("""
            insert into audit_checkpoint (size, at, rotation, note) values (@Size, @at, @rotation, @Note)
            on conflict (size) do update set at = excluded.at, note = excluded.note, rotation = case when audit_checkpoint.rotation = 1 then 1 else excluded.rotation end
            """, new { checkpoint.Size, at = checkpoint.At.ToMs(), rotation = checkpoint.Rotation ? 1 : 0, checkpoint.Note });
        await session.ExecuteAsync("delete from audit_checkpoint where size < @Size and rotation = 0", checkpoint);
        return true;
    }, cancellation);
}
