using Sallyport.Audit;
using Sallyport.Identity;

namespace Sallyport.Storage.Sql;

/// <content>Sessions.</content>
internal sealed partial class IdentityStatements
{
    private const string SessionColumns = "hash, id, user_id, provider, authenticated_at, started_at, seen_at, expires_at";

    private sealed class SessionRow
    {
        public required byte[] Hash { get; init; }
        public required string Id { get; init; }
        public required string UserId { get; init; }
        public required string Provider { get; init; }
        public long AuthenticatedAt { get; init; }
        public long StartedAt { get; init; }
        public long SeenAt { get; init; }
        public long ExpiresAt { get; init; }

        internal StoredSession ToSession() =>
            new(Hash, Id, UserId, new SignIn(Provider, Times.FromMs(AuthenticatedAt)), Times.FromMs(StartedAt), Times.FromMs(SeenAt), Times.FromMs(ExpiresAt));
    }

    public Task<bool> StartSessionAsync(StoredSession session, byte[]? replaces, int perPerson, AuditDraft leaf, string tenant, CancellationToken cancellation) => database.WriteAsync(async sql =>
    {
        if (await sql.FirstAsync<string>("select user_id from person where user_id = @UserId and locked_at is not null", session) is not null) return false;
        await sql.ExecuteAsync("delete from session where expires_at <= @now", new { now = time.Now().ToMs() });
        if (replaces is not null) await sql.ExecuteAsync("delete from session where hash = @replaces", new { replaces });
        await sql.ExecuteAsync("update person set failures = 0, locked_until = null where user_id = @UserId", session);
        await sql.ExecuteAsync($"insert into session ({SessionColumns}) values (@Hash, @Id, @UserId, @Provider, @authenticatedAt, @startedAt, @seenAt, @expires)", new
        {
            session.Hash, session.Id, session.UserId, session.SignIn.Provider, authenticatedAt = session.SignIn.At.ToMs(), startedAt = session.StartedAt.ToMs(), seenAt = session.SeenAt.ToMs(),
            expires = session.ExpiresAt.ToMs(),
        });
        await sql.ExecuteAsync(
            "delete from session where user_id = @UserId and id not in (select id from session where user_id = @UserId order by seen_at desc, id desc limit @perPerson)", new { session.UserId, perPerson });
        await audit.AppendAsync(sql, tenant, leaf);
        return true;
    }, cancellation);

    public Task<LiveSession?> FindSessionAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellation) => database.ReadAsync(async sql =>
    {
        var row = await sql.FirstAsync<SessionRow>($"select {SessionColumns} from session where hash = @hash and expires_at > @now", new { hash, now = now.ToMs() });
        if (row is null || await sql.FirstAsync<PersonRow>($"select {PersonColumns} from person where user_id = @UserId and locked_at is null", row) is not { } person) return null;
        var session = row.ToSession();
        return new LiveSession(person.ToPerson() with { SignIn = session.SignIn }, session);
    }, cancellation);

    public Task TouchSessionAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellation) =>
        database.WriteAsync(sql => sql.ExecuteAsync("update session set seen_at = @now where hash = @hash", new { hash, now = now.ToMs() }), cancellation);

    public Task<IReadOnlyList<StoredSession>> SessionsAsync(string userId, DateTimeOffset now, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<StoredSession>>(async sql =>
        [.. (await sql.QueryAsync<SessionRow>($"select {SessionColumns} from session where user_id = @userId and expires_at > @now order by started_at desc, id desc", new { userId, now = now.ToMs() })).Select(row => row.ToSession())], cancellation);

    public Task<bool> EndSessionAsync(byte[] hash, AuditDraft leaf, string tenant, CancellationToken cancellation) => database.WriteAsync(async sql =>
    {
        if (await sql.ExecuteAsync("delete from session where hash = @hash", new { hash }) == 0) return false;
        await audit.AppendAsync(sql, tenant, leaf);
        return true;
    }, cancellation);

    public Task<int> EndSessionsAsync(string userId, AuditDraft leaf, string tenant, CancellationToken cancellation) => database.WriteAsync(async sql =>
    {
        var ended = await sql.ExecuteAsync("delete from session where user_id = @userId", new { userId });
        await audit.AppendAsync(sql, tenant, leaf);
        return ended;
    }, cancellation);
}
