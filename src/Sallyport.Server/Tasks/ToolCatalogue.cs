using System.Text.Json;
using Sallyport.Authorization;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Server.Tasks;

/// <summary>A tool as an agent sees it.</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">One line.</param>
/// <param name="Description">What it does.</param>
/// <param name="Risk">Risk class.</param>
/// <param name="Scope">Scope that it needs.</param>
/// <param name="ReadOnly">Whether it only reads.</param>
/// <param name="Reversible">Whether it can be rolled back.</param>
/// <param name="InputSchema">JSON Schema of its arguments.</param>
internal sealed record ToolView(string Name, string Title, string Description, string Risk, string Scope, bool ReadOnly, bool Reversible, JsonElement InputSchema);

/// <summary>The tools that a token may call; others are not listed.</summary>
internal static class ToolCatalogue
{
    internal static IReadOnlyList<ToolView> For(Proposer agent, ReleaseRegistry releases) =>
        [.. Contracts(agent, releases).Select(tool => new ToolView(
            tool.Name, tool.Title, tool.Description, WireName.Of(tool.Risk), tool.Scope, tool.ReadOnly, tool.Reversible is not null, tool.InputSchema))];

    internal static IEnumerable<ToolContract> Contracts(Proposer agent, ReleaseRegistry releases) =>
        (releases.ActiveOf(agent.Workflow)?.Tools.Values ?? []).Where(tool => ScopeGate.CoversTool(agent.Scopes, tool.Scope)).OrderBy(tool => tool.Name, StringComparer.Ordinal);
}
