using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;

namespace Sallyport.Identity;

/// <summary>
/// The embedded account store for people: passwords hashed, lock-out after repeated failures, sessions stored as digests. Single sign-on
/// will stand beside it behind the same <see cref="HumanPrincipal"/>.
/// </summary>
public sealed class PeopleAccounts(IIdentityStore store, IdSource ids, TimeProvider time)
{
    /// <summary>Shortest password.</summary>
    public const int MinPasswordLength = 12;

    private const int FailuresAllowed = 5;
    private const string Prefix = "sps_";
    private static readonly TimeSpan Lockout = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(8);

    /// <summary>Verified instead of a hash that does not exist, so that an unknown name takes as long as a wrong password.</summary>
    private readonly string _nobody = PasswordHash.Create("nobody", ids.Bytes);

    /// <summary>Adds a person; null when the name is taken.</summary>
    public async Task<HumanPrincipal?> AddAsync(string tenant, PersonCall call, string actor, CancellationToken cancellation)
    {
        var person = new HumanPrincipal(ids.Next("usr"), tenant, call.Username, call.DisplayName, call.Groups, call.Roles) { Email = call.Email };
        var account = new PersonAccount(person, PasswordHash.Create(call.Password, ids.Bytes), 0, null);
        var leaf = new AuditDraft("person.added", actor)
        {
            Fields = new JsonObject { ["user_id"] = person.UserId, ["groups"] = string.Join(' ', call.Groups), ["roles"] = string.Join(' ', call.Roles) },
            Payload = new JsonObject { ["username"] = call.Username, ["display_name"] = call.DisplayName, ["email"] = call.Email },
        };
        return await store.AddPersonAsync(account, leaf, cancellation) ? person : null;
    }

    /// <summary>Signs in; null when name, password or lock say no. The caller learns no more than that.</summary>
    public async Task<SessionView?> SignInAsync(string tenant, string username, string password, CancellationToken cancellation)
    {
        var now = time.Now();
        var account = await store.FindPersonAsync(tenant, username, cancellation);
        var fits = PasswordHash.Verify(password, account?.PasswordHash ?? _nobody);
        if (account is null) return null;
        var actor = account.Person.Actor;
        if (account.LockedUntil > now) return null;
        if (!fits)
        {
            var failures = account.Failures + 1;
            var locked = failures >= FailuresAllowed ? now + Lockout : (DateTimeOffset?)null;
            var failed = new AuditDraft(locked is null ? "session.refused" : "session.locked", actor) { Fields = new JsonObject { ["failures"] = failures } };
            await store.SetFailuresAsync(account.Person.UserId, locked is null ? failures : 0, locked, failed, tenant, cancellation);
            return null;
        }

        var token = Prefix + Convert.ToHexStringLower(ids.Bytes(32));
        var session = new StoredSession(AgentTokens.Digest(token), account.Person.UserId, new SignIn(SignIn.Local, now), now + SessionLife);
        await store.StartSessionAsync(session, new AuditDraft("session.started", actor), tenant, cancellation);
        return new SessionView(token, account.Person.Username, account.Person.Groups, account.Person.Roles, session.ExpiresAt);
    }

    /// <summary>The person of a session token, or null.</summary>
    public Task<HumanPrincipal?> FindSessionAsync(string token, CancellationToken cancellation) =>
        token.StartsWith(Prefix, StringComparison.Ordinal) && token.Length == Prefix.Length + 64
            ? store.FindSessionAsync(AgentTokens.Digest(token), time.Now(), cancellation)
            : Task.FromResult<HumanPrincipal?>(null);

    /// <summary>Signs out.</summary>
    public Task SignOutAsync(string token, CancellationToken cancellation) => store.EndSessionAsync(AgentTokens.Digest(token), cancellation);
}
