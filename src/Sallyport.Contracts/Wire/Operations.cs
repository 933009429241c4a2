using System.Text.Json;

namespace Sallyport.Contracts.Wire;

/// <summary>Stops something: <c>POST /v1/halts</c>.</summary>
/// <param name="Scope"><c>agent:ID</c>, <c>tool:NAME</c>, <c>workflow:NAME</c> or <c>all</c>.</param>
/// <param name="Reason">Why; kept in the audit record.</param>
public sealed record HaltCall(string Scope, string Reason);

/// <summary>What a halt did. After the answer no new effect starts in its scope.</summary>
/// <param name="HaltId">The halt.</param>
/// <param name="Scope">What is stopped.</param>
/// <param name="By">Who stopped it.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When it took hold.</param>
/// <param name="RevokedAgents">Agents whose credentials are void from now on.</param>
/// <param name="Cancelled">Actions that will never leave.</param>
/// <param name="Unresolved">Attempts whose request may be on its way or done; each is being settled. Nothing else can land any more.</param>
/// <param name="DrainMs">Time until no server process could send any more, in milliseconds.</param>
/// <param name="Generation">The control generation that began with it.</param>
/// <param name="Acknowledged">Server processes whose gate is closed, their senders out of it.</param>
/// <param name="FencedByTtl">Server processes that did not answer and whose permit to send has lapsed. A process that was frozen between its last check and its first byte is not covered by this; only a fence at the system of record is.</param>
/// <param name="CompletedAt">When all that was true.</param>
/// <param name="Signed">The statement as a C2SP signed note under the log's key: a line that names the format, then this receipt as canonical JSON without the reason.</param>
public sealed record HaltReceipt(
    string HaltId,
    string Scope,
    string By,
    string Reason,
    DateTimeOffset At,
    IReadOnlyList<string> RevokedAgents,
    IReadOnlyList<string> Cancelled,
    IReadOnlyList<UnresolvedAttempt> Unresolved,
    double DrainMs,
    long Generation,
    IReadOnlyList<string> Acknowledged,
    IReadOnlyList<string> FencedByTtl,
    DateTimeOffset CompletedAt,
    string? Signed = null);

/// <summary>An attempt that had left, or may have, when a halt took hold.</summary>
/// <param name="Tenant">Tenant.</param>
/// <param name="ActionId">The action.</param>
/// <param name="Attempt">Number of the attempt.</param>
/// <param name="Stopped">True: the system of record confirmed that it refuses the attempt from now on. False: it may still land.</param>
public sealed record UnresolvedAttempt(string Tenant, string ActionId, int Attempt, bool Stopped = false);

/// <summary>One step of a chain: an audit entry with what is stored beside it.</summary>
/// <param name="Index">Position in the audit log.</param>
/// <param name="At">When.</param>
/// <param name="Kind">For example <c>action.accepted</c>.</param>
/// <param name="ActionId">The action.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Entry">The entry whose bytes are in the log.</param>
/// <param name="Payload">Redacted details beside it; absent once erased.</param>
/// <param name="LeafHash">RFC 6962 leaf hash, base64.</param>
public sealed record ChainStep(
    long Index, DateTimeOffset At, string Kind, string? ActionId, string Actor, JsonElement Entry, JsonElement? Payload, string LeafHash);

/// <summary>Everything that is recorded about an id.</summary>
/// <param name="Id">The id asked for.</param>
/// <param name="Actions">The actions found.</param>
/// <param name="Steps">Their audit entries in order.</param>
public sealed record ChainView(string Id, IReadOnlyList<string> Actions, IReadOnlyList<ChainStep> Steps);

