using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Server.Http;
using Sallyport.Workflows;

namespace Sallyport.Server.Identity;

/// <summary>People let agents act on their behalf, and take that back.</summary>
internal static class DelegationEndpoints
{
    internal static void MapDelegations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/delegations", ListAsync);
        routes.MapPost("/v1/delegations", CreateAsync);
        routes.MapDelete("/v1/delegations/{id}", RevokeAsync);
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IIdentityStore store, TimeProvider time)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var all = await store.DelegationsAsync(person.UserId, time.Now(), http.RequestAborted);
        await Answers.WriteAsync(http, 200, new { delegations = all.Select(delegation => View(delegation)) });
    }

    private static async Task CreateAsync(HttpContext http, Callers callers, Delegations delegations, IIdentityStore store, ReleaseRegistry releases)
    {
        // Who may only look has no rights that an agent could use.
        if (await callers.PersonAsync(http, HumanPrincipal.Approver, HumanPrincipal.Operator) is not { } person) return;
        if (await RequestReader.ReadAsync<DelegationCall>(http) is not { } call) return;
        var agent = await store.FindAgentAsync(call.AgentId, http.RequestAborted);
        if (agent is null || agent.Tenant != person.Tenant || agent.Status == AgentStatus.Revoked) await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no agent of this id.");
        else if (releases.ActiveOf(agent.Workflow)?.Manifest.Identity != IdentityModel.OnBehalfOf)
            await Answers.ProblemAsync(http, ErrorCatalogue.IdentityMismatch, $"Agents of \"{agent.Workflow}\" act under their own identity; there is nothing to delegate.");
        else if (call.Scopes.Count == 0 || call.Scopes.FirstOrDefault(scope => !AgentTokens.Grants(agent.Scopes, scope)) is not null)
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, $"Scopes are one or more of the agent's, or narrower: {string.Join(' ', agent.Scopes)}.");
        else if (call.DurationSeconds < 60 || call.DurationSeconds > Delegations.Longest.TotalSeconds) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "A delegation holds from a minute to a day.");
        else
        {
            var scopes = call.Scopes.Distinct(StringComparer.Ordinal).ToList();
            var (delegation, token) = await delegations.CreateAsync(person, agent, scopes, TimeSpan.FromSeconds(call.DurationSeconds), http.RequestAborted);
            await Answers.WriteAsync(http, 201, View(delegation, token));
        }
    }

    private static async Task RevokeAsync(HttpContext http, string id, Callers callers, Delegations delegations, IIdentityStore store, TimeProvider time)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var found = await store.FindDelegationAsync(id, time.Now(), http.RequestAborted);
        var may = found is not null && found.Tenant == person.Tenant && (found.UserId == person.UserId || person.Has(HumanPrincipal.Operator) || person.Has(HumanPrincipal.Administrator));
        if (!may || !await delegations.RevokeAsync(person, found!, http.RequestAborted)) await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no delegation of this id that you could revoke.");
        else http.Response.StatusCode = 204;
    }

    private static DelegationView View(Delegation delegation, string? token = null) => new(delegation.Id, delegation.AgentId, delegation.Scopes, delegation.CreatedAt, delegation.ExpiresAt, token);
}
