using Sallyport.Identity;
using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Workflows;

namespace Sallyport.Storage.Sql;

/// <summary>Stored releases.</summary>
internal sealed class ReleaseStatements(ISqlDatabase database, AuditStatements audit, TimeProvider time) : IReleaseStore
{
    private sealed class Row
    {
        public required string Hash { get; init; }
        public required string Workflow { get; init; }
        public required string Files { get; init; }
        public bool Active { get; init; }

        internal StoredRelease ToRelease() => new(Hash, Workflow, JsonSerializer.Deserialize<Dictionary<string, string>>(Files)!, Active);
    }

    public Task ActivateAsync(StoredRelease release, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync("update release set active = 0 where workflow = @Workflow", release);
        await session.ExecuteAsync("""
            insert into release (hash, workflow, files, active, activated_at) values (@Hash, @Workflow, @files, 1, @at)
            on conflict (hash) do update set active = 1, activated_at = @at
            """, new { release.Hash, release.Workflow, files = JsonSerializer.Serialize(release.Files), at = time.Now().ToMs() });
        await audit.AppendAsync(session, "default", leaf);
        return true;
    }, cancellation);

    public Task<IReadOnlyList<StoredRelease>> ActiveAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<StoredRelease>>(async session =>
        [.. (await session.QueryAsync<Row>("select hash, workflow, files, active from release where active = 1 order by workflow")).Select(row => row.ToRelease())], cancellation);

    public Task<StoredRelease?> FindAsync(string hash, CancellationToken cancellation) => database.ReadAsync(async session =>
        (await session.FirstAsync<Row>("select hash, workflow, files, active from release where hash = @hash", new { hash }))?.ToRelease(), cancellation);
}