/// <summary>An agent as operators see it.</summary>
/// <param name="AgentId">The agent; also its OAuth client id.</param>
/// <param name="Name">A name for people.</param>
/// <param name="Owner">The person who answers for it.</param>
/// <param name="Workflow">The workflow it works for.</param>
/// <param name="Scopes">What it may ask for.</param>
/// <param name="Status"><c>active</c>, <c>halted</c> or <c>revoked</c>.</param>
/// <param name="Generation">Bumped by every halt and revocation; tokens of older generations are void.</param>
/// <param name="Keys">Its public keys.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record AgentView(
    string AgentId, string Name, string Owner, string Workflow, IReadOnlyList<string> Scopes, string Status, int Generation,
    IReadOnlyList<AgentKeyView> Keys, DateTimeOffset CreatedAt);

/// <summary>A public key of an agent.</summary>
/// <param name="Kid">Key id: the RFC 7638 thumbprint.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="ExpiresAt">When it stops being accepted; set when a newer key replaces it.</param>
public sealed record AgentKeyView(string Kid, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>Creates an agent: <c>POST /v1/agents</c>.</summary>
/// <param name="Name">A name for people.</param>
/// <param name="Owner">User name of the person who answers for it.</param>
/// <param name="Workflow">The workflow it works for.</param>
/// <param name="Scopes">Scopes, for example <c>refund:issue:region=eu</c>.</param>
/// <param name="PublicKey">Its public key as a JWK (RFC 7517), P-256.</param>
public sealed record AgentCall(string Name, string Owner, string Workflow, IReadOnlyList<string> Scopes, JsonElement PublicKey);

/// <summary>Adds a key and lets the old ones run out: <c>POST /v1/agents/{id}/keys</c>.</summary>
/// <param name="PublicKey">The new public key as a JWK.</param>
/// <param name="OverlapSeconds">How long the old keys stay valid.</param>
public sealed record KeyCall(JsonElement PublicKey, int OverlapSeconds);

/// <summary>Signs a person in: <c>POST /v1/sessions</c>.</summary>
/// <param name="Username">User name.</param>
/// <param name="Password">Password.</param>
public sealed record SignInCall(string Username, string Password);

/// <summary>A person's session.</summary>
/// <param name="Token">Bearer token for the CLI; the console uses a cookie instead.</param>
/// <param name="Username">User name.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Roles">Roles.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record SessionView(string Token, string Username, IReadOnlyList<string> Groups, IReadOnlyList<string> Roles, DateTimeOffset ExpiresAt);

/// <summary>Creates a person's account: <c>POST /v1/people</c>.</summary>
/// <param name="Username">User name, lower case.</param>
/// <param name="DisplayName">Full name.</param>
/// <param name="Password">First password, 12 characters or more.</param>
/// <param name="Groups">Groups, for example <c>support-leads</c>.</param>
/// <param name="Roles">Roles: <c>viewer</c>, <c>approver</c>, <c>operator</c>, <c>administrator</c>.</param>
/// <param name="Email">Address for messages, and for matching the person in other systems.</param>
public sealed record PersonCall(
    string Username, string DisplayName, string Password, IReadOnlyList<string> Groups, IReadOnlyList<string> Roles, string? Email = null);

/// <summary>A person's account.</summary>
/// <param name="UserId">Opaque id; the one that audit entries carry.</param>
/// <param name="Username">User name.</param>
/// <param name="DisplayName">Full name.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Roles">Roles.</param>
/// <param name="Locked">Whether the person is locked.</param>
public sealed record PersonView(string UserId, string Username, string DisplayName, IReadOnlyList<string> Groups, IReadOnlyList<string> Roles, bool Locked = false);

/// <summary>An OAuth 2.0 token answer (RFC 6749, section 5.1).</summary>
/// <param name="AccessToken">Opaque token.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Life in seconds.</param>
/// <param name="Scope">Granted scopes, separated by spaces.</param>
/// <param name="IssuedTokenType">Kind of the token, in answers to an exchange (RFC 8693, section 2.2.1).</param>
public sealed record TokenView(string AccessToken, string TokenType, int ExpiresIn, string Scope, string? IssuedTokenType = null);
