using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Actions;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.DataGovernance;
using Sallyport.Identity;
using Sallyport.Limits;
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

    private static async Task OpenAsync(HttpContext http, Callers callers, IActionStore store, ReleaseRegistry releases, IdSource ids, TimeProvider time)
    {
        if (await callers.AgentAsync(http) is not { } agent) return;
        if (await RequestReader.ReadAsync<TaskCall>(http) is not { } call) return;
        if (call.Workflow != agent.Workflow || releases.ActiveOf(call.Workflow) is not { } release)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.UnknownWorkflow, "The agent works for another workflow, or it has no active release.");
            return;
        }

        var source = release.Manifest.Inputs.FirstOrDefault(input => input.Source == call.Source);
        if (source is null)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidTaskInput, $"The sources are {string.Join(", ", release.Manifest.Inputs.Select(input => input.Source))}.");
            return;
        }

        var (input, faults) = Check(source, call.Input);
        if (input is null)
        {
            var problem = new Refusal(ErrorCatalogue.InvalidTaskInput, $"The input does not fit the source \"{source.Source}\".", faults).ToProblem(null, Trace.Of(http));
            await Answers.WriteAsync(http, problem.Status, problem);
            return;
        }

        var now = time.Now();
        var task = new AgentTask(ids.Next("tsk"), agent.Tenant, agent.Id, call.Workflow, release.Hash, call.Source, input, 0, false, now);
        var leaf = new AuditDraft("task.opened", agent.Actor, TaskId: task.Id, TraceId: Trace.Of(http))
        {
            Fields = new JsonObject { ["workflow"] = task.Workflow, ["source"] = task.Source, ["release"] = release.Hash },
            Payload = new JsonObject { ["input"] = TransitionLeaf.Node(Redactor.Redact(call.Input, source.SchemaSource)) },
        };
        await store.OpenTaskAsync(task, leaf, http.RequestAborted);
        await Answers.WriteAsync(http, 201, new TaskView(task.Id, task.Workflow, task.Release, 0, release.Manifest.Limits.InvocationsPerTask, now));
    }

    /// <summary>The input in its canonical form, or what is wrong with it: a number without one would not be the number that was sent.</summary>
    private static (string? Input, IReadOnlyList<ProblemError> Faults) Check(InputSource source, JsonElement input)
    {
        var result = source.Schema.Validate(input);
        if (!result.IsValid) return (null, [.. result.Errors.Take(20).Select(error => new ProblemError(error.InstancePath, error.Message))]);
        try
        {
            return (CanonicalJson.ToText(input), []);
        }
        catch (FormatException fault)
        {
            return (null, [new ProblemError("", fault.Message)]);
        }
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
