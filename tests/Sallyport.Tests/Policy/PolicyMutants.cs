using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Cel;
using Sallyport.Cel.Syntax;
using Sallyport.Workflows;

namespace Sallyport.Tests.Policy;

/// <summary>A policy with one thing changed.</summary>
internal sealed record PolicyMutant(string Name, BundleFiles Files);

/// <summary>Every single change of the refund policy that a hand could make: rules, bounds, operators, conjuncts, outcomes, people, tools, invariants.</summary>
internal static class PolicyMutants
{
    private static readonly string[] Groups = ["group:support-leads", "group:finance-leads"];
    private static readonly string[] Teams = ["legal", "fraud"];
    private static readonly string[] Outcomes = ["auto", "approve", "escalate", "deny"];

    internal static IEnumerable<PolicyMutant> Of(Release release)
    {
        var faults = new List<BundleFault>();
        var policy = (JsonObject)JsonSerializer.SerializeToNode(YamlSource.Parse("policy.yaml", release.Files["policy.yaml"]!, faults)!.Root)!;
        // The mutant's tests are those of the original: a rule that is gone must turn them red, not be refused as an unknown name.
        policy.Remove("tests");
        policy.Remove("given");
        var conditions = release.Policies.Values.SelectMany(entry => entry.Rules.Select(rule => (rule.Id, rule.When)))
            .Concat(release.Policies.Values.SelectMany(entry => entry.Invariants.Select(invariant => (invariant.Id, When: invariant.Condition))))
            .DistinctBy(entry => entry.Id).ToDictionary(entry => entry.Id, entry => entry.When);
        foreach (var table in (string[])["rules", "invariants"])
        {
            for (var index = 0; index < policy[table]!.AsArray().Count; index++)
            {
                var id = (string)policy[table]![index]!["id"]!;
                foreach (var (what, mutated) in Entries(policy[table]![index]!.AsObject(), conditions[id]))
                {
                    var copy = (JsonObject)policy.DeepClone();
                    if (mutated is null) copy[table]!.AsArray().RemoveAt(index);
                    else copy[table]![index] = mutated;
                    var texts = release.Files.Texts.ToDictionary();
                    texts["policy.yaml"] = copy.ToJsonString();
                    yield return new PolicyMutant($"{id}: {what}", new BundleFiles(texts));
                }
            }
        }
    }

    /// <summary>Variants of one rule or invariant; null stands for its deletion.</summary>
    private static IEnumerable<(string What, JsonObject? Entry)> Entries(JsonObject entry, CelProgram condition)
    {
        yield return ("deleted", null);
        var member = entry.ContainsKey("when") ? "when" : entry.ContainsKey("never") ? "never" : "always";
        foreach (var source in Conditions(condition).Distinct().Where(source => source != condition.Source))
            yield return ($"{condition.Source}  =>  {source}", With(entry, changed => changed[member] = source));
        if (entry["tools"]!.AsArray().Count > 1)
            foreach (var tool in entry["tools"]!.AsArray().Select(tool => (string)tool!))
                yield return ("without tool " + tool, With(entry, changed => changed["tools"] = new JsonArray([.. entry["tools"]!.AsArray().Where(other => (string)other! != tool).Select(other => other!.DeepClone())])));
        if (member == "when")
        {
            foreach (var variant in Decisions(entry)) yield return variant;
            foreach (var variant in People(entry)) yield return variant;
        }
        else
        {
            yield return ("the other way round", With(entry, changed =>
            {
                changed[member == "never" ? "always" : "never"] = (string)entry[member]!;
                changed.Remove(member);
            }));
        }
    }

    private static IEnumerable<(string What, JsonObject? Entry)> Decisions(JsonObject rule)
    {
        foreach (var outcome in Outcomes.Where(outcome => outcome != (string)rule["decision"]!))
        {
            yield return ("decision " + outcome, With(rule, changed =>
            {
                changed["decision"] = outcome;
                if (outcome == "approve") changed["approvers"] = new JsonObject { ["count"] = 1, ["any_of"] = new JsonArray(Groups[0]) };
                else changed.Remove("approvers");
                if (outcome == "escalate") changed["to"] = Teams[0];
            }));
        }
    }

