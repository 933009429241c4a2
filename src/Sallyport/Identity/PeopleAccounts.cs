using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;

namespace Sallyport.Identity;

/// <summary>The embedded account store for people: passwords hashed, lock-out after repeated failures. Locking a person stops every door at once.</summary>
public sealed class PeopleAccounts(IIdentityStore store, CredentialCache cache, IdSource ids, TimeProvider time)
{
    /// <summary>Shortest password.</summary>
    public const int MinPasswordLength = 12;

    private const int FailuresAllowed = 5;
    private static readonly TimeSpan Lockout = TimeSpan.FromMinutes(15);

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

    /// <summary>The person of a user name and password; null when name, password or lock say no. The caller learns no more than that.</summary>
    public async Task<HumanPrincipal?> CheckAsync(string tenant, string username, string password, CancellationToken cancellation)
    {
        var now = time.Now();
        var account = await store.FindPersonAsync(tenant, username, cancellation);
        var fits = PasswordHash.Verify(password, account?.PasswordHash ?? _nobody);
        if (account?.PasswordHash is null || account.Person.IsLocked || account.LockedUntil > now) return null;
        if (fits) return account.Person;
        var failures = account.Failures + 1;
        var locked = failures >= FailuresAllowed ? now + Lockout : (DateTimeOffset?)null;
        var failed = new AuditDraft(locked is null ? "session.refused" : "session.locked", account.Person.Actor) { Fields = new JsonObject { ["failures"] = failures } };
        await store.SetFailuresAsync(account.Person.UserId, locked is null ? failures : 0, locked, failed, tenant, cancellation);
        return null;
    }

    /// <summary>Locks a person: every session ends, every delegation is void, no door lets them in. False when they are locked already.</summary>
    public async Task<bool> LockAsync(HumanPrincipal by, HumanPrincipal person, string reason, CancellationToken cancellation)
    {
        var leaf = new AuditDraft("person.locked", by.Actor) { Fields = new JsonObject { ["user_id"] = person.UserId }, Payload = new JsonObject { ["reason"] = reason } };
        var locked = await store.LockPersonAsync(person.UserId, time.Now(), leaf, person.Tenant, cancellation);
        cache.Clear();
        return locked;
    }

    /// <summary>Lets a locked person sign in again. Ended sessions and delegations stay ended. False when they are not locked.</summary>
    public Task<bool> UnlockAsync(HumanPrincipal by, HumanPrincipal person, CancellationToken cancellation) =>
        store.UnlockPersonAsync(person.UserId, new AuditDraft("person.unlocked", by.Actor) { Fields = new JsonObject { ["user_id"] = person.UserId } }, person.Tenant, cancellation);
}
