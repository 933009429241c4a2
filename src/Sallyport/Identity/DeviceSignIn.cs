using System.Text.Json.Nodes;
using Sallyport.Audit;

namespace Sallyport.Identity;

/// <summary>The codes of a program that wants to be signed in; shown once.</summary>
/// <param name="DeviceCode">What the program polls with.</param>
/// <param name="UserCode">What the person types or confirms, such as <c>WDJB-MJHT</c>.</param>
/// <param name="ExpiresAt">When both end.</param>
public sealed record DeviceCodes(string DeviceCode, string UserCode, DateTimeOffset ExpiresAt);

/// <summary>The device grant (RFC 8628): a program without a browser asks, a person who is signed in confirms, the program gets a session of theirs.</summary>
public sealed class DeviceSignIn(ISessionStore store, IIdentityStore identities, PeopleSessions sessions, IdSource ids, TimeProvider time)
{
    /// <summary>How long a program waits between polls at least.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const int MostWaiting = 1_000;
    /// <summary>How long both codes hold.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);


    /// <summary>No vowels, so that no words come up, and nothing that looks like something else (RFC 8628, section 6.1).</summary>
    private const string Letters = "BCDFGHJKLMNPQRSTVWXZ";

    /// <summary>Begins; null when too many programs wait already.</summary>
    public async Task<DeviceCodes?> StartAsync(string client, string address, CancellationToken cancellation)
    {
        var now = time.Now();
        var codes = new DeviceCodes("spv_" + Convert.ToHexStringLower(ids.Bytes(32)), UserCode(), now + Life);
        var device = new StoredDevice(AgentTokens.Digest(codes.DeviceCode), AgentTokens.Digest(codes.UserCode), client, address, now, codes.ExpiresAt);
        return await store.AddDeviceAsync(device, MostWaiting, cancellation) ? codes : null;
    }

    /// <summary>The waiting program of a user code as a person typed it, or null.</summary>
    public Task<StoredDevice?> FindAsync(string typed, CancellationToken cancellation) =>
        Normal(typed) is { } code ? store.FindDeviceAsync(AgentTokens.Digest(code), time.Now(), cancellation) : Task.FromResult<StoredDevice?>(null);

    /// <summary>A signed-in person answers; false when there is nothing (any more) to answer.</summary>
    public Task<bool> AnswerAsync(LiveSession session, string typed, bool approve, CancellationToken cancellation)
    {
        if (Normal(typed) is not { } code) return Task.FromResult(false);
        var leaf = new AuditDraft(approve ? "device.approved" : "device.denied", session.Person.Actor) { Fields = new JsonObject { ["session"] = session.Session.Id } };
        return store.AnswerDeviceAsync(AgentTokens.Digest(code), session.Person, session.Session.SignIn, approve, time.Now(), leaf, cancellation);
    }

    /// <summary>Polls; with a session when the person has said yes. The session was proved when theirs was.</summary>
    public async Task<(DevicePoll Poll, NewSession? Session)> PollAsync(string deviceCode, CancellationToken cancellation)
    {
        var (poll, userId, signIn) = await store.PollDeviceAsync(AgentTokens.Digest(deviceCode), time.Now(), Interval, cancellation);
        if (poll != DevicePoll.Approved) return (poll, null);
        var person = await identities.FindPersonByIdAsync(userId!, cancellation);
        var session = person is null ? null : await sessions.StartAsync(person, signIn!, null, cancellation);
        // A person who was locked between their answer and this poll lets nothing in.
        return session is null ? (DevicePoll.Denied, null) : (poll, session);
    }

    private string UserCode()
    {
        var letters = new char[9];
        for (var at = 0; at < letters.Length; at++) letters[at] = at == 4 ? '-' : Letter();
        return new string(letters);
    }

    /// <summary>One of twenty, all equally likely: bytes beyond the last multiple of twenty are drawn again.</summary>
    private char Letter()
    {
        while (true)
        {
            var draw = ids.Bytes(1)[0];
            if (draw < 240) return Letters[draw % Letters.Length];
        }
    }

    private static string? Normal(string typed)
    {
        if (typed.Length > 32) return null;
        var letters = typed.ToUpperInvariant().Where(Letters.Contains).ToArray();
        return letters.Length == 8 ? new string(letters, 0, 4) + "-" + new string(letters, 4, 4) : null;
    }
}
