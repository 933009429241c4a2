namespace Sallyport.Contracts.Wire;

/// <summary>A session of a person, without its token.</summary>
/// <param name="SessionId">Id; the one that audit entries carry.</param>
/// <param name="Provider"><c>local</c>, or the provider where the person signed in.</param>
/// <param name="AuthenticatedAt">When they proved who they are; absent where the provider does not say.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="SeenAt">When it was last used, to the minute.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
public sealed record SessionListView(string SessionId, string Provider, DateTimeOffset? AuthenticatedAt, DateTimeOffset StartedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt);

/// <summary>Who is calling: <c>GET /v1/sessions/current</c>.</summary>
/// <param name="Username">User name.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Roles">Roles.</param>
/// <param name="Provider">Where they signed in.</param>
/// <param name="ExpiresAt">When the session ends at the latest.</param>
public sealed record CurrentSessionView(string Username, IReadOnlyList<string> Groups, IReadOnlyList<string> Roles, string Provider, DateTimeOffset ExpiresAt);

/// <summary>How many sessions ended.</summary>
/// <param name="Ended">Their number.</param>
public sealed record EndedSessionsView(int Ended);

/// <summary>Locks a person: <c>POST /v1/people/{username}/lock</c>.</summary>
/// <param name="Reason">Why; kept in the audit record.</param>
public sealed record LockCall(string Reason);

/// <summary>Lets an agent act on the caller's behalf: <c>POST /v1/delegations</c>.</summary>
/// <param name="AgentId">The one agent that may use it.</param>
/// <param name="Scopes">Some of the agent's scopes, or narrower ones.</param>
/// <param name="DurationSeconds">How long it holds, from a minute to a day.</param>
public sealed record DelegationCall(string AgentId, IReadOnlyList<string> Scopes, int DurationSeconds);

/// <summary>A delegation.</summary>
/// <param name="DelegationId">Id.</param>
/// <param name="AgentId">The agent.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="CreatedAt">When it was given.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="Token">The subject token for RFC 8693; only in the answer that made it.</param>
public sealed record DelegationView(string DelegationId, string AgentId, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? Token = null);

/// <summary>Codes of the device grant (RFC 8628, section 3.2).</summary>
/// <param name="DeviceCode">What the program polls with.</param>
/// <param name="UserCode">What the person confirms.</param>
/// <param name="VerificationUri">Where they do.</param>
/// <param name="VerificationUriComplete">The same with the code.</param>
/// <param name="ExpiresIn">Life of both codes, seconds.</param>
/// <param name="Interval">Least time between polls, seconds.</param>
public sealed record DeviceAuthorizationView(string DeviceCode, string UserCode, string VerificationUri, string VerificationUriComplete, int ExpiresIn, int Interval);
