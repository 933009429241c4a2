using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Sallyport.Connectors.Http;
using Sallyport.Identity;

namespace Sallyport.Server.Hosting;

/// <summary>An OpenID Connect provider at which people may sign in.</summary>
public sealed class ProviderOptions
{
    /// <summary>Short name, part of addresses and records; never change it, since people belong to it.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>What the sign-in page calls it.</summary>
    public string? Title { get; set; }

    /// <summary>Issuer, exactly as its metadata and tokens spell it. HTTPS, except on loopback.</summary>
    [Required, Url]
    public string Issuer { get; set; } = "";

    /// <summary>This server's client id there. Its redirect URI is <c>/signin/callback</c> under the public URL.</summary>
    [Required]
    public string ClientId { get; set; } = "";

    /// <summary>Environment variable that holds the client secret. Without any source this server is a public client, protected by PKCE.</summary>
    public string? ClientSecretEnv { get; set; }

    /// <summary>File that holds the client secret.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>Program (and arguments) whose first output line is the client secret.</summary>
    public IReadOnlyList<string>? ClientSecretCommand { get; set; }

    /// <summary>Scopes asked for.</summary>
    public IReadOnlyList<string> Scopes { get; set; } = ["openid", "profile", "email"];

    /// <summary>Claim of the id_token with the user name at the first sign-in.</summary>
    /// <value>Default: <c>preferred_username</c>.</value>
    public string UsernameClaim { get; set; } = "preferred_username";

    /// <summary>Claim of the id_token with the groups.</summary>
    /// <value>Default: <c>groups</c>.</value>
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>The provider's group names to those of policies; without it every value that is a group name here is taken over.</summary>
    public IReadOnlyDictionary<string, string>? Groups { get; set; }

    /// <summary>Roles by the provider's group. A person whom neither this nor <see cref="DefaultRoles"/> gives a role is not let in.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Roles { get; set; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Roles of everybody whom the provider lets in.</summary>
    public IReadOnlyList<string> DefaultRoles { get; set; } = [];

    /// <summary>Authentication context classes of which the provider must state one.</summary>
    public IReadOnlyList<string> AcrValues { get; set; } = [];

    /// <summary>Authentication methods (RFC 8176) that the provider must state, for example <c>mfa</c>.</summary>
    public IReadOnlyList<string> Amr { get; set; } = [];

    /// <summary>The client secret; null for a public client.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    internal async Task<string?> ReadSecretAsync(CancellationToken cancellation)
    {
        var source = new SecretSource(ClientSecretEnv, ClientSecretFile, ClientSecretCommand);
        return source == new SecretSource() ? null : await source.ReadAsync(cancellation);
    }
}

/// <summary>How people sign in and how long they stay.</summary>
public sealed partial class SignInOptions
{
    /// <summary>Whether accounts with a password of this server may sign in.</summary>
    /// <value>Default: true.</value>
    public bool LocalAccounts { get; set; } = true;

    /// <summary>Providers.</summary>
    public IReadOnlyList<ProviderOptions> Providers { get; set; } = [];

    /// <summary>Longest life of a session, minutes.</summary>
    /// <value>Default: 8 hours.</value>
    [Range(5, 7 * 24 * 60)]
    public int SessionMinutes { get; set; } = 8 * 60;

    /// <summary>Minutes without use after which a session ends.</summary>
    /// <value>Default: 1 hour.</value>
    [Range(2, 24 * 60)]
    public int IdleMinutes { get; set; } = 60;

    /// <summary>Sessions of one person at a time; one more ends the least recently used.</summary>
    /// <value>Default: 10.</value>
    [Range(1, 1_000)]
    public int SessionsPerPerson { get; set; } = 10;

    /// <summary>Attempts to sign in per minute for one user name.</summary>
    /// <value>Default: 10.</value>
    [Range(1, 100_000)]
    public int AttemptsPerUsername { get; set; } = 10;

    /// <summary>Attempts to sign in per minute from one address.</summary>
    /// <value>Default: 60.</value>
    [Range(1, 100_000)]
    public int AttemptsPerAddress { get; set; } = 60;

    internal SessionRules Rules() => new(TimeSpan.FromMinutes(SessionMinutes), TimeSpan.FromMinutes(IdleMinutes), SessionsPerPerson,
        new HashSet<string>(Providers.Select(provider => provider.Name).Concat(LocalAccounts ? [SignIn.Local] : []), StringComparer.Ordinal));

    /// <summary>Refuses what would let nobody in, or let somebody in by accident.</summary>
    /// <exception cref="ServerStartException">The options do not fit; the message says which.</exception>
    internal async Task CheckAsync()
    {
        foreach (var provider in Providers)
        {
            var at = $"sign_in.providers \"{provider.Name}\"";
            if (!ProviderName().IsMatch(provider.Name) || provider.Name == SignIn.Local) throw new ServerStartException($"{at}: a name has 2 to 32 characters a-z, 0-9 and dash, and is not \"{SignIn.Local}\".");
            if (!OpenIdAddress.IsSafe(provider.Issuer)) throw new ServerStartException($"{at}: the issuer must be an https URL without query and fragment.");
            if (provider.ClientId.Length == 0) throw new ServerStartException($"{at}: client_id is missing.");
            try
            {
                await provider.ReadSecretAsync(CancellationToken.None);
            }
            catch (InvalidOperationException missing)
            {
                throw new ServerStartException($"{at}: {missing.Message}", missing);
            }

            if (!provider.Scopes.Contains("openid")) throw new ServerStartException($"{at}: scopes must hold openid.");
            if (provider.Roles.Values.SelectMany(roles => roles).Concat(provider.DefaultRoles).FirstOrDefault(role => !HumanPrincipal.AllRoles.Contains(role)) is { } role)
                throw new ServerStartException($"{at}: \"{role}\" is no role; the roles are {string.Join(", ", HumanPrincipal.AllRoles)}.");
        }

        if (Providers.Select(provider => provider.Name).Distinct(StringComparer.Ordinal).Count() < Providers.Count) throw new ServerStartException("sign_in.providers: two have the same name.");
        if (!LocalAccounts && !Providers.Any(provider => provider.Roles.Values.Any(roles => roles.Contains(HumanPrincipal.Administrator))))
            throw new ServerStartException("sign_in.local_accounts is off, but no provider maps a group to the role administrator: nobody could manage this server.");
        if (SessionMinutes is < 5 or > 7 * 24 * 60 || IdleMinutes is < 2 or > 24 * 60 || SessionsPerPerson < 1 || AttemptsPerUsername < 1 || AttemptsPerAddress < 1)
            throw new ServerStartException("sign_in: a session lasts 5 minutes to 7 days and 2 minutes to 24 hours without use; numbers of sessions and attempts are at least 1.");
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{1,31}$", RegexOptions.NonBacktracking)]
    private static partial Regex ProviderName();
}

/// <summary>Which addresses of a provider are used at all.</summary>
internal static class OpenIdAddress
{
    /// <summary>HTTPS, or HTTP on this machine; no user, no fragment, and for an issuer no query.</summary>
    internal static bool IsSafe(string text, bool mayHaveQuery = false) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0 && (mayHaveQuery || uri.Query.Length == 0);
}
