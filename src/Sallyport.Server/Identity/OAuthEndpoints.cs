using Microsoft.AspNetCore.WebUtilities;
using Sallyport.Identity;
using Sallyport.Server.Http;
using Sallyport.Workflows;

namespace Sallyport.Server.Identity;

/// <summary>The token endpoint (OAuth 2.1, client_credentials with private_key_jwt) and the metadata of RFC 8414 and RFC 9728.</summary>
internal static class OAuthEndpoints
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const int MaxFormBytes = 16_384;

    internal static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/oauth/token", TokenAsync);
        routes.MapGet("/oauth/authorize", (HttpContext http) => ErrorAsync(http, "unsupported_response_type", "This server only has client_credentials; use the token endpoint."));
        routes.MapGet("/.well-known/oauth-authorization-server", (PublicAddress address, ReleaseRegistry releases) => Results.Json(Server(address, releases)));
        routes.MapGet("/.well-known/oauth-protected-resource", (PublicAddress address, ReleaseRegistry releases) => Results.Json(Resource(address, releases, "")));
        routes.MapGet("/.well-known/oauth-protected-resource/mcp", (PublicAddress address, ReleaseRegistry releases) => Results.Json(Resource(address, releases, "/mcp")));
    }

    private static async Task TokenAsync(HttpContext http, AgentTokens tokens, PublicAddress address)
    {
        if (await ReadFormAsync(http) is not { } form)
        {
            await ErrorAsync(http, "invalid_request", "Send application/x-www-form-urlencoded of at most 16 KiB.");
            return;
        }

        if (form.Any(field => field.Value.Count > 1)) await ErrorAsync(http, "invalid_request", "A parameter stands twice.");
        else if (form.ContainsKey("client_secret")) await ErrorAsync(http, "invalid_client", "Secrets are not accepted; use private_key_jwt.");
        else if (form["grant_type"] != "client_credentials") await ErrorAsync(http, "unsupported_grant_type", "grant_type must be client_credentials.");
        else if (form["client_assertion_type"] != AssertionType) await ErrorAsync(http, "invalid_client", $"client_assertion_type must be {AssertionType}.");
        else if (form["resource"] is [{ } resource] && resource != address.Url && resource != address.Url + "/mcp")
            await ErrorAsync(http, "invalid_target", $"resource must be {address.Url}.");
        else
        {
            var scope = form["scope"] is [{ } text] ? text : null;
            var (token, error) = await tokens.IssueAsync(form["client_assertion"].ToString(), scope, [address.Url, address.Url + "/oauth/token"], address.Url, http.RequestAborted);
            if (error is not null) await ErrorAsync(http, error.Error, error.Description);
            else await Answers.WriteAsync(http, 200, token!);
        }
    }

    /// <summary>The form, or null when it is none that this endpoint takes.</summary>
    private static async Task<IFormCollection?> ReadFormAsync(HttpContext http)
    {
        var type = http.Request.ContentType?.Split(';')[0].Trim();
        if (!string.Equals(type, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)) return null;
        if (await RequestReader.ReadBytesAsync(http, MaxFormBytes) is not { } bytes) return null;
        try
        {
            return new FormCollection(await new FormReader(new MemoryStream(bytes)).ReadFormAsync(http.RequestAborted));
        }
        catch (InvalidDataException)
        {
            return null; // More fields, or longer ones, than any client needs.
        }
    }

    private static Task ErrorAsync(HttpContext http, string error, string description) =>
        Answers.WriteAsync(http, error == "invalid_client" ? 401 : 400, new { error, error_description = description });

    private static object Server(PublicAddress address, ReleaseRegistry releases) => new
    {
        issuer = address.Url,
        // No grant here uses it, and it refuses every request; but clients in the field reject metadata without it.
        authorization_endpoint = address.Url + "/oauth/authorize",
        token_endpoint = address.Url + "/oauth/token",
        grant_types_supported = new[] { "client_credentials" },
        response_types_supported = Array.Empty<string>(),
        token_endpoint_auth_methods_supported = new[] { "private_key_jwt" },
        token_endpoint_auth_signing_alg_values_supported = new[] { "ES256" },
        scopes_supported = Scopes(releases),
    };

    private static object Resource(PublicAddress address, ReleaseRegistry releases, string path) => new
    {
        resource = address.Url + path,
        authorization_servers = new[] { address.Url },
        bearer_methods_supported = new[] { "header" },
        scopes_supported = Scopes(releases),
    };

    private static string[] Scopes(ReleaseRegistry releases) =>
        [.. releases.Active.SelectMany(release => release.Tools.Values).Select(tool => tool.Scope).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
