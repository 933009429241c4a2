using Sallyport.Audit;

namespace Sallyport.Identity;

/// <summary>A person's session as it is stored: only its digest.</summary>
/// <param name="Hash">SHA-256 of the session token.</param>
/// <param name="Id">Names the session where the token must not stand: lists, audit entries.</param>
/// <param name="UserId">Who.</param>
/// <param name="SignIn">How and when they proved who they are.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="SeenAt">When it was last used, to the minute.</param>
/// <param name="ExpiresAt">When it ends, however much it is used.</param>
public sealed record StoredSession(byte[] Hash, string Id, string UserId, SignIn SignIn, DateTimeOffset StartedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt);

/// <summary>A session with the person whose it is.</summary>
/// <param name="Person">Who, as they are now.</param>
/// <param name="Session">The session.</param>
public sealed record LiveSession(HumanPrincipal Person, StoredSession Session);

/// <summary>A program that waits for a person to let it in (RFC 8628); codes only as digests.</summary>
/// <param name="DeviceHash">SHA-256 of the device code.</param>
/// <param name="UserHash">SHA-256 of the user code.</param>
/// <param name="Client">What the program calls itself.</param>
/// <param name="Address">Where it asked from.</param>
/// <param name="CreatedAt">When it asked.</param>
/// <param name="ExpiresAt">When the codes end.</param>
public sealed record StoredDevice(byte[] DeviceHash, byte[] UserHash, string Client, string Address, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>What a poll of a device code finds (RFC 8628, section 3.5).</summary>
public enum DevicePoll
{
    /// <summary>There is no such code, or it was used.</summary>
    Unknown,

    /// <summary>The code is over.</summary>
    Expired,

    /// <summary>It was asked for again too soon.</summary>
    TooSoon,

    /// <summary>Nobody has answered yet.</summary>
    Pending,

    /// <summary>The person said no.</summary>
    Denied,

    /// <summary>The person said yes. The code is used up.</summary>
    Approved,
}

/// <summary>People's sessions, and the programs that ask for one; SQLite and PostgreSQL implement it.</summary>
public interface ISessionStore
{
    /// <summary>
    /// Starts a session, ends the one that it replaces and the least recently used ones beyond the limit; false when the person is locked.
    /// </summary>
    Task<bool> StartSessionAsync(StoredSession session, byte[]? replaces, int perPerson, AuditDraft leaf, string tenant, CancellationToken cancellation);

    /// <summary>The session of a digest with its person, unless it is over or the person is locked.</summary>
    Task<LiveSession?> FindSessionAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Notes that a session was used.</summary>
    Task TouchSessionAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The sessions of a person that have not run out, the newest first.</summary>
    Task<IReadOnlyList<StoredSession>> SessionsAsync(string userId, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Ends a session; false when there is none.</summary>
    Task<bool> EndSessionAsync(byte[] hash, AuditDraft leaf, string tenant, CancellationToken cancellation);

    /// <summary>Ends every session of a person and answers how many there were.</summary>
    Task<int> EndSessionsAsync(string userId, AuditDraft leaf, string tenant, CancellationToken cancellation);

    /// <summary>Stores a waiting program; false when as many wait as may.</summary>
    Task<bool> AddDeviceAsync(StoredDevice device, int most, CancellationToken cancellation);

    /// <summary>The waiting program of a user code that nobody has answered, or null.</summary>
    Task<StoredDevice?> FindDeviceAsync(byte[] userHash, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Answers a waiting program once; false when it was answered or is over. The sign-in is the answering person's.</summary>
    Task<bool> AnswerDeviceAsync(byte[] userHash, HumanPrincipal person, SignIn signIn, bool approve, DateTimeOffset now, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Polls; an approved or denied code is used up by it.</summary>
    Task<(DevicePoll Poll, string? UserId, SignIn? SignIn)> PollDeviceAsync(byte[] deviceHash, DateTimeOffset now, TimeSpan interval, CancellationToken cancellation);
}
