using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Identity.OpenId;
using Sallyport.Server.Hosting;
using Sallyport.Server.Http;

namespace Sallyport.Server.Identity.OpenId;

/// <summary>What an answer of a provider led to.</summary>
/// <param name="Session">The new session.</param>
/// <param name="Return">Where to go.</param>
/// <param name="Fault">Why nobody is signed in.</param>
internal sealed record SignInResult(NewSession? Session, string Return, SignInFault? Fault);

/// <summary>Signing in through OpenID Connect: code flow with PKCE, state, nonce and a cookie that ties the answer to the browser.</summary>
internal sealed class OpenIdSignIn(
    IOptions<ServerOptions> options, SignInFlows flows, ProviderHttp http, ProviderAccounts accounts, PeopleSessions sessions, IAuditStore audit, PublicAddress address, TimeProvider time)
    : IDisposable
{
    private const string Tenant = "default";

    private readonly Dictionary<string, OpenIdProvider> _providers =
        options.Value.SignIn.Providers.ToDictionary(provider => provider.Name, provider => new OpenIdProvider(provider, http, time), StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (var provider in _providers.Values) provider.Dispose();
    }

    internal IEnumerable<OpenIdProvider> Providers => _providers.Values;

    internal OpenIdProvider? Find(string name) => _providers.GetValueOrDefault(name);

    private string Redirect => address.Url + "/signin/callback";

    /// <summary>Begins: where to send the browser, and the secret for its cookie.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="returnTo">Where to go afterwards.</param>
    /// <param name="freshFor">Who must authenticate anew; null for an ordinary sign-in.</param>
    /// <param name="replaces">Token of the session that the browser has now.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    internal async Task<(string? Address, string? Secret, SignInFault? Fault)> BeginAsync(OpenIdProvider provider, string returnTo, HumanPrincipal? freshFor, string? replaces, CancellationToken cancellation)
    {
        if (await provider.MetadataAsync(cancellation) is not { } metadata || flows.Begin(provider.Options.Name, returnTo, freshFor?.UserId, replaces) is not var (flow, secret))
            return (null, null, SignInFault.ProviderUnavailable);
        return (provider.AuthorizationAddress(metadata, flow, Redirect), secret, null);
    }

    /// <summary>Takes the provider's answer; nobody is signed in unless every check passes.</summary>
    /// <param name="query">The answer's parameters.</param>
    /// <param name="secret">The browser's cookie.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    internal async Task<SignInResult> CompleteAsync(IQueryCollection query, string? secret, CancellationToken cancellation)
    {
        if (query["state"] is not [{ Length: > 0 } state] || flows.Take(state, secret) is not { } flow) return new SignInResult(null, "/", SignInFault.StateMismatch);
        var (session, fault) = await CompleteAsync(flow, query, cancellation);
        if (fault is { } why)
            await audit.AppendAsync(Tenant, new AuditDraft("session.refused", "system") { Fields = new JsonObject { ["provider"] = flow.Provider, ["reason"] = WireName.Of(why) } }, cancellation);
        return new SignInResult(session, flow.Return, fault);
    }

    private async Task<(NewSession? Session, SignInFault? Fault)> CompleteAsync(SignInFlow flow, IQueryCollection query, CancellationToken cancellation)
    {
        var provider = _providers[flow.Provider];
        if (await provider.MetadataAsync(cancellation) is not { } metadata) return (null, SignInFault.ProviderUnavailable);
        // RFC 9207: an answer that names another issuer, or none although this one always does, was mixed up on its way.
        if (query.ContainsKey("iss") ? query["iss"] != provider.Options.Issuer : metadata.NamesItself) return (null, SignInFault.IssuerMixedUp);
        if (query.ContainsKey("error") || query["code"] is not [{ Length: > 0 and <= 2_048 } code]) return (null, SignInFault.ProviderRefused);
        var (token, fault) = await provider.RedeemAsync(flow, code, Redirect, cancellation);
        if (token is null) return (null, fault);
        var (person, unknown) = await accounts.SignInAsync(Tenant, provider.Mapping, token, cancellation);
        if (person is null) return (null, unknown);
        if (flow.FreshFor is { } expected && expected != person.UserId) return (null, SignInFault.AnotherPerson);
        // Without auth_time nobody knows how old the provider's own session is: such a sign-in never counts as fresh.
        var now = time.Now();
        var at = token.AuthenticatedAt is not { } stated ? SignIn.UnknownTime : stated < now ? stated : now;
        return await sessions.StartAsync(person, new SignIn(provider.Options.Name, at), flow.Replaces, cancellation) is { } session ? (session, null) : (null, SignInFault.PersonLocked);
    }
}
