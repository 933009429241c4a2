using System.Text;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Docs;

/// <summary>The one-page permission matrix as Markdown.</summary>
internal static class PermissionMatrixText
{
    internal static string Write(PermissionMatrixView view)
    {
        var text = new StringBuilder().AppendLine($"# Permission matrix: {view.Title}").AppendLine()
            .AppendLine($"Workflow `{view.Workflow}` {view.Version}, phase `{view.Phase}`, identity `{view.Identity}`. Release `{view.Release}`.").AppendLine()
            .AppendLine($"> {view.Guarantee}").AppendLine()
            .AppendLine("| tool | access | scope | narrowed by | risk | decided by | undone by |").AppendLine("|---|---|---|---|---|---|---|");
        foreach (var row in view.Rows)
        {
            text.AppendLine($"| `{row.Tool}` | {row.Access} | `{row.Scope}` | {(row.NarrowedBy.Count == 0 ? "-" : string.Join(", ", row.NarrowedBy.Select(source => $"`{source}`")))} | "
                + $"{row.Risk} | {string.Join("; ", row.DecidedBy.Select(decision => decision.Rule is null ? decision.Says : $"{decision.Rule}: {decision.Says}"))} | {row.Undo} |");
        }

        text.AppendLine().AppendLine("Everything that is not listed is refused. No rule matching, or any rule that cannot be evaluated, means denied.").AppendLine()
            .AppendLine("| limit | value |").AppendLine("|---|---|");
        foreach (var limit in view.Limits) text.AppendLine($"| {limit.Name} | {limit.Value} |");
        return text.ToString();
    }
}
