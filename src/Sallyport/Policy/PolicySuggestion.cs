using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Sallyport.Contracts.Wire;

namespace Sallyport.Policy;

/// <summary>Writes a generated case as a test that can be pasted under <c>tests:</c>. It states what is decided now; whether that is right is for its author to say.</summary>
public static class PolicySuggestion
{
    /// <summary>The test in YAML.</summary>
    public static string Write(BoundaryCase entry)
    {
        var text = new StringBuilder();
        var name = $"{entry.Tool} {(entry.Changes.Count == 0 ? "as given" : "at " + string.Join(", ", entry.Changes))}";
        text.Append($"  - name: {JsonSerializer.Serialize(name, WireJson.Options)}\n    tool: {entry.Tool}\n");
        foreach (var variable in entry.Changes.GroupBy(change => change.Path.Variable))
            text.Append($"    {variable.Key}: {Flow(Patch(variable))}\n");
        var decision = entry.Decision;
        var expect = new JsonObject { ["decision"] = WireName.Of(decision.Outcome), ["rule"] = decision.Rule };
        if (decision.Outcome == PolicyOutcome.Approve) expect["approvals"] = PolicyEngine.ApprovalsNeeded(decision);
        if (decision.EscalateTo is { } to) expect["to"] = to;
        expect["matched"] = new JsonArray([.. decision.Trace.Where(rule => rule.Matched).Select(rule => JsonValue.Create(rule.Rule))]);
        if (decision.Requirements.Count > 0) expect["approvers"] = new JsonArray([.. decision.Requirements.DistinctBy(requirement => ExpectedApprovers.Of(requirement).Key).Select(People)]);
        return text.Append($"    expect: {Flow(expect)}\n").ToString();
    }

    private static JsonObject People(ApprovalRequirement requirement)
    {
        var people = new JsonObject { ["count"] = requirement.Count, ["any_of"] = List(requirement.AnyOf) };
        if (requirement.Exclude.Count > 0) people["exclude"] = List(requirement.Exclude);
        if (requirement.StepUp != StepUp.None) people["step_up"] = WireName.Of(requirement.StepUp);
        if (requirement.Then.Count > 0)
            people["then"] = new JsonArray([.. requirement.Then.Select(tier => new JsonObject { ["after"] = XmlConvert.ToString(tier.After), ["any_of"] = List(tier.AnyOf) })]);
        return people;
    }

    private static JsonArray List(IEnumerable<string> names) => [.. names.Select(name => JsonValue.Create(name))];

    private static JsonObject Patch(IEnumerable<BoundaryChange> changes)
    {
        var patch = new JsonObject();
        foreach (var change in changes)
        {
            var holder = patch;
            foreach (var segment in change.Path.Segments[..^1])
            {
                if (holder[segment.Name!] is not JsonObject) holder[segment.Name!] = new JsonObject();
                holder = (JsonObject)holder[segment.Name!]!;
            }

            holder[change.Path.Segments[^1].Name!] = change.Value is { } value ? JsonSerializer.SerializeToNode(value) : null;
        }

        return patch;
    }

    /// <summary>YAML in one line; only what needs quotes gets them.</summary>
    private static string Flow(JsonNode? node) => node switch
    {
        JsonObject map => $"{{ {string.Join(", ", map.Select(member => $"{Plain(member.Key)}: {Flow(member.Value)}"))} }}",
        JsonArray list => $"[{string.Join(", ", list.Select(Flow))}]",
        JsonValue value when value.TryGetValue<string>(out var text) => Plain(text),
        null => "null",
        _ => node.ToJsonString(),
    };

    private static string Plain(string text)
    {
        var plain = text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off");
        return plain ? text : JsonSerializer.Serialize(text, WireJson.Options);
    }
}
