using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Identity;

namespace Sallyport.Storage.Sql;

/// <content>Delegations.</content>
internal sealed partial class IdentityStatements
{
    private const string Holds = """
        select delegation.id, hash, delegation.tenant, delegation.user_id, agent_id, scopes, created_at, expires_at, revoked_at
        from delegation join person on person.user_id = delegation.user_id
        where revoked_at is null and expires_at > @now and person.locked_at is null and
        """;

    private sealed class DelegationRow
    {
        public required string Id { get; init; }
        public required byte[] Hash { get; init; }
        public required string Tenant { get; init; }
        public required string UserId { get; init; }
        public required string AgentId { get; init; }
        public required string Scopes { get; init; }
        public long CreatedAt { get; init; }
        public long ExpiresAt { get; init; }
        public long? RevokedAt { get; init; }

        internal Delegation ToDelegation() =>
            new(Id, Hash, Tenant, UserId, AgentId, AuditStatements.List(Scopes), Times.FromMs(CreatedAt), Times.FromMs(ExpiresAt), Times.FromMs(RevokedAt));
    }

    public Task AddDelegationAsync(Delegation delegation, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async sql =>
    {
        await sql.ExecuteAsync("""
            insert into delegation (id, hash, tenant, user_id, agent_id, scopes, created_at, expires_at)
            values (@Id, @Hash, @Tenant, @UserId, @AgentId, @scopes, @createdAt, @expiresAt)
            """, new
            {
                delegation.Id, delegation.Hash, delegation.Tenant, delegation.UserId, delegation.AgentId, scopes = JsonSerializer.Serialize(delegation.Scopes),
                createdAt = delegation.CreatedAt.ToMs(), expiresAt = delegation.ExpiresAt.ToMs(),
            });
        await audit.AppendAsync(sql, delegation.Tenant, leaf);
        return true;
    }, cancellation);

    public Task<Delegation?> FindDelegationAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellation) => database.ReadAsync(async sql =>
        (await sql.FirstAsync<DelegationRow>($"{Holds} hash = @hash", new { hash, now = now.ToMs() }))?.ToDelegation(), cancellation);

    public Task<Delegation?> FindDelegationAsync(string id, DateTimeOffset now, CancellationToken cancellation) => database.ReadAsync(async sql =>
        (await sql.FirstAsync<DelegationRow>($"{Holds} delegation.id = @id", new { id, now = now.ToMs() }))?.ToDelegation(), cancellation);

    public Task<IReadOnlyList<Delegation>> DelegationsAsync(string userId, DateTimeOffset now, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Delegation>>(async sql =>
        [.. (await sql.QueryAsync<DelegationRow>($"{Holds} delegation.user_id = @userId order by created_at desc, delegation.id desc", new { userId, now = now.ToMs() })).Select(row => row.ToDelegation())], cancellation);

    public Task<bool> RevokeDelegationAsync(string id, DateTimeOffset at, AuditDraft leaf, string tenant, CancellationToken cancellation) => database.WriteAsync(async sql =>
    {
        var revoked = await sql.ExecuteAsync("update delegation set revoked_at = @at where id = @id and revoked_at is null", new { id, at = at.ToMs() });
        if (revoked == 1) await audit.AppendAsync(sql, tenant, leaf);
        return revoked == 1;
    }, cancellation);
}
