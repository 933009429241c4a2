using System.Text;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Cli.Docs;

/// <summary>The one-page permission matrix (requirement B2.D): tool, scopes, risk, who approves.</summary>
internal static class PermissionMatrix
{
    internal static string Write(Release release)
    {
        var manifest = release.Manifest;
        var text = new StringBuilder().AppendLine($"# Permission matrix: {manifest.Title}").AppendLine()
            .AppendLine($"Workflow `{manifest.Name}` {manifest.Version}, phase `{WireName.Of(manifest.Phase)}`, identity `{WireName.Of(manifest.Identity)}`. Release `{release.Hash}`.").AppendLine()
            .AppendLine($"> {manifest.Guarantee.Says.Trim()}").AppendLine()
            .AppendLine("| tool | access | scope | narrowed by | risk | decided by | undone by |").AppendLine("|---|---|---|---|---|---|---|");
        foreach (var tool in release.Tools.Values.OrderBy(tool => tool.ReadOnly ? 0 : 1).ThenBy(tool => tool.Name, StringComparer.Ordinal))
        {
            text.AppendLine($"| `{tool.Name}` | {(tool.ReadOnly ? "read" : "write")} | `{tool.Scope}` | {(tool.Resource is null ? "-" : string.Join(", ", tool.Resource.Programs.Select(program => $"`{program.Source}`")))} | "
                + $"{WireName.Of(tool.Risk)} | {Decisions(release, tool)} | {Undo(tool)} |");
        }

        text.AppendLine().AppendLine("Everything that is not listed is refused. No rule matching, or any rule that cannot be evaluated, means denied.").AppendLine()
            .AppendLine("| limit | value |").AppendLine("|---|---|")
            .AppendLine($"| calls per minute, per agent and tool | {manifest.Limits.RequestsPerMinute} |")
            .AppendLine($"| tool calls per task | {manifest.Limits.InvocationsPerTask} |")
            .AppendLine($"| equal calls per task | {manifest.Limits.IdenticalCallsPerTask} |")
            .AppendLine($"| amount per task, minor units | {Amounts(manifest.Limits.AmountPerTask)} |")
            .AppendLine($"| amount per agent and day, minor units | {Amounts(manifest.Limits.AmountPerDay)} |");
        return text.ToString();
    }

    private static string Decisions(Release release, ToolContract tool)
    {
        if (tool.ReadOnly) return "scope only";
        return string.Join("<br>", release.Policies[tool.Name].Rules.OrderBy(rule => rule.Outcome).Select(rule => rule switch
        {
            { Outcome: PolicyOutcome.Approve, Requirement: { } need } => $"{rule.Id}: {need.Count} of {string.Join(" / ", need.Candidates)}{(need.Exclude.Count > 0 ? $", not {string.Join(", ", need.Exclude)}" : "")}{StepUpOf(need)}",
            { Outcome: PolicyOutcome.Escalate } => $"{rule.Id}: escalated to {rule.EscalateTo}",
            _ => $"{rule.Id}: {WireName.Of(rule.Outcome)}",
        })).Replace("<br>", "; ", StringComparison.Ordinal);
    }

    private static string Undo(ToolContract tool) => tool.ReadOnly ? "-" : tool.Reversible is { } reversible ? $"`{reversible.By}` within {reversible.Within.TotalHours:0.#} h" : "irreversible: never automatic";

    private static string Amounts(IReadOnlyDictionary<string, long> amounts) => string.Join(", ", amounts.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Value:N0} {entry.Key}"));

    private static string StepUpOf(ApprovalRequirement need) => need.StepUp switch
    {
        StepUp.None => "",
        StepUp.Fresh => ", after a fresh sign-in",
        StepUp.Passkey => ", signed with a passkey",
    };
}
