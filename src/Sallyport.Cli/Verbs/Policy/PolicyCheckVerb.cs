using System.CommandLine;
using System.Globalization;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary><c>sallyport policy check</c>: whether every condition is well-formed, typed and bounded, and what it costs and reads.</summary>
internal static class PolicyCheckVerb
{
    internal static Command Create()
    {
        var bundle = BundleArgument.Create();
        var command = new Command("check", "Check a policy: syntax, types against the contracts' schemas, names with suggestions, and a bound of the steps that each condition can take.\n\nExit codes: 0 no faults, 1 faults.\n\nExample: sallyport policy check workflows/refund")
        { bundle, Connection.AsJson };
        command.SetAction((parsed, _) => Connection.GuardAsync(() =>
        {
            var json = parsed.GetValue(Connection.AsJson);
            if (BundleArgument.Compile(parsed.GetValue(bundle)!, json) is not { } release) return Task.FromResult(ExitCodes.Refused);
            var rows = release.Policies.OrderBy(policy => policy.Key, StringComparer.Ordinal).SelectMany(policy => Conditions(policy.Key, policy.Value)).ToList();
            if (json) Output.Json(new { ok = true, release = release.Hash, conditions = rows });
            else
            {
                Output.Table(["condition", "tool", "kind", "steps at most", "reads"], rows.Select(row => (IReadOnlyList<string>)
                    [row.Id, row.Tool, row.Kind, row.CostBound.ToString(CultureInfo.InvariantCulture), string.Join(", ", row.Reads)]));
                Output.Coloured("green", $"{rows.Count} conditions, no faults.");
            }

            return Task.FromResult(ExitCodes.Ok);
        }));
        return command;
    }

    private sealed record Row(string Id, string Tool, string Kind, long CostBound, IReadOnlyList<string> Reads);

    private static IEnumerable<Row> Conditions(string tool, ToolPolicy policy) =>
        policy.Rules.Select(rule => (rule.Id, Kind: WireName.Of(rule.Outcome), Condition: rule.When))
            .Concat(policy.Invariants.Select(invariant => (invariant.Id, Kind: invariant.Never ? "never" : "always", invariant.Condition)))
            .Select(one => new Row(one.Id, tool, one.Kind, one.Condition.CostBound, [.. one.Condition.References.Select(path => path.ToString())]));
}
