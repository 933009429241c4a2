using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Protocol;

namespace Sallyport.Actions;

/// <summary>What the log says about an action: its last entry, and the one that holds the decision.</summary>
/// <param name="Last">Fields of the last entry of a transition.</param>
/// <param name="Decision">Fields of the entry that decided.</param>
/// <param name="DecidedAt">When that was.</param>
internal sealed record RecordedLeaves(JsonElement? Last, JsonElement? Decision, DateTimeOffset? DecidedAt)
{
    /// <summary>The digest of the facts that were decided on.</summary>
    internal string? DecisionFactsHash => Text(Decision, "facts_hash");

    internal static RecordedLeaves Of(IReadOnlyList<StoredEntry> entries)
    {
        var transitions = entries.Select(entry => (entry.Kind, entry.At, Leaf: CanonicalJson.Parse(entry.Leaf))).Where(entry => entry.Leaf.TryGetProperty("facts_hash", out _)).ToList();
        var decision = transitions.LastOrDefault(entry => entry.Kind is "action.accepted" or "approval.voided");
        return new RecordedLeaves(transitions.Count == 0 ? null : transitions[^1].Leaf, decision.Kind is null ? null : decision.Leaf, decision.Kind is null ? null : decision.At);
    }

    /// <summary>Where the action as it is stored differs from what the log says.</summary>
    internal IEnumerable<string> Against(ActionRecord action)
    {
        if (Last is null || Decision is null)
        {
            yield return "The log holds no entry of the decision, or more entries than an explanation reads.";
            yield break;
        }

        (string Field, string Stored, JsonElement? Entry)[] fields =
        [
            ("facts_hash", action.FactsHash, Last), ("param_hash", action.ParamHash, Last), ("contract_hash", action.ContractHash, Last), ("policy_hash", action.PolicyHash, Last),
            ("release", action.Release, Last), ("state", WireName.Of(action.State), Last), ("decision", WireName.Of(action.Decision), Decision), ("rule", action.Rule, Decision),
        ];
        foreach (var (field, stored, entry) in fields)
            if (Text(entry, field) != stored) yield return $"The log says {field} {Text(entry, field)}, but the action has {stored}: the action was changed outside the log.";
    }

    private static string? Text(JsonElement? entry, string field) => entry is { } leaf && leaf.TryGetProperty(field, out var value) ? value.GetString() : null;
}
