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
using Sallyport.Workflows;

namespace Sallyport.Server.Tasks;

/// <summary>Opens tasks for every door: the server mints their ids, and the manifest says which fields each source must bring.</summary>
internal sealed class TaskOpening(IActionStore store, ReleaseRegistry releases, IdSource ids, TimeProvider time)
{
    /// <summary>Opens a task, or says why not.</summary>
    internal async Task<(TaskView? Task, Refusal? Refusal)> OpenAsync(Proposer agent, TaskCall call, string traceId, CancellationToken cancellation)
    {
        if (call.Workflow != agent.Workflow || releases.ActiveOf(call.Workflow) is not { } release)
            return (null, new Refusal(ErrorCatalogue.UnknownWorkflow, "The agent works for another workflow, or it has no active release."));
        if (release.Manifest.IdentityFault(agent) is { } mismatch) return (null, new Refusal(ErrorCatalogue.IdentityMismatch, mismatch));
        var source = release.Manifest.Inputs.FirstOrDefault(input => input.Source == call.Source);
        if (source is null)
            return (null, new Refusal(ErrorCatalogue.InvalidTaskInput, $"The sources are {string.Join(", ", release.Manifest.Inputs.Select(input => input.Source))}."));
        var (input, faults) = Check(source, call.Input);
        if (input is null) return (null, new Refusal(ErrorCatalogue.InvalidTaskInput, $"The input does not fit the source \"{source.Source}\".", faults));

        var now = time.Now();
        var task = new AgentTask(ids.Next("tsk"), agent.Tenant, agent.Id, call.Workflow, release.Hash, call.Source, input, 0, false, now);
        var leaf = new AuditDraft("task.opened", agent.Actor, TaskId: task.Id, TraceId: traceId)
        {
            Fields = new JsonObject { ["workflow"] = task.Workflow, ["source"] = task.Source, ["release"] = release.Hash },
            Payload = new JsonObject { ["input"] = TransitionLeaf.Node(Redactor.Redact(call.Input, source.SchemaSource)) },
        };
        if (agent.OnBehalfOf is { } person) leaf.Fields["on_behalf_of"] = person.UserId;
        await store.OpenTaskAsync(task, leaf, cancellation);
        return (new TaskView(task.Id, task.Workflow, task.Release, 0, release.Manifest.Limits.InvocationsPerTask, now), null);
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
}
