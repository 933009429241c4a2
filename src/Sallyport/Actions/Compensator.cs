using System.Text.Json;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>
/// T10: a rollback is a new action of the compensating tool with its own decision, approval and claim. At most one is live per action.
/// The kill switch never starts one: it would be a new effect.
/// </summary>
public sealed class Compensator(IActionStore store, ReleaseRegistry releases, ActionPipeline pipeline, TimeProvider time)
{
    /// <summary>Proposes the compensation of an action.</summary>
    /// <param name="original">The action to roll back.</param>
    /// <param name="by">Who asks; needs the compensating tool's scope like everybody.</param>
    /// <param name="dryRun">Whether to only show the diff and the decision.</param>
    /// <param name="reason">Their words.</param>
    /// <param name="traceId">W3C trace id.</param>
    /// <param name="cancellation">Ends waiting, not an effect under way.</param>
    public async Task<ActionOutcome> CompensateAsync(
        ActionRecord original, Proposer by, bool dryRun, string? reason, string? traceId, CancellationToken cancellation)
    {
        // How an action is undone was promised by the contract that it ran under; whether the tool for it still exists is for the spine to say.
        if (await releases.FindAsync(original.Release, cancellation) is not { } release || release.Tools[original.Tool].Reversible is not { } reversible)
            return Refuse(original, traceId, $"\"{original.Tool}\" is irreversible.");
        if (original.State != ActionState.Succeeded) return Refuse(original, traceId, $"The action is {WireName.Of(original.State)}; only one that succeeded can be rolled back.");
        if (original.UpdatedAt + reversible.Within < time.Now()) return Refuse(original, traceId, $"Its window of {reversible.Within:c} is over.");
        var task = await store.FindTaskAsync(original.Tenant, original.TaskId, cancellation)
            ?? throw new StoreUnavailableException($"The task of action {original.Id} is missing from the store.");
        var input = CallInput.Create(CanonicalJson.Parse(original.Arguments), original.ProposerId, original.ProposerName, original.Owner, task) with
        {
            Action = JsonSerializer.SerializeToElement(new { id = original.Id, attempt = original.Attempt }),
            Result = CanonicalJson.Parse(original.Result ?? "{}"),
        };
        if (!reversible.Arguments.TryRender(input, out var arguments, out var error)) return Refuse(original, traceId, "Its arguments cannot be made: " + error);
        var call = new ActionCall(arguments, original.TaskId, dryRun, dryRun ? null : "compensate-" + original.Id, null, reason);
        return await pipeline.ProposeAsync(new Proposal(by, reversible.By, call, traceId, "compensation", TimeSpan.FromSeconds(10), original.Id), cancellation);
    }

    private static ActionOutcome Refuse(ActionRecord original, string? traceId, string detail)
    {
        var problem = new Refusal(ErrorCatalogue.NotCompensable, detail, ActionId: original.Id).ToProblem(original.Id, traceId);
        return new ActionOutcome(problem.Status, problem);
    }
}
