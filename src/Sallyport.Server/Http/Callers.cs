using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Identity;

namespace Sallyport.Server.Http;

/// <summary>Finds out who is calling: an agent by access token, or a person by session. Each endpoint says which of them it is for.</summary>
internal sealed class Callers(AgentTokens tokens, PeopleSessions people, IAuditStore audit, PublicAddress address)
{
    /// <summary>The calling agent; otherwise answers and returns null.</summary>
    internal async Task<Proposer?> AgentAsync(HttpContext http)
    {
        var token = Bearer(http);
        if (token is null) return await RefuseAsync<Proposer>(http, ErrorCatalogue.Unauthenticated, "The call has no bearer token.");
        if (token.StartsWith("sps_", StringComparison.Ordinal)) return await RefuseAsync<Proposer>(http, ErrorCatalogue.AgentsOnly, "This is a person's session.");
        var check = await tokens.CheckAsync(token, address.Url, http.RequestAborted);
        return check.Proposer ?? await RefuseAsync<Proposer>(http, check.Error!, "The access token is not accepted.");
    }

    /// <summary>Whether the agent's token of a request that goes on for long still holds: a halt revokes it meanwhile.</summary>
    internal async Task<bool> StillHoldsAsync(HttpContext http, CancellationToken cancellation) =>
        Bearer(http) is { } token && (await tokens.CheckAsync(token, address.Url, cancellation)).Proposer is not null;

    /// <summary>The calling person; a machine's token here is refused and leaves an alarm in the audit log.</summary>
    internal async Task<HumanPrincipal?> PersonAsync(HttpContext http, string? role = null)
    {
        var token = Credential(http);
        if (token is null) return await RefuseAsync<HumanPrincipal>(http, ErrorCatalogue.Unauthenticated, "Sign in first.");
        if (token.StartsWith("spa_", StringComparison.Ordinal)) return await AlarmAsync(http, token);
        var person = await people.FindPersonAsync(token, http.RequestAborted);
        if (person is null) return await RefuseAsync<HumanPrincipal>(http, ErrorCatalogue.Unauthenticated, "The session is over; sign in again.");
        return role is null || person.Has(role) ? person : await RefuseAsync<HumanPrincipal>(http, ErrorCatalogue.RoleRequired, $"This needs the role {role}.");
    }

    /// <summary>The calling person, who needs one of several roles.</summary>
    internal async Task<HumanPrincipal?> PersonAsync(HttpContext http, string role, string orRole)
    {
        if (await PersonAsync(http) is not { } person) return null;
        return person.Has(role) || person.Has(orRole) ? person : await RefuseAsync<HumanPrincipal>(http, ErrorCatalogue.RoleRequired, $"This needs the role {role} or {orRole}.");
    }

    /// <summary>Either kind of caller, for reading one's own things.</summary>
    internal async Task<(Proposer? Agent, HumanPrincipal? Person)> EitherAsync(HttpContext http) =>
        Credential(http)?.StartsWith("sps_", StringComparison.Ordinal) == true
            ? (null, await PersonAsync(http)) : (await AgentAsync(http), null);

    /// <summary>The bearer token of a program, or the session cookie of a browser.</summary>
    internal static string? Credential(HttpContext http) => Bearer(http) ?? SessionCookie.Read(http);

    internal static string? Bearer(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
    }

    private async Task<HumanPrincipal?> AlarmAsync(HttpContext http, string token)
    {
        var check = await tokens.CheckAsync(token, address.Url, http.RequestAborted);
        var actor = check.Proposer?.Actor ?? "unknown";
        var leaf = new AuditDraft("alarm.machine_on_people_endpoint", actor, TraceId: Trace.Of(http))
        {
            Fields = new JsonObject { ["method"] = http.Request.Method, ["route"] = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText },
            Correlations = check.Proposer is { } agent ? [agent.Id, Trace.Of(http)] : [Trace.Of(http)],
        };
        await audit.AppendAsync("default", leaf, http.RequestAborted);
        return await RefuseAsync<HumanPrincipal>(http, ErrorCatalogue.PeopleOnly, "An agent's token was used where only a person may act. This was recorded.");
    }

    private static async Task<T?> RefuseAsync<T>(HttpContext http, ErrorCode code, string detail) where T : class
    {
        await Answers.ProblemAsync(http, code, detail);
        return null;
    }
}