    private static IEnumerable<(string What, JsonObject? Entry)> People(JsonObject rule)
    {
        if ((string?)rule["to"] is { } to) yield return ("to the other team", With(rule, changed => changed["to"] = Teams.First(team => team != to)));
        if (rule["approvers"] is not JsonObject people) yield break;
        foreach (var step in (int[])[-1, 1]) yield return ($"count {(int)people["count"]! + step}", With(rule, changed => changed["approvers"]!["count"] = (int)people["count"]! + step));
        foreach (var group in Groups.Where(group => group != (string)people["any_of"]![0]!))
        {
            yield return ("approvers " + group, With(rule, changed => changed["approvers"]!["any_of"] = new JsonArray(group)));
            yield return ("approvers also " + group, With(rule, changed => changed["approvers"]!["any_of"]!.AsArray().Add(group)));
        }

        foreach (var excluded in people["exclude"]?.AsArray().Select(name => (string)name!) ?? [])
            yield return ("does not exclude " + excluded, With(rule, changed => changed["approvers"]!["exclude"] = new JsonArray([.. people["exclude"]!.AsArray().Where(name => (string)name! != excluded).Select(name => name!.DeepClone())])));
    }

    private static IEnumerable<string> Conditions(CelProgram program) => Nodes(program.Ast).SelectMany(node => Variants(program, node)).Append($"!({program.Source})").Append("true").Append("false");

    private static IEnumerable<string> Variants(CelProgram program, CelExpr node)
    {
        var source = program.Source;
        switch (node)
        {
            case CelLiteral { Value.Kind: CelValueKind.Int } number:
                foreach (var value in (long[])[number.Value.AsInt - 1, number.Value.AsInt + 1, number.Value.AsInt * 10]) yield return Put(source, node.Span, value.ToString());
                break;
            case CelLiteral { Value.Kind: CelValueKind.String } text:
                yield return Put(source, node.Span, $"'{text.Value.AsString}x'");
                break;
            case CelComprehension { Kind: CelMacro.Exists }:
                yield return Put(source, node.Span, Text(source, node.Span).Replace(".exists(", ".all(", StringComparison.Ordinal));
                yield return Put(source, node.Span, $"!({Text(source, node.Span)})");
                break;
            case CelBinary { Operator: CelBinaryOperator.And or CelBinaryOperator.Or } both:
                yield return Put(source, node.Span, Text(source, both.Left.Span));
                yield return Put(source, node.Span, Text(source, both.Right.Span));
                yield return Operator(source, both, both.Operator == CelBinaryOperator.And ? "||" : "&&");
                break;
            case CelBinary binary when Others(binary.Operator) is { Length: > 0 } others:
                foreach (var other in others) yield return Operator(source, binary, other);
                break;
            default:
                break;
        }
    }

    private static string[] Others(CelBinaryOperator op) => op switch
    {
        CelBinaryOperator.Less => ["<=", ">=", "=="],
        CelBinaryOperator.LessOrEqual => ["<", ">", "=="],
        CelBinaryOperator.Greater => [">=", "<=", "=="],
        CelBinaryOperator.GreaterOrEqual => [">", "<", "=="],
        CelBinaryOperator.Equal => ["!="],
        CelBinaryOperator.NotEqual => ["=="],
        _ => [],
    };

    private static IEnumerable<CelExpr> Nodes(CelExpr node) => SyntaxWalk.Children(node).SelectMany(Nodes).Prepend(node);

    private static string Operator(string source, CelBinary binary, string op) =>
        Put(source, new CelSpan(binary.Left.Span.End, binary.Right.Span.Start), $" {op} ");

    private static string Text(string source, CelSpan span) => source[span.Start..span.End];

    private static string Put(string source, CelSpan span, string text) => source[..span.Start] + text + source[span.End..];

    private static JsonObject With(JsonObject entry, Action<JsonObject> change)
    {
        var copy = (JsonObject)entry.DeepClone();
        change(copy);
        return copy;
    }
}
