using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;

namespace Sallyport.Identity;

/// <summary>How long people stay signed in.</summary>
/// <param name="Life">From sign-in to end, however much the session is used.</param>
/// <param name="Idle">From the last use to the end.</param>
/// <param name="PerPerson">Sessions of one person at a time; one more ends the least recently used.</param>
/// <param name="Providers">Where people may have signed in; sessions of others are void, also those from before the configuration changed.</param>
public sealed record SessionRules(TimeSpan Life, TimeSpan Idle, int PerPerson, IReadOnlySet<string> Providers);

/// <summary>A session that has begun; the token is shown once.</summary>
/// <param name="Token">The bearer token, 256 random bits.</param>
/// <param name="Person">Who.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
public sealed record NewSession(string Token, HumanPrincipal Person, DateTimeOffset ExpiresAt)
{
    /// <summary>As it is answered to programs.</summary>
    public SessionView ToView() => new(Token, Person.Username, Person.Groups, Person.Roles, ExpiresAt);
}

/// <summary>Sessions of people: every sign-in makes a new one, and what is stored is only its digest.</summary>
public sealed class PeopleSessions(ISessionStore store, SessionRules rules, IdSource ids, TimeProvider time)
{
    private const string Prefix = "sps_";

    /// <summary>How exactly the last use is kept; finer would be a write for every page.</summary>
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    /// <summary>Starts a session under a new id; null when the person is locked.</summary>
    /// <param name="person">Who.</param>
    /// <param name="signIn">How they proved it.</param>
    /// <param name="replaced">Token of the session that the same browser had; it ends.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    public async Task<NewSession?> StartAsync(HumanPrincipal person, SignIn signIn, string? replaced, CancellationToken cancellation)
    {
        var now = time.Now();
        var token = Prefix + Convert.ToHexStringLower(ids.Bytes(32));
        var session = new StoredSession(AgentTokens.Digest(token), ids.Next("ses"), person.UserId, signIn, now, now, now + rules.Life);
        var leaf = new AuditDraft("session.started", person.Actor)
        {
            Fields = new JsonObject { ["session"] = session.Id, ["provider"] = signIn.Provider, ["authenticated_at"] = AuditEntry.Timestamp(signIn.At), ["roles"] = string.Join(' ', person.Roles) },
        };
        var old = replaced is not null && IsToken(replaced) ? AgentTokens.Digest(replaced) : null;
        return await store.StartSessionAsync(session, old, rules.PerPerson, leaf, person.Tenant, cancellation)
            ? new NewSession(token, person with { SignIn = signIn }, session.ExpiresAt) : null;
    }

    /// <summary>The live session of a token, or null.</summary>
    public async Task<LiveSession?> FindAsync(string token, CancellationToken cancellation)
    {
        var live = await PeekAsync(token, cancellation);
        if (live is not null && time.Now() - live.Session.SeenAt >= TouchEvery) await store.TouchSessionAsync(live.Session.Hash, time.Now(), cancellation);
        return live;
    }

    /// <summary>The same without counting as use: what goes on by itself must not keep a session alive that nobody uses.</summary>
    public async Task<LiveSession?> PeekAsync(string token, CancellationToken cancellation)
    {
        if (!IsToken(token)) return null;
        var now = time.Now();
        return await store.FindSessionAsync(AgentTokens.Digest(token), now, cancellation) is { } live && live.Session.SeenAt + rules.Idle > now
            && rules.Providers.Contains(live.Session.SignIn.Provider) ? live : null;
    }

    /// <summary>The person of a token, or null.</summary>
    public async Task<HumanPrincipal?> FindPersonAsync(string token, CancellationToken cancellation) => (await FindAsync(token, cancellation))?.Person;

    /// <summary>The sessions that a person has.</summary>
    public async Task<IReadOnlyList<StoredSession>> OfAsync(HumanPrincipal person, CancellationToken cancellation)
    {
        var now = time.Now();
        return [.. (await store.SessionsAsync(person.UserId, now, cancellation)).Where(session => session.SeenAt + rules.Idle > now)];
    }

    /// <summary>Signs out.</summary>
    public Task EndAsync(HumanPrincipal person, string token, CancellationToken cancellation) =>
        store.EndSessionAsync(AgentTokens.Digest(token), new AuditDraft("session.ended", person.Actor), person.Tenant, cancellation);

    /// <summary>Ends every session of a person; answers how many.</summary>
    public Task<int> EndAllAsync(HumanPrincipal by, HumanPrincipal person, CancellationToken cancellation) => store.EndSessionsAsync(
        person.UserId, new AuditDraft("sessions.ended", by.Actor) { Fields = new JsonObject { ["user_id"] = person.UserId } }, person.Tenant, cancellation);

    private static bool IsToken(string token) => token.StartsWith(Prefix, StringComparison.Ordinal) && token.Length == Prefix.Length + 64;
}
