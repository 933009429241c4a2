namespace Sallyport.Identity;

/// <summary>State of an agent's credentials.</summary>
public enum AgentStatus
{
    /// <summary>May get tokens.</summary>
    Active,

    /// <summary>Stopped by the kill switch until a person resumes it.</summary>
    Halted,

    /// <summary>Gone for good.</summary>
    Revoked,
}

/// <summary>A public key of an agent.</summary>
/// <param name="Kid">RFC 7638 thumbprint.</param>
/// <param name="Jwk">The public JWK as JSON.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="ExpiresAt">When it stops being accepted; null while it is the newest.</param>
public sealed record AgentKey(string Kid, string Jwk, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>A service identity, one per agent.</summary>
/// <param name="Id">Id, also the OAuth client id.</param>
/// <param name="Tenant">Tenant.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Owner">User name of the person who answers for it.</param>
/// <param name="Workflow">The workflow it works for.</param>
/// <param name="Scopes">What it may ask for.</param>
/// <param name="Status">State of its credentials.</param>
/// <param name="Generation">Bumped by every halt and revocation; older tokens are void.</param>
/// <param name="Keys">Its public keys.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record AgentIdentity(
    string Id, string Tenant, string Name, string Owner, string Workflow, IReadOnlyList<string> Scopes, AgentStatus Status, int Generation,
    IReadOnlyList<AgentKey> Keys, DateTimeOffset CreatedAt);

/// <summary>Who proposes: an agent with a token, or a person who asks for a compensation under their own name.</summary>
/// <param name="Id"><c>agt_…</c> or <c>usr_…</c>.</param>
/// <param name="Tenant">Tenant.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Owner">The agent's owner; a person owns themselves.</param>
/// <param name="Workflow">The workflow whose tools it sees.</param>
/// <param name="Scopes">Scopes of the token.</param>
/// <param name="Generation">Credential generation of the token; 0 for a person.</param>
/// <param name="IsPerson">True for a person.</param>
public sealed record Proposer(
    string Id, string Tenant, string Name, string Owner, string Workflow, IReadOnlyList<string> Scopes, int Generation, bool IsPerson)
{
    /// <summary>The person on whose behalf an agent acts; null when it acts under its own identity.</summary>
    public Delegator? OnBehalfOf { get; init; }

    /// <summary>How audit entries name it.</summary>
    public string Actor => (IsPerson ? "person:" : "agent:") + Id;
}

/// <summary>A person whose rights an agent uses, and by what leave.</summary>
/// <param name="UserId">Who.</param>
/// <param name="DelegationId">The delegation.</param>
public sealed record Delegator(string UserId, string DelegationId);

/// <summary>How a person proved who they are.</summary>
/// <param name="Provider"><see cref="Local"/>, or the name of the configured OpenID Connect provider.</param>
/// <param name="At">When they last did, not when the session was last used. A policy can ask for this to be recent.</param>
public sealed record SignIn(string Provider, DateTimeOffset At)
{
    /// <summary>The embedded account store.</summary>
    public const string Local = "local";

    /// <summary>Stands for a time that the provider does not say; it is never recent.</summary>
    public static readonly DateTimeOffset UnknownTime = DateTimeOffset.UnixEpoch;
}

/// <summary>A signed-in person.</summary>
/// <param name="UserId">Opaque id, the one in audit entries.</param>
/// <param name="Tenant">Tenant.</param>
/// <param name="Username">User name.</param>
/// <param name="DisplayName">Full name.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Roles">Roles.</param>
public sealed record HumanPrincipal(
    string UserId, string Tenant, string Username, string DisplayName, IReadOnlyList<string> Groups, IReadOnlyList<string> Roles)
{
    /// <summary>Address, from the identity provider or from whoever made the account; null where none is known.</summary>
    public string? Email { get; init; }

    /// <summary>How the person of a session signed in; null for a person who was only looked up.</summary>
    public SignIn? SignIn { get; init; }

    /// <summary>Whether the person is locked: no session, no decision, nothing on their behalf.</summary>
    public bool IsLocked { get; init; }

    /// <summary>May look at everything and change nothing.</summary>
    public const string Viewer = "viewer";

    /// <summary>May decide where a requirement names them, and let agents act on their behalf.</summary>
    public const string Approver = "approver";

    /// <summary>May halt, resume, roll back and settle.</summary>
    public const string Operator = "operator";

    /// <summary>May manage people and agents.</summary>
    public const string Administrator = "administrator";

    /// <summary>Every role there is.</summary>
    public static readonly IReadOnlyList<string> AllRoles = [Viewer, Approver, Operator, Administrator];

    /// <summary>How audit entries name the person.</summary>
    public string Actor => "person:" + UserId;

    /// <summary>Whether the person has a role; an administrator is no operator by itself.</summary>
    public bool Has(string role) => Roles.Contains(role, StringComparer.Ordinal);
}
