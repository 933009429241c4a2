using Sallyport.Audit;

namespace Sallyport.Identity;

/// <summary>A person's account.</summary>
/// <param name="Person">Who.</param>
/// <param name="PasswordHash">Encoded hash, see <see cref="PasswordHash"/>; null for a person who signs in at a provider.</param>
/// <param name="Failures">Wrong passwords in a row.</param>
/// <param name="LockedUntil">No sign-in before this time.</param>
public sealed record PersonAccount(HumanPrincipal Person, string? PasswordHash, int Failures, DateTimeOffset? LockedUntil)
{
    /// <summary>The OpenID Connect provider that the person signs in at; null for an account of this server.</summary>
    public string? Provider { get; init; }

    /// <summary>The person's id there, which nobody can choose or change.</summary>
    public string? Subject { get; init; }
}

/// <summary>An access token as it is stored: only its digest.</summary>
/// <param name="Hash">SHA-256 of the token.</param>
/// <param name="AgentId">Agent.</param>
/// <param name="Scopes">Granted scopes.</param>
/// <param name="Generation">Credential generation at issue.</param>
/// <param name="Audience">Resource that it is for.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="DelegationId">The delegation that it was exchanged from; null for one of the agent's own.</param>
public sealed record StoredToken(
    byte[] Hash, string AgentId, IReadOnlyList<string> Scopes, int Generation, string Audience, DateTimeOffset ExpiresAt, string? DelegationId = null);

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

    /// <summary>The person of an id, or null.</summary>
    Task<HumanPrincipal?> FindPersonByIdAsync(string userId, CancellationToken cancellation);

    /// <summary>The person whom a provider knows by a subject, or null.</summary>
    Task<HumanPrincipal?> FindProviderPersonAsync(string tenant, string provider, string subject, CancellationToken cancellation);

    /// <summary>Takes over what the provider says now: display name, address, groups and roles. The user name stays.</summary>
    Task RefreshPersonAsync(HumanPrincipal person, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Locks a person: sessions and waiting programs end, delegations are revoked. False when they are locked already.</summary>
    Task<bool> LockPersonAsync(string userId, DateTimeOffset at, AuditDraft leaf, string tenant, CancellationToken cancellation);

    /// <summary>Unlocks a person; false when they are not locked.</summary>
    Task<bool> UnlockPersonAsync(string userId, AuditDraft leaf, string tenant, CancellationToken cancellation);

    /// <summary>Adds a delegation.</summary>
    Task AddDelegationAsync(Delegation delegation, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>The delegation of a token's digest that still holds: in time, not revoked, its person not locked.</summary>
    Task<Delegation?> FindDelegationAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The delegation of an id that still holds.</summary>
    Task<Delegation?> FindDelegationAsync(string id, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The delegations that a person gave and that still hold, the newest first.</summary>
    Task<IReadOnlyList<Delegation>> DelegationsAsync(string userId, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Revokes a delegation; false when it was revoked already.</summary>
    Task<bool> RevokeDelegationAsync(string id, DateTimeOffset at, AuditDraft leaf, string tenant, CancellationToken cancellation);
}
