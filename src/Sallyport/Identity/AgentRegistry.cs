using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;

namespace Sallyport.Identity;

/// <summary>Creates, rotates and revokes agents. The private key never reaches the server.</summary>
public sealed class AgentRegistry(IIdentityStore store, CredentialCache cache, IdSource ids, TimeProvider time)
{
    /// <summary>Creates an agent with its first public key; null when the name is taken.</summary>
    public async Task<AgentIdentity?> CreateAsync(HumanPrincipal by, AgentCall call, Jwk key, CancellationToken cancellation)
    {
        var now = time.Now();
        var agent = new AgentIdentity(ids.Next("agt"), by.Tenant, call.Name, call.Owner, call.Workflow, call.Scopes, AgentStatus.Active, 1,
            [new AgentKey(key.Thumbprint, key.ToJson(), now, null)], now);
        var leaf = new AuditDraft("agent.created", by.Actor)
        {
            Fields = new JsonObject { ["agent"] = agent.Id, ["workflow"] = agent.Workflow, ["scopes"] = string.Join(' ', agent.Scopes), ["kid"] = key.Thumbprint },
            Payload = new JsonObject { ["name"] = agent.Name, ["owner"] = agent.Owner },
            Correlations = [agent.Id],
        };
        return await store.AddAgentAsync(agent, leaf, cancellation) ? agent : null;
    }

    /// <summary>Adds a key; the older ones stay valid for the overlap, so that no call fails while the agent switches.</summary>
    public async Task RotateAsync(HumanPrincipal by, AgentIdentity agent, Jwk key, TimeSpan overlap, CancellationToken cancellation)
    {
        var now = time.Now();
        var leaf = new AuditDraft("agent.key_rotated", by.Actor)
        {
            Fields = new JsonObject { ["agent"] = agent.Id, ["kid"] = key.Thumbprint, ["old_keys_until"] = AuditEntry.Timestamp(now + overlap) },
            Correlations = [agent.Id],
        };
        await store.AddKeyAsync(agent.Id, new AgentKey(key.Thumbprint, key.ToJson(), now, null), now + overlap, leaf, cancellation);
        cache.Clear();
    }

    /// <summary>Revokes an agent for good, at once. False when it was revoked already.</summary>
    public async Task<bool> RevokeAsync(HumanPrincipal by, AgentIdentity agent, string reason, CancellationToken cancellation)
    {
        var leaf = new AuditDraft("agent.revoked", by.Actor)
        {
            Fields = new JsonObject { ["agent"] = agent.Id }, Payload = new JsonObject { ["reason"] = reason }, Correlations = [agent.Id],
        };
        var revoked = await store.RevokeAgentAsync(agent.Id, leaf, cancellation);
        cache.Clear();
        return revoked;
    }
}
