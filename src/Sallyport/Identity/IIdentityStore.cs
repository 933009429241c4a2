using Sallyport.Audit;

namespace Sallyport.Identity;

/// <summary>A person's account.</summary>
/// <param name="Person">Who.</param>
/// <param name="PasswordHash">Encoded hash, see <see cref="PasswordHash"/>; null for a person who signs in at a provider.</param>
/// <param name="Failures">Wrong passwords in a row.</param>
/// <param name="LockedUntil">No sign-in before this time.</param>
public sealed record PersonAccount(HumanPrincipal Person, string? PasswordHash, int Failures, DateTimeOffset? LockedUntil);

/// <summary>An access token as it is stored: only its digest.</summary>
/// <param name="Hash">SHA-256 of the token.</param>
/// <param name="AgentId">Agent.</param>
/// <param name="Scopes">Granted scopes.</param>
/// <param name="Generation">Credential generation at issue.</param>
/// <param name="Audience">Resource that it is for.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record StoredToken(byte[] Hash, string AgentId, IReadOnlyList<string> Scopes, int Generation, string Audience, DateTimeOffset ExpiresAt);

/// <summary>A person's session as it is stored: only its digest.</summary>
/// <param name="Hash">SHA-256 of the session token.</param>
/// <param name="UserId">Who.</param>
/// <param name="SignIn">How and when they proved who they are.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record StoredSession(byte[] Hash, string UserId, SignIn SignIn, DateTimeOffset ExpiresAt);

/// <summary>Identities and credentials; SQLite and PostgreSQL implement it. Every change is one transaction with its audit entry.</summary>
public interface IIdentityStore
{
    /// <summary>Adds an agent; false when the name is taken.</summary>
    Task<bool> AddAgentAsync(AgentIdentity agent, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>The agent of an id, or null.</summary>
    Task<AgentIdentity?> FindAgentAsync(string agentId, CancellationToken cancellation);

    /// <summary>All agents.</summary>
    Task<IReadOnlyList<AgentIdentity>> AgentsAsync(string tenant, CancellationToken cancellation);

    /// <summary>Adds a key and sets when the older ones stop being accepted.</summary>
    Task AddKeyAsync(string agentId, AgentKey key, DateTimeOffset oldKeysUntil, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Revokes an agent: status, generation and tokens. False when it is revoked already.</summary>
    Task<bool> RevokeAgentAsync(string agentId, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Stores a token and uses up the assertion's id; false when that id was used before.</summary>
    Task<bool> IssueTokenAsync(StoredToken token, string assertionId, DateTimeOffset assertionExpiry, AuditDraft leaf, string tenant, CancellationToken cancellation);

    /// <summary>The token of a digest, or null.</summary>
    Task<StoredToken?> FindTokenAsync(byte[] hash, CancellationToken cancellation);

    /// <summary>Adds a person; false when the user name is taken.</summary>
    Task<bool> AddPersonAsync(PersonAccount account, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>The account of a user name, or null.</summary>
    Task<PersonAccount?> FindPersonAsync(string tenant, string username, CancellationToken cancellation);

    /// <summary>All people.</summary>
    Task<IReadOnlyList<HumanPrincipal>> PeopleAsync(string tenant, CancellationToken cancellation);

    /// <summary>The person whom an administrator linked to an account in another system, or null.</summary>
    Task<HumanPrincipal?> FindLinkedAsync(string tenant, string system, string externalId, CancellationToken cancellation);

    /// <summary>Links a person to an account in another system; false when that account is linked already.</summary>
    Task<bool> LinkAsync(string tenant, string userId, string system, string externalId, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Ends the link of an account in another system; false when there is none to this person.</summary>
    Task<bool> UnlinkAsync(string tenant, string userId, string system, string externalId, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Counts a wrong password (or, with zero, forgets them).</summary>
    Task SetFailuresAsync(string userId, int failures, DateTimeOffset? lockedUntil, AuditDraft leaf, string tenant, CancellationToken cancellation);

    /// <summary>Starts a session.</summary>
    Task StartSessionAsync(StoredSession session, AuditDraft leaf, string tenant, CancellationToken cancellation);

    /// <summary>The person of a live session, or null.</summary>
    Task<HumanPrincipal?> FindSessionAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Ends a session.</summary>
    Task EndSessionAsync(byte[] hash, CancellationToken cancellation);
}
