using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;

namespace Sallyport.Storage.Sql;

/// <summary>Agents, people and their credentials; secrets only as digests.</summary>
internal sealed partial class IdentityStatements(ISqlDatabase database, AuditStatements audit, TimeProvider time) : IIdentityStore, ISessionStore
{
    private sealed class AgentRow
    {
        public required string Id { get; init; }
        public required string Tenant { get; init; }
        public required string Name { get; init; }
        public required string Owner { get; init; }
        public required string Workflow { get; init; }
        public required string Scopes { get; init; }
        public required string Status { get; init; }
        public int Generation { get; init; }
        public long CreatedAt { get; init; }
    }

    private sealed class KeyRow
    {
        public required string AgentId { get; init; }
        public required string Kid { get; init; }
        public required string Jwk { get; init; }
        public long CreatedAt { get; init; }
        public long? ExpiresAt { get; init; }
    }

    private sealed class TokenRow
    {
        public required byte[] Hash { get; init; }
        public required string AgentId { get; init; }
        public required string Scopes { get; init; }
        public int Generation { get; init; }
        public required string Audience { get; init; }
        public long ExpiresAt { get; init; }
        public string? DelegationId { get; init; }
    }

    public Task<bool> AddAgentAsync(AgentIdentity agent, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var added = await session.ExecuteAsync("""
            insert into agent (id, tenant, name, owner, workflow, scopes, status, generation, created_at)
            values (@Id, @Tenant, @Name, @Owner, @Workflow, @scopes, 'active', @Generation, @createdAt) on conflict do nothing
            """, new { agent.Id, agent.Tenant, agent.Name, agent.Owner, agent.Workflow, scopes = JsonSerializer.Serialize(agent.Scopes), agent.Generation, createdAt = agent.CreatedAt.ToMs() });
        if (added == 0) return false;
        foreach (var key in agent.Keys) await InsertKeyAsync(session, agent.Id, key);
        await audit.AppendAsync(session, agent.Tenant, leaf);
        return true;
    }, cancellation);

    public Task<AgentIdentity?> FindAgentAsync(string agentId, CancellationToken cancellation) => database.ReadAsync(async session =>
        (await AgentsAsync(session, "where id = @agentId", new { agentId })) is [var agent] ? agent : null, cancellation);

    public Task<IReadOnlyList<AgentIdentity>> AgentsAsync(string tenant, CancellationToken cancellation) =>
        database.ReadAsync(session => AgentsAsync(session, "where tenant = @tenant order by created_at, id", new { tenant }), cancellation);

    public Task AddKeyAsync(string agentId, AgentKey key, DateTimeOffset oldKeysUntil, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync("update agent_key set expires_at = @until where agent_id = @agentId and (expires_at is null or expires_at > @until)", new { agentId, until = oldKeysUntil.ToMs() });
        await InsertKeyAsync(session, agentId, key);
        var tenant = await session.ScalarAsync<string>("select tenant from agent where id = @agentId", new { agentId });
        await audit.AppendAsync(session, tenant, leaf);
        return true;
    }, cancellation);

    public Task<bool> RevokeAgentAsync(string agentId, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var tenant = await session.FirstAsync<string>("update agent set status = 'revoked', generation = generation + 1 where id = @agentId and status <> 'revoked' returning tenant", new { agentId });
        if (tenant is null) return false;
        await audit.AppendAsync(session, tenant, leaf);
        return true;
    }, cancellation);

    public Task<bool> IssueTokenAsync(StoredToken token, string assertionId, DateTimeOffset assertionExpiry, AuditDraft leaf, string tenant, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var now = time.Now().ToMs();
        await session.ExecuteAsync("delete from assertion where expires_at <= @now", new { now });
        await session.ExecuteAsync("delete from access_token where expires_at <= @now", new { now });
        var fresh = await session.ExecuteAsync("insert into assertion (id, expires_at) values (@assertionId, @expires) on conflict do nothing", new { assertionId, expires = assertionExpiry.ToMs() });
        if (fresh == 0) return false;
        await session.ExecuteAsync("insert into access_token (hash, agent_id, scopes, generation, audience, expires_at, delegation_id) values (@Hash, @AgentId, @scopes, @Generation, @Audience, @expires, @DelegationId)",
            new { token.Hash, token.AgentId, scopes = JsonSerializer.Serialize(token.Scopes), token.Generation, token.Audience, expires = token.ExpiresAt.ToMs(), token.DelegationId });
        await audit.AppendAsync(session, tenant, leaf);
        return true;
    }, cancellation);

    public Task<StoredToken?> FindTokenAsync(byte[] hash, CancellationToken cancellation) => database.ReadAsync(async session =>
        await session.FirstAsync<TokenRow>("select hash, agent_id, scopes, generation, audience, expires_at, delegation_id from access_token where hash = @hash", new { hash }) is { } row
            ? new StoredToken(row.Hash, row.AgentId, AuditStatements.List(row.Scopes), row.Generation, row.Audience, Times.FromMs(row.ExpiresAt), row.DelegationId) : null, cancellation);

    private static Task<int> InsertKeyAsync(SqlSession session, string agentId, AgentKey key) => session.ExecuteAsync("""
        insert into agent_key (agent_id, kid, jwk, created_at, expires_at) values (@agentId, @Kid, @Jwk, @createdAt, @expiresAt)
        on conflict (agent_id, kid) do update set expires_at = @expiresAt
        """, new { agentId, key.Kid, key.Jwk, createdAt = key.CreatedAt.ToMs(), expiresAt = key.ExpiresAt?.ToMs() });

    private static async Task<IReadOnlyList<AgentIdentity>> AgentsAsync(SqlSession session, string where, object values)
    {
        var rows = await session.QueryAsync<AgentRow>("select id, tenant, name, owner, workflow, scopes, status, generation, created_at from agent " + where, values);
        var agents = new List<AgentIdentity>(rows.Count);
        foreach (var row in rows)
        {
            var keys = await session.QueryAsync<KeyRow>("select agent_id, kid, jwk, created_at, expires_at from agent_key where agent_id = @Id order by created_at, kid", row);
            agents.Add(new AgentIdentity(row.Id, row.Tenant, row.Name, row.Owner, row.Workflow, AuditStatements.List(row.Scopes), WireName.Parse<AgentStatus>(row.Status), row.Generation,
                [.. keys.Select(key => new AgentKey(key.Kid, key.Jwk, Times.FromMs(key.CreatedAt), Times.FromMs(key.ExpiresAt)))], Times.FromMs(row.CreatedAt)));
        }

        return agents;
    }
}
