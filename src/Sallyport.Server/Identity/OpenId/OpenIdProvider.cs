using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sallyport.Identity;
using Sallyport.Identity.OpenId;
using Sallyport.Server.Hosting;

namespace Sallyport.Server.Identity.OpenId;

/// <summary>
/// One configured provider: its metadata and keys, read when they are needed and kept for an hour. A token under a key that is not known
/// reads the keys again, at most once a minute, so that a rotation costs one sign-in nothing and forged key ids cost the provider nothing.
/// </summary>
internal sealed class OpenIdProvider(ProviderOptions options, ProviderHttp http, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Keep = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenReads = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _reading = new(1);
    private Kept<ProviderMetadata>? _metadata;
    private Kept<JwsKeySet>? _keys;

    private sealed record Kept<T>(T Value, DateTimeOffset At);

    public void Dispose() => _reading.Dispose();

    internal ProviderOptions Options => options;

    internal string Title => options.Title ?? options.Name;

    internal ClaimMapping Mapping { get; } = new(options.Name, options.UsernameClaim, options.GroupsClaim, options.Groups, options.Roles, options.DefaultRoles);

    /// <summary>What the provider says about itself; null when it does not answer, or not well.</summary>
    internal async Task<ProviderMetadata?> MetadataAsync(CancellationToken cancellation)
    {
        if (_metadata is { } kept && kept.At + Keep > time.GetUtcNow()) return kept.Value;
        using var request = new HttpRequestMessage(HttpMethod.Get, options.Issuer.TrimEnd('/') + "/.well-known/openid-configuration");
        var answer = await http.SendAsync(request, cancellation);
        if (answer is not (200, var body) || ProviderMetadata.Read(body, options.Issuer, out _) is not { } metadata) return null;
        _metadata = new Kept<ProviderMetadata>(metadata, time.GetUtcNow());
        return metadata;
    }

    /// <summary>Where to send the person's browser.</summary>
    internal string AuthorizationAddress(ProviderMetadata metadata, SignInFlow flow, string redirect)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = options.ClientId, ["redirect_uri"] = redirect, ["scope"] = string.Join(' ', options.Scopes), ["state"] = flow.State,
            ["nonce"] = flow.Nonce, ["code_challenge"] = flow.Challenge, ["code_challenge_method"] = "S256",
        };
        if (options.AcrValues.Count > 0) query["acr_values"] = string.Join(' ', options.AcrValues);
        if (flow.FreshFor is not null) (query["prompt"], query["max_age"]) = ("login", "0");
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(metadata.AuthorizationEndpoint, query);
    }

    /// <summary>Redeems a code and verifies the id_token that it brings.</summary>
    internal async Task<(IdToken? Token, SignInFault? Fault)> RedeemAsync(SignInFlow flow, string code, string redirect, CancellationToken cancellation)
    {
        if (await MetadataAsync(cancellation) is not { } metadata) return (null, SignInFault.ProviderUnavailable);
        var answer = await ExchangeAsync(metadata, flow, code, redirect, cancellation);
        if (answer is null or { Status: >= 500 }) return (null, SignInFault.ProviderUnavailable);
        if (answer is not (200, { ValueKind: JsonValueKind.Object } body) || Text(body, "id_token") is not { } idToken || Text(body, "access_token") is not { } accessToken)
            return (null, SignInFault.CodeRefused);
        if (IdToken.ReadKey(idToken, out var unreadable) is not var (kid, algorithm)) return (null, unreadable);
        if (await KeysAsync(metadata, kid, algorithm, cancellation) is not { } keys) return (null, SignInFault.ProviderUnavailable);
        var terms = new IdTokenTerms(options.Issuer, options.ClientId, flow.Nonce, accessToken)
        {
            AuthenticatedSince = flow.FreshFor is null ? null : flow.StartedAt, AcrValues = options.AcrValues, Amr = options.Amr,
        };
        var token = IdToken.Verify(idToken, keys, terms, time.Now(), out var fault);
        return token is null ? (null, fault) : (token, null);
    }

    private async Task<(int Status, JsonElement Body)?> ExchangeAsync(ProviderMetadata metadata, SignInFlow flow, string code, string redirect, CancellationToken cancellation)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirect, ["code_verifier"] = flow.Verifier };
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        var secret = await options.ReadSecretAsync(cancellation);
        if (secret is null) form["client_id"] = options.ClientId;
        else if (metadata.TakesSecretInForm) (form["client_id"], form["client_secret"]) = (options.ClientId, secret);
        else request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(FormText(options.ClientId) + ":" + FormText(secret))));
        request.Content = new FormUrlEncodedContent(form);
        return await http.SendAsync(request, cancellation);
    }

    /// <summary>The provider's keys; read again when they are old or do not hold the key of a token, and not more often than once a minute.</summary>
    private async Task<JwsKeySet?> KeysAsync(ProviderMetadata metadata, string? kid, string algorithm, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            var now = time.GetUtcNow();
            if (_keys is { } kept && (kept.At + BetweenReads > now || (kept.At + Keep > now && kept.Value.Find(kid, algorithm).Count > 0))) return kept.Value;
            using var request = new HttpRequestMessage(HttpMethod.Get, metadata.KeysAddress);
            if (await http.SendAsync(request, cancellation) is not (200, var body) || JwsKeySet.Parse(body) is not { } keys) return null;
            _keys = new Kept<JwsKeySet>(keys, now);
            return keys;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>RFC 6749, section 2.3.1: both halves are form-encoded before they are put into the header.</summary>
    private static string FormText(string value) => Uri.EscapeDataString(value).Replace("%20", "+", StringComparison.Ordinal);

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
