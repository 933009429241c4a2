using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Protocol;
using Sallyport.Server.Http;
using Sallyport.Workflows;

namespace Sallyport.Server.Tasks;

/// <summary>Opens tasks: the server mints their ids, and the manifest says which fields each source must bring.</summary>
internal static class TaskEndpoints
{
    internal static void MapTasks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/tasks", OpenAsync);
        routes.MapGet("/v1/tasks/{id}", ShowAsync);
        routes.MapGet("/v1/tools", ListToolsAsync);
    }

    private static async Task OpenAsync(HttpContext http, Callers callers, TaskOpening opening)
    {
        if (await callers.AgentAsync(http) is not { } agent) return;
        if (await RequestReader.ReadAsync<TaskCall>(http) is not { } call) return;
        var (task, refusal) = await opening.OpenAsync(agent, call, Trace.Of(http), http.RequestAborted);
        if (refusal is null) await Answers.WriteAsync(http, 201, task!);
        else await Answers.WriteAsync(http, refusal.Code.Status, refusal.ToProblem(null, Trace.Of(http)));
    }

    private static async Task ShowAsync(HttpContext http, string id, Callers callers, IActionStore store, ReleaseRegistry releases)
    {
        var (agent, person) = await callers.EitherAsync(http);
        if (agent is null && person is null) return;
        var task = await store.FindTaskAsync(agent?.Tenant ?? person!.Tenant, id, http.RequestAborted);
        if (task is null || (agent is not null && task.AgentId != agent.Id)) await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "You have no task of this id.");
        else await Answers.WriteAsync(http, 200, new TaskView(task.Id, task.Workflow, task.Release, task.Invocations,
            releases.ActiveOf(task.Workflow)?.Manifest.Limits.InvocationsPerTask ?? 0, task.CreatedAt));
    }

    private static async Task ListToolsAsync(HttpContext http, Callers callers, ReleaseRegistry releases)
    {
        if (await callers.AgentAsync(http) is not { } agent) return;
        await Answers.WriteAsync(http, 200, new { tools = ToolCatalogue.For(agent, releases) });
    }
}
