using Sallyport.Identity;
using Sallyport.Contracts.Wire;
using Sallyport.Server.Http;
using Sallyport.Workflows;

namespace Sallyport.Server.Identity;

/// <summary>
/// The token endpoint: client_credentials with private_key_jwt (OAuth 2.1), token exchange for agents that act on behalf of a person
/// (RFC 8693), and the device grant for people's programs (RFC 8628). Metadata of RFC 8414 and RFC 9728 beside it.
/// </summary>
internal static class OAuthEndpoints
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const string ExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
    private const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";

    internal static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/oauth/token", TokenAsync);
        routes.MapPost("/oauth/device_authorization", DeviceAsync);
        routes.MapGet("/oauth/authorize", (HttpContext http) => OAuthForms.ErrorAsync(http, "unsupported_response_type", "This server has no authorization code grant; use the token endpoint."));
        routes.MapGet("/.well-known/oauth-authorization-server", (PublicAddress address, ReleaseRegistry releases) => Results.Json(Server(address, releases)));
        routes.MapGet("/.well-known/oauth-protected-resource", (PublicAddress address, ReleaseRegistry releases) => Results.Json(Resource(address, releases, "")));
        routes.MapGet("/.well-known/oauth-protected-resource/mcp", (PublicAddress address, ReleaseRegistry releases) => Results.Json(Resource(address, releases, "/mcp")));
    }

    private static async Task TokenAsync(HttpContext http, AgentTokens tokens, Delegations delegations, DeviceSignIn devices, TimeProvider time, PublicAddress address)
    {
        if (await OAuthForms.ReadAsync(http) is not { } form) return;
        if (form["grant_type"] == DeviceGrant)
        {
            await PollAsync(http, form, devices, time);
            return;
        }

        var exchange = form["grant_type"] == ExchangeGrant;
        if (!exchange && form["grant_type"] != "client_credentials") await OAuthForms.ErrorAsync(http, "unsupported_grant_type", "grant_type must be client_credentials, token-exchange or device_code.");
        else if (form["client_assertion_type"] != AssertionType) await OAuthForms.ErrorAsync(http, "invalid_client", $"client_assertion_type must be {AssertionType}.");
        else if (form["resource"] is [{ } resource] && resource != address.Url && resource != address.Url + "/mcp")
            await OAuthForms.ErrorAsync(http, "invalid_target", $"resource must be {address.Url}.");
        else if (exchange && (form["subject_token_type"] != AccessTokenType || form["subject_token"].Count == 0))
            await OAuthForms.ErrorAsync(http, "invalid_request", $"subject_token must be a delegation and subject_token_type {AccessTokenType}.");
        else if (exchange && (form.ContainsKey("actor_token") || form["requested_token_type"] is [{ } type] && type != AccessTokenType))
            await OAuthForms.ErrorAsync(http, "invalid_request", "The actor is the client that authenticates, so there is no actor_token, and what is issued is an access token.");
        else
        {
            var scope = form["scope"] is [{ } text] ? text : null;
            string[] audiences = [address.Url, address.Url + "/oauth/token"];
            var assertion = form["client_assertion"].ToString();
            var (token, error) = exchange
                ? await tokens.ExchangeAsync(assertion, await delegations.FindAsync(form["subject_token"].ToString(), http.RequestAborted), scope, audiences, address.Url, http.RequestAborted)
                : await tokens.IssueAsync(assertion, scope, audiences, address.Url, http.RequestAborted);
            if (error is not null) await OAuthForms.ErrorAsync(http, error.Error, error.Description);
            else await Answers.WriteAsync(http, 200, exchange ? token! with { IssuedTokenType = AccessTokenType } : token!);
        }
    }

    /// <summary>RFC 8628, sections 3.4 and 3.5.</summary>
    private static async Task PollAsync(HttpContext http, IFormCollection form, DeviceSignIn devices, TimeProvider time)
    {
        if (form["device_code"] is not [{ Length: > 0 and <= 200 } code])
        {
            await OAuthForms.ErrorAsync(http, "invalid_request", "device_code is missing.");
            return;
        }

        var (poll, session) = await devices.PollAsync(code, http.RequestAborted);
        switch (poll)
        {
            case DevicePoll.Unknown: await OAuthForms.ErrorAsync(http, "invalid_grant", "There is no such device code, or it was used."); break;
            case DevicePoll.Expired: await OAuthForms.ErrorAsync(http, "expired_token", "Nobody answered in time; begin again."); break;
            case DevicePoll.TooSoon: await OAuthForms.ErrorAsync(http, "slow_down", $"Wait {DeviceSignIn.Interval.TotalSeconds} seconds between polls."); break;
            case DevicePoll.Pending: await OAuthForms.ErrorAsync(http, "authorization_pending", "Nobody has answered yet."); break;
            case DevicePoll.Denied: await OAuthForms.ErrorAsync(http, "access_denied", "The person refused."); break;
            case DevicePoll.Approved: await Answers.WriteAsync(http, 200, new TokenView(session!.Token, "Bearer", (int)(session.ExpiresAt - time.Now()).TotalSeconds, "people")); break;
        }
    }

    /// <summary>RFC 8628, section 3.1. Any program may ask; a person who is signed in decides.</summary>
    private static async Task DeviceAsync(HttpContext http, DeviceSignIn devices, SignInThrottle throttle, PublicAddress address)
    {
        if (await OAuthForms.ReadAsync(http) is not { } form) return;
        if (form["client_id"] is not [{ Length: > 0 and <= 64 } client] || client.Any(c => c is < ' ' or > '~'))
            await OAuthForms.ErrorAsync(http, "invalid_request", "client_id says what the program is, in at most 64 printable ASCII characters.");
        else if (throttle.Wait(http) is not null || await devices.StartAsync(client, SignInThrottle.Address(http), http.RequestAborted) is not { } codes)
            await OAuthForms.ErrorAsync(http, "temporarily_unavailable", "Too many programs ask to be signed in; wait a minute.", 429);
        else
        {
            var page = address.Url + "/device";
            await Answers.WriteAsync(http, 200, new DeviceAuthorizationView(
                codes.DeviceCode, codes.UserCode, page, page + "?user_code=" + codes.UserCode, (int)DeviceSignIn.Life.TotalSeconds, (int)DeviceSignIn.Interval.TotalSeconds));
        }
    }

    private static object Server(PublicAddress address, ReleaseRegistry releases) => new
    {
        issuer = address.Url,
        // No grant here uses it, and it refuses every request; but clients in the field reject metadata without it.
        authorization_endpoint = address.Url + "/oauth/authorize",
        token_endpoint = address.Url + "/oauth/token",
        device_authorization_endpoint = address.Url + "/oauth/device_authorization",
        grant_types_supported = new[] { "client_credentials", ExchangeGrant, DeviceGrant },
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
