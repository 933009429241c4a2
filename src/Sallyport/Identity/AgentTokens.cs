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
        var now = time.Now();
        var agent = ClientAssertion.ReadIssuer(assertion) is { Length: > 0 } issuer ? await store.FindAgentAsync(issuer, cancellation) : null;
        // Unknown client and bad signature look the same from outside.
        if (agent is null) return Error("invalid_client", "The client assertion is not accepted.");
        if (ClientAssertion.Verify(assertion, agent, audiences, now, out var fault) is not { } claims) return Error("invalid_client", "The client assertion is not accepted: " + fault);
        if (agent.Status != AgentStatus.Active) return Error("invalid_client", $"The agent is {WireName.Of(agent.Status)}.");
        var wanted = scope is null ? agent.Scopes : [.. scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
        if (wanted.FirstOrDefault(item => !Grants(agent.Scopes, item)) is { } refused) return Error("invalid_scope", $"The agent does not have the scope {refused}.");

        var token = Prefix + Convert.ToHexStringLower(ids.Bytes(32));
        var stored = new StoredToken(Digest(token), agent.Id, wanted, agent.Generation, resource, now + Life);
        var leaf = new AuditDraft("token.issued", "agent:" + agent.Id)
        {
            Fields = new JsonObject { ["scopes"] = string.Join(' ', wanted), ["generation"] = agent.Generation, ["expires_at"] = AuditEntry.Timestamp(stored.ExpiresAt) },
        };
        if (!await store.IssueTokenAsync(stored, $"{agent.Id}/{claims.Id}", claims.ExpiresAt, leaf, agent.Tenant, cancellation))
            return Error("invalid_client", "The client assertion was used before.");
        return (new TokenView(token, "Bearer", (int)Life.TotalSeconds, string.Join(' ', wanted)), null);
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
        cache.Keep(key, proposer, stored.ExpiresAt, epoch);
        return new TokenCheck(proposer, null);
    }

    /// <summary>SHA-256: the tokens are random, so a slow hash would add nothing.</summary>
    internal static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static bool Grants(IReadOnlyList<string> has, string wanted) =>
        has.Any(scope => scope == wanted || wanted.StartsWith(scope + ":", StringComparison.Ordinal));

    private static (TokenView? Token, TokenError? Error) Error(string error, string description) => (null, new TokenError(error, description));
}
