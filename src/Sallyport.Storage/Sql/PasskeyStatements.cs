using Sallyport.Audit;
using Sallyport.Passkeys;

namespace Sallyport.Storage.Sql;

/// <summary>People's passkeys: public keys only.</summary>
internal sealed class PasskeyStatements(ISqlDatabase database, AuditStatements audit) : IPasskeyStore
{
    private sealed class PasskeyRow
    {
        public required string CredentialId { get; init; }
        public required string Tenant { get; init; }
        public required string UserId { get; init; }
        public required string Name { get; init; }
        public required string PublicKey { get; init; }
        public required string RpId { get; init; }
        public required string Origin { get; init; }
        public long SignCount { get; init; }
        public long CreatedAt { get; init; }
        public long? UsedAt { get; init; }

        internal Passkey ToPasskey() => new(CredentialId, Tenant, UserId, Name, PublicKey, RpId, Origin, SignCount, Times.FromMs(CreatedAt), Times.FromMs(UsedAt));
    }

    public Task OfferAsync(string challenge, string userId, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync("delete from passkey_offer where expires_at <= @now", new { now = now.ToMs() });
        return await session.ExecuteAsync("insert into passkey_offer (challenge, user_id, expires_at) values (@challenge, @userId, @expires)", new { challenge, userId, expires = expiresAt.ToMs() });
    }, cancellation);

    public Task<bool> AddAsync(Passkey passkey, string challenge, DateTimeOffset now, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var offered = await session.ExecuteAsync("delete from passkey_offer where challenge = @challenge and user_id = @UserId and expires_at > @now", new { challenge, passkey.UserId, now = now.ToMs() });
        if (offered != 1) return false;
        var added = await session.ExecuteAsync("""
            insert into passkey (credential_id, tenant, user_id, name, public_key, rp_id, origin, sign_count, created_at)
            values (@CredentialId, @Tenant, @UserId, @Name, @PublicKey, @RpId, @Origin, @SignCount, @created) on conflict do nothing
            """, new { passkey.CredentialId, passkey.Tenant, passkey.UserId, passkey.Name, passkey.PublicKey, passkey.RpId, passkey.Origin, passkey.SignCount, created = passkey.CreatedAt.ToMs() });
        if (added == 1) await audit.AppendAsync(session, passkey.Tenant, leaf);
        return added == 1;
    }, cancellation);

    public Task<IReadOnlyList<Passkey>> OfAsync(string tenant, string userId, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Passkey>>(async session =>
        [.. (await session.QueryAsync<PasskeyRow>("""
            select credential_id, tenant, user_id, name, public_key, rp_id, origin, sign_count, created_at, used_at from passkey
            where tenant = @tenant and user_id = @userId and removed_at is null order by created_at, credential_id
            """, new { tenant, userId })).Select(row => row.ToPasskey())], cancellation);

    public Task UsedAsync(string credentialId, long signCount, DateTimeOffset now, CancellationToken cancellation) => database.WriteAsync(session =>
        session.ExecuteAsync("update passkey set sign_count = case when sign_count < @signCount then @signCount else sign_count end, used_at = @now where credential_id = @credentialId", new { credentialId, signCount, now = now.ToMs() }), cancellation);

    public Task<bool> RemoveAsync(string tenant, string userId, string credentialId, DateTimeOffset now, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var removed = await session.ExecuteAsync("update passkey set removed_at = @now where tenant = @tenant and user_id = @userId and credential_id = @credentialId and removed_at is null",
            new { tenant, userId, credentialId, now = now.ToMs() });
        if (removed == 1) await audit.AppendAsync(session, tenant, leaf);
        return removed == 1;
    }, cancellation);
}
