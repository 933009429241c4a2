using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Identity;

namespace Sallyport.Storage.Sql;

internal sealed partial class IdentityStatements
{
    private const string PersonColumns = "person.user_id, person.tenant, person.username, person.display_name, person.email, person.groups, person.roles, person.password_hash, person.failures, person.locked_until, person.provider, person.subject, person.locked_at";

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
        public string? Subject { get; init; }
        public long? LockedAt { get; init; }

        internal HumanPrincipal ToPerson() => new(UserId, Tenant, Username, DisplayName, AuditStatements.List(Groups), AuditStatements.List(Roles))
        {
            Email = Email, IsLocked = LockedAt is not null,
        };
    }

    public Task<bool> AddPersonAsync(PersonAccount account, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var person = account.Person;
        var added = await session.ExecuteAsync("""
            insert into person (user_id, tenant, username, display_name, email, groups, roles, password_hash, failures, provider, subject)
            values (@UserId, @Tenant, @Username, @DisplayName, @Email, @groups, @roles, @PasswordHash, 0, @Provider, @Subject) on conflict do nothing
            """, new
            {
                person.UserId, person.Tenant, person.Username, person.DisplayName, person.Email, groups = JsonSerializer.Serialize(person.Groups),
                roles = JsonSerializer.Serialize(person.Roles), account.PasswordHash, account.Provider, account.Subject,
            });
        if (added == 1) await audit.AppendAsync(session, person.Tenant, leaf);
        return added == 1;
    }, cancellation);

    public Task<PersonAccount?> FindPersonAsync(string tenant, string username, CancellationToken cancellation) => database.ReadAsync(async session =>
        await session.FirstAsync<PersonRow>($"select {PersonColumns} from person where tenant = @tenant and username = @username", new { tenant, username }) is { } row
            ? new PersonAccount(row.ToPerson(), row.PasswordHash, row.Failures, Times.FromMs(row.LockedUntil)) { Provider = row.Provider, Subject = row.Subject } : null, cancellation);

    public Task<HumanPrincipal?> FindPersonByIdAsync(string userId, CancellationToken cancellation) => database.ReadAsync(async session =>
        (await session.FirstAsync<PersonRow>($"select {PersonColumns} from person where user_id = @userId", new { userId }))?.ToPerson(), cancellation);

    public Task<HumanPrincipal?> FindProviderPersonAsync(string tenant, string provider, string subject, CancellationToken cancellation) => database.ReadAsync(async session =>
        (await session.FirstAsync<PersonRow>($"select {PersonColumns} from person where tenant = @tenant and provider = @provider and subject = @subject", new { tenant, provider, subject }))?.ToPerson(), cancellation);

    public Task RefreshPersonAsync(HumanPrincipal person, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync("update person set display_name = @DisplayName, email = @Email, groups = @groups, roles = @roles where user_id = @UserId",
            new { person.DisplayName, person.Email, groups = JsonSerializer.Serialize(person.Groups), roles = JsonSerializer.Serialize(person.Roles), person.UserId });
        await audit.AppendAsync(session, person.Tenant, leaf);
        return true;
    }, cancellation);

    public Task<bool> LockPersonAsync(string userId, DateTimeOffset at, AuditDraft leaf, string tenant, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var locked = await session.ExecuteAsync("update person set locked_at = @at where user_id = @userId and locked_at is null", new { userId, at = at.ToMs() });
        await session.ExecuteAsync("delete from session where user_id = @userId", new { userId });
        await session.ExecuteAsync("delete from device where user_id = @userId", new { userId });
        await session.ExecuteAsync("update delegation set revoked_at = @at where user_id = @userId and revoked_at is null", new { userId, at = at.ToMs() });
        if (locked == 1) await audit.AppendAsync(session, tenant, leaf);
        return locked == 1;
    }, cancellation);

    public Task<bool> UnlockPersonAsync(string userId, AuditDraft leaf, string tenant, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var unlocked = await session.ExecuteAsync("update person set locked_at = null where user_id = @userId and locked_at is not null", new { userId });
        if (unlocked == 1) await audit.AppendAsync(session, tenant, leaf);
        return unlocked == 1;
    }, cancellation);

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
}
