using Sallyport.Contracts.Money;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;
using Sallyport.Tools;

namespace Sallyport.Workflows.Documents;

/// <summary>The permission matrix of a release (requirement B2.D): tool, scopes, risk, who decides. What is not enforced is not in it.</summary>
public static class PermissionMatrix
{
    /// <summary>Makes the matrix.</summary>
    public static PermissionMatrixView Of(Release release)
    {
        var manifest = release.Manifest;
        var limits = manifest.Limits;
        return new PermissionMatrixView(
            manifest.Name, manifest.Version, manifest.Title, WireName.Of(manifest.Phase), WireName.Of(manifest.Identity), release.Hash, manifest.Guarantee.Says.Trim(),
            [.. release.Tools.Values.OrderBy(tool => tool.ReadOnly ? 0 : 1).ThenBy(tool => tool.Name, StringComparer.Ordinal).Select(tool => Row(release, tool))],
            [
                new LimitRow("calls per minute, per agent and tool", $"{limits.RequestsPerMinute}"),
                new LimitRow("tool calls per task", $"{limits.InvocationsPerTask}"),
                new LimitRow("equal calls per task", $"{limits.IdenticalCallsPerTask}"),
                new LimitRow("amount per task", Amounts(limits.AmountPerTask)),
                new LimitRow("amount per agent and day", Amounts(limits.AmountPerDay)),
            ]);
    }

    private static PermissionRow Row(Release release, ToolContract tool) => new(
        tool.Name, tool.Title, tool.ReadOnly ? "read" : "write", tool.Scope, [.. (tool.Resource?.Programs ?? []).Select(program => program.Source)], WireName.Of(tool.Risk),
        tool.ReadOnly ? [new PermissionDecision(null, "scope", "scope only")] : [.. release.Policies[tool.Name].Rules.OrderBy(rule => rule.Outcome).Select(Decision)],
        tool.ReadOnly ? "-" : tool.Reversible is { } reversible ? $"{reversible.By} within {reversible.Within.TotalHours:0.#} h" : "irreversible: never automatic");

    private static PermissionDecision Decision(PolicyRule rule) => new(rule.Id, WireName.Of(rule.Outcome), rule switch
    {
        { Outcome: PolicyOutcome.Approve, Requirement: { } need } => $"{need.Count} of {string.Join(" / ", need.Candidates)}{(need.Exclude.Count > 0 ? $", not {string.Join(", ", need.Exclude)}" : "")}{StepUpOf(need)}",
        { Outcome: PolicyOutcome.Escalate } => $"escalated to {rule.EscalateTo}",
        _ => WireName.Of(rule.Outcome),
    });

    private static string StepUpOf(ApprovalRequirement need) => need.StepUp switch
    {
        StepUp.None => "",
        StepUp.Fresh => ", after a fresh sign-in",
        StepUp.Passkey => ", signed with a passkey",
    };

    private static string Amounts(IReadOnlyDictionary<string, long> amounts) =>
        string.Join(", ", amounts.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => Iso4217.Format(entry.Value, entry.Key) ?? $"{entry.Value} {entry.Key}"));
}
