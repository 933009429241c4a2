using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Identity;

namespace Sallyport.Storage.Sql;

internal sealed partial class IdentityStatements
{
    private const string PersonColumns = "person.user_id, person.tenant, person.username, person.display_name, person.email, person.groups, person.roles, person.password_hash, person.failures, person.locked_until";

    private sealed class PersonRow
    {
        public required string UserId { get; init; }
        public required string Tenant { get; init; }
        public required string Username { get; init; }
        public required string DisplayName { get; init; }
        public string? Email { get; init; }
        public required string Groups { get; init; }
        public required string Roles { get; init; }
        public string? PasswordHash { get; init; }
        public int Failures { get; init; }
        public long? LockedUntil { get; init; }
        public string? Provider { get; init; }
        public long AuthenticatedAt { get; init; }

        internal HumanPrincipal ToPerson() => new(UserId, Tenant, Username, DisplayName, AuditStatements.List(Groups), AuditStatements.List(Roles))
        {
            Email = Email,
            SignIn = Provider is null ? null : new SignIn(Provider, Times.FromMs(AuthenticatedAt)),
        };
    }

    public Task<bool> AddPersonAsync(PersonAccount account, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var person = account.Person;
        var added = await session.ExecuteAsync("""
            insert into person (user_id, tenant, username, display_name, email, groups, roles, password_hash, failures)
            values (@UserId, @Tenant, @Username, @DisplayName, @Email, @groups, @roles, @PasswordHash, 0) on conflict do nothing
            """, new
            {
                person.UserId, person.Tenant, person.Username, person.DisplayName, person.Email, groups = JsonSerializer.Serialize(person.Groups),
                roles = JsonSerializer.Serialize(person.Roles), account.PasswordHash,
            });
        if (added == 1) await audit.AppendAsync(session, person.Tenant, leaf);
        return added == 1;
    }, cancellation);

    public Task<PersonAccount?> FindPersonAsync(string tenant, string username, CancellationToken cancellation) => database.ReadAsync(async session =>
        await session.FirstAsync<PersonRow>($"select {PersonColumns} from person where tenant = @tenant and username = @username", new { tenant, username }) is { } row
            ? new PersonAccount(row.ToPerson(), row.PasswordHash, row.Failures, Times.FromMs(row.LockedUntil)) : null, cancellation);

    public Task<IReadOnlyList<HumanPrincipal>> PeopleAsync(string tenant, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<HumanPrincipal>>(async session =>
        [.. (await session.QueryAsync<PersonRow>($"select {PersonColumns} from person where tenant = @tenant order by username", new { tenant })).Select(row => row.ToPerson())], cancellation);

    public Task<HumanPrincipal?> FindLinkedAsync(string tenant, string system, string externalId, CancellationToken cancellation) => database.ReadAsync(async session =>
        (await session.FirstAsync<PersonRow>($"select {PersonColumns} from person_link join person on person.user_id = person_link.user_id where person_link.tenant = @tenant and system = @system and external_id = @externalId",
            new { tenant, system, externalId }))?.ToPerson(), cancellation);

    public Task<bool> LinkAsync(string tenant, string userId, string system, string externalId, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var added = await session.ExecuteAsync(
            "insert into person_link (tenant, system, external_id, user_id) values (@tenant, @system, @externalId, @userId) on conflict do nothing", new { tenant, system, externalId, userId });
        if (added == 1) await audit.AppendAsync(session, tenant, leaf);
        return added == 1;
    }, cancellation);

    public Task<bool> UnlinkAsync(string tenant, string userId, string system, string externalId, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var removed = await session.ExecuteAsync(
            "delete from person_link where tenant = @tenant and system = @system and external_id = @externalId and user_id = @userId", new { tenant, system, externalId, userId });
        if (removed == 1) await audit.AppendAsync(session, tenant, leaf);
        return removed == 1;
    }, cancellation);

    public Task SetFailuresAsync(string userId, int failures, DateTimeOffset? lockedUntil, AuditDraft leaf, string tenant, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync("update person set failures = @failures, locked_until = @until where user_id = @userId", new { userId, failures, until = lockedUntil?.ToMs() });
        await audit.AppendAsync(session, tenant, leaf);
        return true;
    }, cancellation);

    public Task StartSessionAsync(StoredSession session, AuditDraft leaf, string tenant, CancellationToken cancellation) => database.WriteAsync(async sql =>
    {
        await sql.ExecuteAsync("delete from session where expires_at <= @now", new { now = time.Now().ToMs() });
        await sql.ExecuteAsync("update person set failures = 0, locked_until = null where user_id = @UserId", session);
        await sql.ExecuteAsync("insert into session (hash, user_id, provider, authenticated_at, expires_at) values (@Hash, @UserId, @Provider, @authenticatedAt, @expires)",
            new { session.Hash, session.UserId, session.SignIn.Provider, authenticatedAt = session.SignIn.At.ToMs(), expires = session.ExpiresAt.ToMs() });
        await audit.AppendAsync(sql, tenant, leaf);
        return true;
    }, cancellation);

    public Task<HumanPrincipal?> FindSessionAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellation) => database.ReadAsync(async session =>
        (await session.FirstAsync<PersonRow>($"select {PersonColumns}, session.provider, session.authenticated_at from session join person on person.user_id = session.user_id where session.hash = @hash and session.expires_at > @now",
            new { hash, now = now.ToMs() }))?.ToPerson(), cancellation);

    public Task EndSessionAsync(byte[] hash, CancellationToken cancellation) => database.WriteAsync(session => session.ExecuteAsync("delete from session where hash = @hash", new { hash }), cancellation);
}
