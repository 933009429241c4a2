using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Server.Approvals;

/// <summary>A pending action as an approver sees it: exactly what would be executed, and why they are asked.</summary>
internal static class ApprovalViews
{
    internal static async Task<ApprovalView> MakeAsync(ActionRecord action, IActionStore store, ReleaseRegistry releases, CancellationToken cancellation)
    {
        var release = await releases.FindAsync(action.Release, cancellation);
        var contract = release?.Tools.GetValueOrDefault(action.Tool);
        var decisions = await store.DecisionsAsync(action.Tenant, action.Id, cancellation);
        return new ApprovalView(
            action.ApprovalId ?? "", action.Id, action.Tool, contract?.Title ?? action.Tool, contract is null ? "unknown" : WireName.Of(contract.Risk), Reversible(contract),
            action.ProposerName, action.TaskId, CanonicalJson.Parse(action.Arguments), CanonicalJson.Parse(action.Facts),
            action.Diff is { } diff ? CanonicalJson.Parse(diff) : null,
            [.. action.Requirements.Select(PolicyExplainer.View)],
            [.. decisions.Select(answer => new DecisionView(answer.Username, answer.Approve ? "approve" : "deny", answer.Reason, answer.At, answer.Round, WireName.Of(answer.StepUp)))],
            action.AgentReason, action.StatementDigest, action.Round, WireName.Of(action.State), action.CreatedAt, action.ExpiresAt);
    }

    private static string Reversible(ToolContract? contract) => contract?.Reversible is { } reversible
        ? $"Can be rolled back with {reversible.By} for {(reversible.Within.TotalHours >= 1 ? $"{reversible.Within.TotalHours:0.#} hours" : $"{reversible.Within.TotalMinutes:0.#} minutes")}."
        : "Cannot be undone.";
}
