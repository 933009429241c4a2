using System.Text.Json;
using Sallyport.Server.Hosting;

namespace Sallyport.Server.Identity.OpenId;

/// <summary>What a provider says about itself (OpenID Connect Discovery 1.0, section 3), as far as it is used.</summary>
/// <param name="AuthorizationEndpoint">Where people are sent.</param>
/// <param name="TokenEndpoint">Where codes are redeemed.</param>
/// <param name="KeysAddress">Its public keys.</param>
/// <param name="EndSessionEndpoint">Where people sign out, if they can.</param>
/// <param name="NamesItself">Whether its answers carry <c>iss</c> (RFC 9207).</param>
/// <param name="TakesSecretInForm">Whether the client secret goes into the form because the header is not supported.</param>
internal sealed record ProviderMetadata(
    string AuthorizationEndpoint, string TokenEndpoint, string KeysAddress, string? EndSessionEndpoint, bool NamesItself, bool TakesSecretInForm)
{
    /// <summary>Reads a document; null, with the reason, when this server should not work with what it says.</summary>
    internal static ProviderMetadata? Read(JsonElement json, string issuer, out string fault)
    {
        fault = json.ValueKind != JsonValueKind.Object ? "the metadata is no JSON object"
            : Text(json, "issuer") != issuer ? "the metadata names another issuer"
            : Address(json, "authorization_endpoint") is null || Address(json, "token_endpoint") is null || Address(json, "jwks_uri") is null ? "an endpoint is missing or not https"
            : List(json, "code_challenge_methods_supported") is { } methods && !methods.Contains("S256") ? "PKCE with S256 is not supported" : "";
        if (fault.Length > 0) return null;
        // Basic is what a provider supports that says nothing (OpenID Connect Discovery, section 3).
        var authentication = List(json, "token_endpoint_auth_methods_supported") ?? ["client_secret_basic"];
        return new ProviderMetadata(
            Address(json, "authorization_endpoint")!, Address(json, "token_endpoint")!, Address(json, "jwks_uri")!, Address(json, "end_session_endpoint"),
            json.TryGetProperty("authorization_response_iss_parameter_supported", out var names) && names.ValueKind == JsonValueKind.True,
            !authentication.Contains("client_secret_basic") && authentication.Contains("client_secret_post"));
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Address(JsonElement json, string name) => Text(json, name) is { } text && OpenIdAddress.IsSafe(text, mayHaveQuery: true) ? text : null;

    private static List<string?>? List(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : null)] : null;
}
