using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sallyport.Audit;

namespace Sallyport.Identity.OpenId;

/// <summary>How the claims of a provider become a person here.</summary>
/// <param name="Provider">Name of the provider.</param>
/// <param name="UsernameClaim">Claim with the user name.</param>
/// <param name="GroupsClaim">Claim with the groups.</param>
/// <param name="Groups">Group here by group there; null to take over every value that is a group name here.</param>
/// <param name="Roles">Roles by group there.</param>
/// <param name="DefaultRoles">Roles of everybody whom the provider lets in.</param>
public sealed record ClaimMapping(
    string Provider, string UsernameClaim, string GroupsClaim, IReadOnlyDictionary<string, string>? Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Roles,
    IReadOnlyList<string> DefaultRoles);

/// <summary>
/// People as their provider describes them: made at the first sign-in, and brought up to date at every one. The user name alone never
/// changes, since policies name people by it.
/// </summary>
public sealed partial class ProviderAccounts(IIdentityStore store, IdSource ids)
{
    private const int MaxGroups = 200;

    /// <summary>The person behind a verified id_token, or why there is none.</summary>
    public async Task<(HumanPrincipal? Person, SignInFault? Fault)> SignInAsync(string tenant, ClaimMapping mapping, IdToken token, CancellationToken cancellation)
    {
        var known = await store.FindProviderPersonAsync(tenant, mapping.Provider, token.Subject, cancellation);
        if (known is { IsLocked: true }) return (null, SignInFault.PersonLocked);
        var said = Jws.Texts(token.Claims, mapping.GroupsClaim).Take(MaxGroups).ToList();
        var roles = mapping.DefaultRoles.Concat(said.SelectMany(group => mapping.Roles.GetValueOrDefault(group) ?? [])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (roles.Count == 0) return (null, SignInFault.NoRole);
        var groups = said.Select(group => mapping.Groups is null ? group : mapping.Groups.GetValueOrDefault(group)).OfType<string>()
            .Where(group => GroupName().IsMatch(group)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var username = known?.Username ?? Jws.Text(token.Claims, mapping.UsernameClaim)?.ToLowerInvariant();
        if (username is null || !Username().IsMatch(username)) return (null, SignInFault.UsernameUnusable);
        var person = new HumanPrincipal(known?.UserId ?? ids.Next("usr"), tenant, username, DisplayName(token.Claims) ?? username, groups, roles) { Email = Email(token.Claims) };
        if (known is null) return await AddAsync(tenant, mapping.Provider, token.Subject, person, cancellation);
        if (!Same(known, person)) await store.RefreshPersonAsync(person, Leaf("person.changed", person, mapping.Provider), cancellation);
        return (person, null);
    }

    private async Task<(HumanPrincipal? Person, SignInFault? Fault)> AddAsync(string tenant, string provider, string subject, HumanPrincipal person, CancellationToken cancellation)
    {
        var account = new PersonAccount(person, null, 0, null) { Provider = provider, Subject = subject };
        if (await store.AddPersonAsync(account, Leaf("person.added", person, provider), cancellation)) return (person, null);
        // Either two first sign-ins of one person met, or the user name belongs to somebody else, who is never taken over.
        return await store.FindProviderPersonAsync(tenant, provider, subject, cancellation) is { } twin ? (twin, null) : (null, SignInFault.UsernameTaken);
    }

    private static AuditDraft Leaf(string kind, HumanPrincipal person, string provider) => new(kind, person.Actor)
    {
        Fields = new JsonObject { ["user_id"] = person.UserId, ["provider"] = provider, ["groups"] = string.Join(' ', person.Groups), ["roles"] = string.Join(' ', person.Roles) },
        Payload = new JsonObject { ["username"] = person.Username, ["display_name"] = person.DisplayName, ["email"] = person.Email },
    };

    private static bool Same(HumanPrincipal known, HumanPrincipal now) =>
        known.DisplayName == now.DisplayName && known.Email == now.Email && known.Groups.SequenceEqual(now.Groups) && known.Roles.SequenceEqual(now.Roles);

    private static string? DisplayName(JsonElement claims) => Jws.Text(claims, "name")?.Trim() is { Length: > 0 } name ? name[..Math.Min(name.Length, 200)] : null;

    /// <summary>The address, only where the provider says that it is the person's: others are matched by it in other systems.</summary>
    private static string? Email(JsonElement claims) =>
        claims.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True && Jws.Text(claims, "email") is { Length: > 2 and <= 254 } email ? email : null;

    [GeneratedRegex("^[a-z0-9][a-z0-9._@-]{1,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex Username();

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{1,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex GroupName();
}
