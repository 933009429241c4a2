using System.Text.Json.Nodes;
using Sallyport.Audit;

namespace Sallyport.Identity;

/// <summary>A person's leave for one agent to act on their behalf; the token only as a digest.</summary>
/// <param name="Id">Id.</param>
/// <param name="Hash">SHA-256 of the delegation token.</param>
/// <param name="Tenant">Tenant.</param>
/// <param name="UserId">Whose rights.</param>
/// <param name="AgentId">The one agent that may use it.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="CreatedAt">When it was given.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="RevokedAt">When it was taken back; null while it was not.</param>
public sealed record Delegation(
    string Id, byte[] Hash, string Tenant, string UserId, string AgentId, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt);

/// <summary>
/// What people hand to agents that act on their behalf (requirement B2.1): a token for one agent, with some of its scopes, for some hours.
/// The agent exchanges it (RFC 8693) for access tokens that carry both identities.
/// </summary>
public sealed class Delegations(IIdentityStore store, CredentialCache cache, IdSource ids, TimeProvider time)
{
    /// <summary>How long one can last at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private const string Prefix = "spd_";

    /// <summary>Makes one; the token is shown once.</summary>
    public async Task<(Delegation Delegation, string Token)> CreateAsync(
        HumanPrincipal person, AgentIdentity agent, IReadOnlyList<string> scopes, TimeSpan life, CancellationToken cancellation)
    {
        var now = time.Now();
        var token = Prefix + Convert.ToHexStringLower(ids.Bytes(32));
        var delegation = new Delegation(ids.Next("dlg"), AgentTokens.Digest(token), person.Tenant, person.UserId, agent.Id, scopes, now, now + life, null);
        var leaf = new AuditDraft("delegation.created", person.Actor)
        {
            Fields = new JsonObject
            {
                ["delegation"] = delegation.Id, ["agent"] = agent.Id, ["scopes"] = string.Join(' ', scopes), ["expires_at"] = AuditEntry.Timestamp(delegation.ExpiresAt),
            },
            Correlations = [delegation.Id, agent.Id],
        };
        await store.AddDelegationAsync(delegation, leaf, cancellation);
        return (delegation, token);
    }

    /// <summary>The delegation of a token that still holds, or null.</summary>
    public Task<Delegation?> FindAsync(string token, CancellationToken cancellation) => token.StartsWith(Prefix, StringComparison.Ordinal) && token.Length == Prefix.Length + 64
        ? store.FindDelegationAsync(AgentTokens.Digest(token), time.Now(), cancellation) : Task.FromResult<Delegation?>(null);

    /// <summary>Takes one back; access tokens from it are void at once. False when it was taken back already.</summary>
    public async Task<bool> RevokeAsync(HumanPrincipal by, Delegation delegation, CancellationToken cancellation)
    {
        var leaf = new AuditDraft("delegation.revoked", by.Actor)
        {
            Fields = new JsonObject { ["delegation"] = delegation.Id, ["user_id"] = delegation.UserId, ["agent"] = delegation.AgentId }, Correlations = [delegation.Id, delegation.AgentId],
        };
        var revoked = await store.RevokeDelegationAsync(delegation.Id, time.Now(), leaf, delegation.Tenant, cancellation);
        cache.Clear();
        return revoked;
    }
}
