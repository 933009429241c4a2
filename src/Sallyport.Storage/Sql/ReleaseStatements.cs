using Sallyport.Identity;
using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Workflows;

namespace Sallyport.Storage.Sql;

/// <summary>Stored releases.</summary>
internal sealed partial class ReleaseStatements(ISqlDatabase database, AuditStatements audit, TimeProvider time) : IReleaseStore
{
    private sealed class HeadRow
    {
        internal const string Select = "select hash, workflow, version, active, published_at, published_by, activated_at from release ";

        public required string Hash { get; init; }
        public required string Workflow { get; init; }
        public required string Version { get; init; }
        public bool Active { get; init; }
        public long PublishedAt { get; init; }
        public required string PublishedBy { get; init; }
        public long? ActivatedAt { get; init; }

        internal ReleaseHead ToHead() => new(Hash, Workflow, Version, Active, Times.FromMs(PublishedAt), PublishedBy, Times.FromMs(ActivatedAt));
    }

    private sealed class Row
    {
        public required string Hash { get; init; }
        public required string Workflow { get; init; }
        public required string Version { get; init; }
        public required string Files { get; init; }
        public bool Active { get; init; }

        internal StoredRelease ToRelease() => new(Hash, Workflow, JsonSerializer.Deserialize<Dictionary<string, string>>(Files)!, Active, Version);
    }

    public Task<bool> ActivateAsync(StoredRelease release, string? instead, string? proof, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var active = (await session.FirstAsync<HeadRow>(HeadRow.Select + "where workflow = @Workflow and active = 1", release))?.Hash;
        if (active != instead) return false;
        await session.ExecuteAsync("update release set active = 0 where workflow = @Workflow", release);
        await session.ExecuteAsync("""
            insert into release (hash, workflow, version, files, active, published_at, published_by, activated_at, proof)
            values (@Hash, @Workflow, @Version, @files, 1, @at, @Actor, @at, @proof)
            on conflict (hash) do update set active = 1, activated_at = @at, proof = @proof
            """, new { release.Hash, release.Workflow, release.Version, files = JsonSerializer.Serialize(release.Files), leaf.Actor, at = time.Now().ToMs(), proof });
        await session.ExecuteAsync("delete from activation_request where against = @instead", new { instead });
        await audit.AppendAsync(session, "default", leaf);
        return true;
    }, cancellation);

    public Task<IReadOnlyList<string>?> RequestActivationAsync(string release, string against, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync<IReadOnlyList<string>?>(async session =>
    {
        if (await session.FirstAsync<HeadRow>(HeadRow.Select + "where hash = @against and active = 1", new { against }) is null) return null;
        var added = await session.ExecuteAsync("insert into activation_request (release, against, actor, at) values (@release, @against, @Actor, @at) on conflict do nothing",
            new { release, against, leaf.Actor, at = time.Now().ToMs() });
        if (added > 0) await audit.AppendAsync(session, "default", leaf);
        return [.. await session.QueryAsync<string>("select actor from activation_request where release = @release and against = @against order by at, actor", new { release, against })];
    }, cancellation);

    public Task<bool> AppendAsync(AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await audit.AppendAsync(session, "default", leaf);
        return true;
    }, cancellation);

    public Task<string?> ProofAsync(string hash, CancellationToken cancellation) => database.ReadAsync(async session =>
        await session.FirstAsync<string>("select proof from release where hash = @hash", new { hash }), cancellation);

    public Task<bool> PublishAsync(StoredRelease release, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var stored = await session.ExecuteAsync("""
            insert into release (hash, workflow, version, files, active, published_at, published_by, activated_at)
            values (@Hash, @Workflow, @Version, @files, 0, @at, @Actor, null) on conflict do nothing
            """, new { release.Hash, release.Workflow, release.Version, files = JsonSerializer.Serialize(release.Files), leaf.Actor, at = time.Now().ToMs() });
        if (stored == 0) return false;
        await audit.AppendAsync(session, "default", leaf);
        return true;
    }, cancellation);

    public Task<IReadOnlyList<ReleaseHead>> HeadsAsync(int limit, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<ReleaseHead>>(async session =>
        [.. (await session.QueryAsync<HeadRow>(HeadRow.Select + "order by published_at desc, hash limit @limit", new { limit })).Select(row => row.ToHead())], cancellation);

    public Task<ReleaseHead?> HeadAsync(string hash, CancellationToken cancellation) => database.ReadAsync(async session =>
        (await session.FirstAsync<HeadRow>(HeadRow.Select + "where hash = @hash", new { hash }))?.ToHead(), cancellation);

    public Task<IReadOnlyList<StoredRelease>> ActiveAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<StoredRelease>>(async session =>
        [.. (await session.QueryAsync<Row>("select hash, workflow, version, files, active from release where active = 1 order by workflow")).Select(row => row.ToRelease())], cancellation);

    public Task<StoredRelease?> FindAsync(string hash, CancellationToken cancellation) => database.ReadAsync(async session =>
        (await session.FirstAsync<Row>("select hash, workflow, version, files, active from release where hash = @hash", new { hash }))?.ToRelease(), cancellation);
}
