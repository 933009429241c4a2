using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Server.Http;
using Sallyport.Workflows;

namespace Sallyport.Server.Identity;

/// <summary>Agents and their keys; people with the administrator role. Only public keys ever arrive here.</summary>
internal static class AgentEndpoints
{
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(7);

    internal static void MapAgents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/agents", ListAsync);
        routes.MapPost("/v1/agents", CreateAsync);
        routes.MapPost("/v1/agents/{id}/keys", RotateAsync);
        routes.MapDelete("/v1/agents/{id}", RevokeAsync);
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IIdentityStore store)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var agents = await store.AgentsAsync(person.Tenant, http.RequestAborted);
        await Answers.WriteAsync(http, 200, new { agents = agents.Select(View) });
    }

    private static async Task CreateAsync(HttpContext http, Callers callers, AgentRegistry registry, IIdentityStore store, ReleaseRegistry releases)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is not { } person) return;
        if (await RequestReader.ReadAsync<AgentCall>(http) is not { } call) return;
        var key = Jwk.Parse(call.PublicKey, out var fault);
        if (key is null) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, fault);
        else if (call.Name.Length is < 2 or > 64) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "A name has 2 to 64 characters.");
        else if (releases.ActiveOf(call.Workflow) is not { } release) await Answers.ProblemAsync(http, ErrorCatalogue.UnknownWorkflow, $"There is no active release of \"{call.Workflow}\".");
        else if (call.Scopes.Count == 0 || call.Scopes.FirstOrDefault(scope => !Known(release, scope)) is not null)
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, $"Scopes are one or more of {string.Join(", ", release.Tools.Values.Select(t => t.Scope).Distinct().Order(StringComparer.Ordinal))}, narrowed as scope:key=value.");
        else if (await store.FindPersonAsync(person.Tenant, call.Owner, http.RequestAborted) is null)
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, $"The owner \"{call.Owner}\" is no person of this server.");
        else if (await registry.CreateAsync(person, call, key, http.RequestAborted) is not { } agent) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "The name is taken.");
        else await Answers.WriteAsync(http, 201, View(agent));
    }

    private static async Task RotateAsync(HttpContext http, string id, Callers callers, AgentRegistry registry, IIdentityStore store)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is not { } person) return;
        if (await RequestReader.ReadAsync<KeyCall>(http) is not { } call) return;
        var agent = await store.FindAgentAsync(id, http.RequestAborted);
        var key = Jwk.Parse(call.PublicKey, out var fault);
        if (agent is null || agent.Tenant != person.Tenant) await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no agent of this id.");
        else if (key is null) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, fault);
        else if (agent.Keys.Any(known => known.Kid == key.Thumbprint)) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "The agent has this key already; rotation needs a new one.");
        else if (call.OverlapSeconds < 0 || call.OverlapSeconds > LongestOverlap.TotalSeconds) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "The overlap lies between 0 and 7 days.");
        else
        {
            await registry.RotateAsync(person, agent, key, TimeSpan.FromSeconds(call.OverlapSeconds), http.RequestAborted);
            await Answers.WriteAsync(http, 200, View((await store.FindAgentAsync(id, http.RequestAborted))!));
        }
    }

    private static async Task RevokeAsync(HttpContext http, string id, string? reason, Callers callers, AgentRegistry registry, IIdentityStore store)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator) is not { } person) return;
        var agent = await store.FindAgentAsync(id, http.RequestAborted);
        if (agent is null || agent.Tenant != person.Tenant || !await registry.RevokeAsync(person, agent, reason ?? "", http.RequestAborted))
            await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no agent of this id that could be revoked.");
        else await Answers.WriteAsync(http, 200, View((await store.FindAgentAsync(id, http.RequestAborted))!));
    }

    private static bool Known(Release release, string scope) =>
        release.Tools.Values.Any(tool => scope == tool.Scope || (scope.StartsWith(tool.Scope + ":", StringComparison.Ordinal) && scope[(tool.Scope.Length + 1)..].Split('=') is [{ Length: > 0 }, { Length: > 0 }]));

    internal static AgentView View(AgentIdentity agent) => new(agent.Id, agent.Name, agent.Owner, agent.Workflow, agent.Scopes, WireName.Of(agent.Status), agent.Generation,
        [.. agent.Keys.Select(key => new AgentKeyView(key.Kid, key.CreatedAt, key.ExpiresAt))], agent.CreatedAt);
}
