using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.Workflows;

namespace Sallyport.Storage.Sql;

/// <content>Runs of shadow candidates.</content>
internal sealed partial class ReleaseStatements
{
    private const string NextEntry = "(select coalesce(max(seq), -1) + 1 from audit_leaf)";

    private sealed class ShadowRow
    {
        public required string Workflow { get; init; }
        public required string Release { get; init; }
        public long StartedAt { get; init; }
        public required string StartedBy { get; init; }
        public long FirstEntry { get; init; }
        public long? StoppedAt { get; init; }
        public long? LastEntry { get; init; }

        internal ShadowRun ToRun() => new(Workflow, Release, Times.FromMs(StartedAt), StartedBy, FirstEntry, Times.FromMs(StoppedAt), LastEntry);
    }

    public Task<bool> StartShadowAsync(string workflow, string release, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var started = await session.ExecuteAsync($"""
            insert into shadow (workflow, release, started_at, started_by, first_entry, stopped_at, last_entry)
            values (@workflow, @release, @at, @Actor, {NextEntry}, null, null)
            on conflict (workflow) do update set release = excluded.release, started_at = excluded.started_at, started_by = excluded.started_by,
                first_entry = excluded.first_entry, stopped_at = null, last_entry = null
            where shadow.stopped_at is not null
            """, new { workflow, release, at = time.Now().ToMs(), leaf.Actor });
        if (started == 0) return false;
        await audit.AppendAsync(session, "default", leaf);
        return true;
    }, cancellation);

    public Task<bool> StopShadowAsync(string workflow, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var stopped = await session.ExecuteAsync(
            $"update shadow set stopped_at = @at, last_entry = {NextEntry} where workflow = @workflow and stopped_at is null", new { workflow, at = time.Now().ToMs() });
        if (stopped == 0) return false;
        await audit.AppendAsync(session, "default", leaf);
        return true;
    }, cancellation);

    public Task<IReadOnlyList<ShadowRun>> ShadowsAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<ShadowRun>>(async session =>
        [.. (await session.QueryAsync<ShadowRow>("select workflow, release, started_at, started_by, first_entry, stopped_at, last_entry from shadow order by workflow")).Select(row => row.ToRun())], cancellation);
}
