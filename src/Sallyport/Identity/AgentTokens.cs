using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;

namespace Sallyport.Identity;

/// <summary>An error of the token endpoint (RFC 6749, section 5.2).</summary>
/// <param name="Error">For example <c>invalid_client</c>.</param>
/// <param name="Description">Why.</param>
public sealed record TokenError(string Error, string Description);

/// <summary>What a bearer token turned out to be.</summary>
/// <param name="Proposer">The agent behind it.</param>
/// <param name="Error">Why it is not accepted.</param>
public sealed record TokenCheck(Proposer? Proposer, ErrorCode? Error);

/// <summary>
/// Issues and checks agents' access tokens: opaque, 256 random bits, stored as a digest, good for five minutes, bound to an audience
/// (RFC 8707) and to the credential generation that a halt bumps.
/// </summary>
public sealed class AgentTokens(IIdentityStore store, CredentialCache cache, IdSource ids, TimeProvider time)
{
    /// <summary>Life of an access token.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private const string Prefix = "spa_";

    /// <summary>client_credentials with private_key_jwt.</summary>
    /// <param name="assertion">The client assertion.</param>
    /// <param name="scope">Scopes asked for, separated by spaces; null for all that the agent has.</param>
    /// <param name="audiences">What the assertion may be addressed to.</param>
    /// <param name="resource">The resource that the token shall be for.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    public async Task<(TokenView? Token, TokenError? Error)> IssueAsync(
        string assertion, string? scope, IReadOnlyList<string> audiences, string resource, CancellationToken cancellation)
    {
        var (agent, claims, fault) = await AuthenticateAsync(assertion, audiences, cancellation);
        if (agent is null) return (null, fault);
        var wanted = Wanted(scope, agent.Scopes);
        if (wanted.FirstOrDefault(item => !Grants(agent.Scopes, item)) is { } refused) return Error("invalid_scope", $"The agent does not have the scope {refused}.");
        return await StoreAsync(agent, claims!, wanted, resource, null, cancellation);
    }

    /// <summary>
    /// Token exchange (RFC 8693): the actor is the agent, authenticated as above, the subject the person of a delegation made for exactly this
    /// agent. The token has the scopes that both have.
    /// </summary>
    /// <param name="assertion">The client assertion.</param>
    /// <param name="delegation">The delegation of the subject token; null when that token does not hold.</param>
    /// <param name="scope">Scopes asked for; null for all that both have.</param>
    /// <param name="audiences">What the assertion may be addressed to.</param>
    /// <param name="resource">The resource that the token shall be for.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    public async Task<(TokenView? Token, TokenError? Error)> ExchangeAsync(
        string assertion, Delegation? delegation, string? scope, IReadOnlyList<string> audiences, string resource, CancellationToken cancellation)
    {
        var (agent, claims, fault) = await AuthenticateAsync(assertion, audiences, cancellation);
        if (agent is null) return (null, fault);
        // To an agent that it is not for, a delegation looks like one that does not exist.
        if (delegation is null || delegation.AgentId != agent.Id || delegation.Tenant != agent.Tenant)
            return Error("invalid_grant", "The subject token is no delegation to this agent that still holds.");
        var both = Intersection(agent.Scopes, delegation.Scopes);
        var wanted = Wanted(scope, both);
        if (wanted.Count == 0) return Error("invalid_scope", "The agent and the delegation have no scope in common.");
        if (wanted.FirstOrDefault(item => !Grants(both, item)) is { } refused) return Error("invalid_scope", $"The agent and the delegation do not both have the scope {refused}.");
        return await StoreAsync(agent, claims!, wanted, resource, delegation, cancellation);
    }

    private async Task<(AgentIdentity? Agent, AssertionClaims? Claims, TokenError? Error)> AuthenticateAsync(string assertion, IReadOnlyList<string> audiences, CancellationToken cancellation)
    {
        var agent = ClientAssertion.ReadIssuer(assertion) is { Length: > 0 } issuer ? await store.FindAgentAsync(issuer, cancellation) : null;
        // Unknown client and bad signature look the same from outside.
        if (agent is null) return (null, null, new TokenError("invalid_client", "The client assertion is not accepted."));
        if (ClientAssertion.Verify(assertion, agent, audiences, time.Now(), out var fault) is not { } claims) return (null, null, new TokenError("invalid_client", "The client assertion is not accepted: " + fault));
        return agent.Status == AgentStatus.Active ? (agent, claims, null) : (null, null, new TokenError("invalid_client", $"The agent is {WireName.Of(agent.Status)}."));
    }

    private async Task<(TokenView? Token, TokenError? Error)> StoreAsync(
        AgentIdentity agent, AssertionClaims claims, IReadOnlyList<string> wanted, string resource, Delegation? delegation, CancellationToken cancellation)
    {
        var now = time.Now();
        var ends = delegation is { } limit && limit.ExpiresAt < now + Life ? limit.ExpiresAt : now + Life;
        var token = Prefix + Convert.ToHexStringLower(ids.Bytes(32));
        var stored = new StoredToken(Digest(token), agent.Id, wanted, agent.Generation, resource, ends, delegation?.Id);
        var leaf = new AuditDraft("token.issued", "agent:" + agent.Id)
        {
            Fields = new JsonObject { ["scopes"] = string.Join(' ', wanted), ["generation"] = agent.Generation, ["expires_at"] = AuditEntry.Timestamp(stored.ExpiresAt) },
        };
        if (delegation is not null) (leaf.Fields["on_behalf_of"], leaf.Fields["delegation"]) = (delegation.UserId, delegation.Id);
        if (!await store.IssueTokenAsync(stored, $"{agent.Id}/{claims.Id}", claims.ExpiresAt, leaf, agent.Tenant, cancellation))
            return Error("invalid_client", "The client assertion was used before.");
        return (new TokenView(token, "Bearer", (int)(ends - now).TotalSeconds, string.Join(' ', wanted)), null);
    }

    /// <summary>The agent behind a bearer token, or why it is refused.</summary>
    public async Task<TokenCheck> CheckAsync(string token, string resource, CancellationToken cancellation)
    {
        if (!token.StartsWith(Prefix, StringComparison.Ordinal) || token.Length != Prefix.Length + 64) return new TokenCheck(null, ErrorCatalogue.Unauthenticated);
        var digest = Digest(token);
        var key = Convert.ToHexString(digest) + resource;
        var now = time.Now();
        if (cache.TryGet(key, now, out var cached)) return new TokenCheck(cached, null);

        var epoch = cache.Epoch;
        var stored = await store.FindTokenAsync(digest, cancellation);
        if (stored is null || stored.Audience != resource) return new TokenCheck(null, ErrorCatalogue.Unauthenticated);
        if (stored.ExpiresAt <= now) return new TokenCheck(null, ErrorCatalogue.TokenExpired);
        var agent = await store.FindAgentAsync(stored.AgentId, cancellation);
        if (agent is not { Status: AgentStatus.Active } || agent.Generation != stored.Generation) return new TokenCheck(null, ErrorCatalogue.CredentialRevoked);
        // Scopes only shrink within a token's life: what was taken from the agent is gone from its tokens too.
        var scopes = stored.Scopes.Where(scope => Grants(agent.Scopes, scope)).ToList();
        var proposer = new Proposer(agent.Id, agent.Tenant, agent.Name, agent.Owner, agent.Workflow, scopes, agent.Generation, IsPerson: false);
        if (stored.DelegationId is { } id)
        {
            // Looked up every time: what a person takes back, or a lock takes from them, is gone with the next call.
            if (await store.FindDelegationAsync(id, now, cancellation) is not { } delegation) return new TokenCheck(null, ErrorCatalogue.CredentialRevoked);
            return new TokenCheck(proposer with { OnBehalfOf = new Delegator(delegation.UserId, delegation.Id) }, null);
        }

        cache.Keep(key, proposer, stored.ExpiresAt, epoch);
        return new TokenCheck(proposer, null);
    }

    /// <summary>SHA-256: the tokens are random, so a slow hash would add nothing.</summary>
    internal static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static IReadOnlyList<string> Wanted(string? scope, IReadOnlyList<string> all) =>
        scope is null ? all : [.. scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>What both lists grant: of two scopes of which one narrows the other, the narrower one.</summary>
    private static IReadOnlyList<string> Intersection(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        [.. one.Where(scope => Grants(other, scope)).Concat(other.Where(scope => Grants(one, scope))).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether scopes include one that is wanted, as it is or narrowed.</summary>
    public static bool Grants(IReadOnlyList<string> has, string wanted) =>
        has.Any(scope => scope == wanted || wanted.StartsWith(scope + ":", StringComparison.Ordinal));

    private static (TokenView? Token, TokenError? Error) Error(string error, string description) => (null, new TokenError(error, description));
}
