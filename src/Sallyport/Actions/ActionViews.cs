using System.Text.Json;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Protocol;

namespace Sallyport.Actions;

/// <summary>How an action looks from outside. A pure function of the record, so that a replay repeats the first answer to the byte.</summary>
public static class ActionViews
{
    /// <summary>The answer to a proposal: the action, or a problem when it ended without its effect or is in doubt.</summary>
    internal static ActionOutcome Outcome(ActionRecord action, bool replayed) =>
        Error(action) is { } problem ? new ActionOutcome(problem.Status, problem, replayed)
            : new ActionOutcome(action.State is ActionState.Succeeded or ActionState.Drafted ? 200 : 202, View(action), replayed);

    /// <summary>The action as its proposer sees it.</summary>
    public static ActionView View(ActionRecord action) => new(
        action.Id, WireName.Of(action.State), action.Tool, action.TaskId, WireName.Of(action.Decision), action.Rule, DryRun: false,
        Json(action.Diff), Wait(action), Json(action.Result), Error(action), action.Compensates, action.CreatedAt, action.UpdatedAt, action.OnBehalfOf);

    /// <summary>Why the action ended without its effect, or what is in doubt; null while it goes well.</summary>
    public static Problem? Error(ActionRecord action)
    {
        var (fallback, effect) = action.State switch
        {
            ActionState.Pending or ActionState.Approved or ActionState.Dispatching or ActionState.Succeeded or ActionState.Drafted => (null, EffectCertainty.None),
            ActionState.Unknown => (ErrorCatalogue.EffectUnknown, EffectCertainty.Unknown),
            ActionState.Failed => (ErrorCatalogue.EffectRefused, EffectCertainty.None),
            ActionState.Denied => (ErrorCatalogue.DeniedByPolicy, EffectCertainty.None),
            ActionState.Expired => (ErrorCatalogue.ApprovalExpired, EffectCertainty.None),
            ActionState.Cancelled => (ErrorCatalogue.Cancelled, EffectCertainty.None),
            ActionState.Escalated => (ErrorCatalogue.Escalated, EffectCertainty.None),
        };
        if (fallback is null) return null;
        var known = action.ErrorCode is { } code && ErrorCatalogue.All.TryGetValue(code, out var entry) ? entry : null;
        // An action that has ended stays ended: what is retriable for a fresh call is not retriable under this action's key.
        var shown = (known ?? fallback) with { Retriable = action.State == ActionState.Unknown };
        return new Refusal(shown, action.ErrorDetail ?? fallback.Title, RetryAfter: TimeSpan.FromSeconds(2), ToolCode: known is null ? action.ErrorCode : null)
            .ToProblem(action.Id, action.TraceId, effect);
    }

    private static ApprovalWait? Wait(ActionRecord action) => action is { State: ActionState.Pending, ApprovalId: { } id }
        ? new ApprovalWait(id, action.Requirements.Max(requirement => requirement.Count),
            [.. action.Requirements.SelectMany(requirement => requirement.AnyOf).Distinct(StringComparer.Ordinal)], action.ExpiresAt)
        : null;

    private static JsonElement? Json(string? text) => text is null ? null : CanonicalJson.Parse(text);
}
