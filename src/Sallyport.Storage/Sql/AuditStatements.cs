using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Identity;

namespace Sallyport.Storage.Sql;

/// <summary>Appends and reads audit entries. Appending takes a session, so it can only happen inside somebody's transaction.</summary>
internal sealed partial class AuditStatements(ISqlDatabase database, IdSource ids, TimeProvider time) : IAuditStore
{
    private const string Columns = """
        select leaf.seq as Seq, leaf.at as At, leaf.kind as Kind, leaf.action_id as ActionId, leaf.task_id as TaskId, leaf.actor as Actor,
               leaf.leaf as Leaf, leaf.leaf_hash as LeafHash, beside.payload as Payload, beside.salt as Salt
        from audit_leaf leaf left join audit_payload beside on beside.seq = leaf.seq
        """;

    private sealed record Row(long Seq, long At, string Kind, string? ActionId, string? TaskId, string Actor, byte[] Leaf, byte[] LeafHash, string? Payload, byte[]? Salt)
    {
        internal StoredEntry ToEntry() => new(Seq, Times.FromMs(At), Kind, ActionId, TaskId, Actor, Leaf, LeafHash, Payload, Salt);
    }

    internal async Task AppendAsync(SqlSession session, string tenant, AuditDraft draft, string? rateKey = null)
    {
        var entry = AuditEntry.Seal(draft, tenant, time.Now(), ids.Bytes);
        var seq = await session.ScalarAsync<long>("""
            insert into audit_leaf (seq, tenant, at, kind, action_id, task_id, actor, rate_key, leaf, leaf_hash)
            values ((select coalesce(max(seq), -1) + 1 from audit_leaf), @tenant, @at, @Kind, @ActionId, @TaskId, @Actor, @rateKey, @Leaf, @LeafHash)
            returning seq
            """,
            new { tenant, at = entry.At.ToMs(), draft.Kind, draft.ActionId, draft.TaskId, draft.Actor, rateKey, entry.Leaf, entry.LeafHash });
        if (entry.Payload is not null)
            await session.ExecuteAsync("insert into audit_payload (seq, salt, payload) values (@seq, @Salt, @Payload)", new { seq, entry.Salt, entry.Payload });
        foreach (var value in draft.Correlations.Distinct(StringComparer.Ordinal))
            await session.ExecuteAsync("insert into correlation (tenant, value, seq) values (@tenant, @value, @seq) on conflict do nothing", new { tenant, value, seq });
    }

    public Task AppendAsync(string tenant, AuditDraft draft, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await AppendAsync(session, tenant, draft);
        return true;
    }, cancellation);

    public Task<long> SizeAsync(CancellationToken cancellation) =>
        database.ReadAsync(session => session.ScalarAsync<long>("select coalesce(max(seq), -1) + 1 from audit_leaf"), cancellation);

    public Task<DateTimeOffset?> LastAsync(CancellationToken cancellation) =>
        database.ReadAsync(async session => Times.FromMs(await session.FirstAsync<long?>("select at from audit_leaf order by seq desc limit 1")), cancellation);

    public Task<IReadOnlyList<StoredEntry>> ReadAsync(long from, int count, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<StoredEntry>>(async session =>
        [.. (await session.QueryAsync<Row>(Columns + " where leaf.seq >= @from order by leaf.seq limit @count", new { from, count })).Select(row => row.ToEntry())], cancellation);

    public Task<IReadOnlyList<StoredEntry>> ChainAsync(string tenant, string id, int limit, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<StoredEntry>>(async session =>
    {
        // Whatever the id is, it leads to entries; their actions lead to all the others.
        var rows = await session.QueryAsync<Row>($"""
            with hit as (
                select seq from audit_leaf where tenant = @tenant and action_id = @id
                union select seq from audit_leaf where tenant = @tenant and task_id = @id
                union select seq from correlation where tenant = @tenant and value = @id),
            acted as (select distinct action_id from audit_leaf where action_id is not null and seq in (select seq from hit))
            {Columns}
            where leaf.tenant = @tenant and (leaf.seq in (select seq from hit) or leaf.action_id in (select action_id from acted))
            order by leaf.seq limit @limit
            """, new { tenant, id, limit });
        return [.. rows.Select(row => row.ToEntry())];
    }, cancellation);

    /// <summary>Rate keys of the last minute, so that a restart forgets no call that was recorded.</summary>
    internal Task<IReadOnlyList<(string RateKey, long At)>> RecentCallsAsync(DateTimeOffset since) =>
        database.ReadAsync(session => session.QueryAsync<(string, long)>("select rate_key, at from audit_leaf where rate_key is not null and at >= @since order by seq", new { since = since.ToMs() }), CancellationToken.None);

    internal static IReadOnlyList<string> List(string json) => JsonSerializer.Deserialize<List<string>>(json)!;
}
