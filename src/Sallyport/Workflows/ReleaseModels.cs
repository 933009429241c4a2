using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Policy;
using Sallyport.Proofs.Policies;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>A release's policies as proofs see them, with the production evaluator to replay their counterexamples in.</summary>
public static class ReleaseModels
{
    /// <summary>The model of every tool that changes state, by name.</summary>
    public static IReadOnlyDictionary<string, PolicyModel> Of(Release release) =>
        release.Policies.OrderBy(policy => policy.Key, StringComparer.Ordinal).ToDictionary(policy => policy.Key, policy => Of(release, release.Tools[policy.Key], policy.Value));

    private static PolicyModel Of(Release release, ToolContract tool, ToolPolicy policy)
    {
        var guarantee = release.Manifest.Guarantee.Tool == tool.Name ? release.Manifest.Guarantee : null;
        return new PolicyModel
        {
            Tool = tool.Name,
            Inputs = ExpressionScope.DecisionInputs(tool.InputSchema, tool.Facts.Select(fact => KeyValuePair.Create(fact.Name, fact.SchemaSource))),
            Assumptions = [.. tool.Rules.Select(rule => new NamedCondition(rule.Id, rule.DenyUnless))],
            OutOfScope = [.. OutOfScope(release, tool).Select(scope => new NamedCondition(scope.Id, scope.When))],
            Rules = [.. policy.Rules.Select(Rule)],
            Invariants = [.. policy.Invariants.Select(invariant => new ModelInvariant(invariant.Id, invariant.Condition, invariant.Never))],
            Guarantees = guarantee is null ? [] : [.. guarantee.Approval.Select((clause, i) => new ModelGuarantee(ClauseId(i), clause.When, clause.Approvals))],
            Within = guarantee is null ? null : new NamedCondition(WithinId, guarantee.Within),
            DeniesUnmatched = policy.DeniesUnmatched,
            Replay = (input, without) => Replay(release, tool, policy, guarantee, input, without),
        };
    }

    private const string WithinId = "guarantee:within";

    private static string ClauseId(int index) => $"guarantee:approval-{index + 1}";

    private static ModelRule Rule(PolicyRule rule) => new(
        rule.Id, rule.When, Effect(rule.Outcome), rule.Requirement?.Count ?? 0,
        [.. (rule.Requirement?.Candidates ?? []).Order(StringComparer.Ordinal)], [.. (rule.Requirement?.Bars ?? []).Order(StringComparer.Ordinal)], rule.EscalateTo);

    private static RuleEffect Effect(PolicyOutcome outcome) => outcome switch
    {
        PolicyOutcome.Auto => RuleEffect.Auto,
        PolicyOutcome.Approve => RuleEffect.Approve,
        PolicyOutcome.Escalate => RuleEffect.Escalate,
        PolicyOutcome.Deny => RuleEffect.Deny,
    };

    private static IEnumerable<(string Id, CelProgram When)> OutOfScope(Release release, ToolContract tool) =>
        release.Manifest.OutOfScope.Where(scope => scope.When.ContainsKey(tool.Name)).Select(scope => (scope.Id, scope.When[tool.Name]));

    private static ReplayedDecision Replay(Release release, ToolContract tool, ToolPolicy policy, Guarantee? guarantee, JsonElement input, string? without)
    {
        var call = new ExpressionInput(input.GetProperty("args"), input.GetProperty("agent"), input.GetProperty("task"), input.GetProperty("facts"));
        var failed = new Dictionary<string, string>(StringComparer.Ordinal);
        var isEligible = tool.Rules.Select(rule => IsTrue(rule.Id, rule.DenyUnless)).ToList().TrueForAll(holds => holds);
        var outOfScope = OutOfScope(release, tool).Where(scope => IsTrue(scope.Id, scope.When) || failed.ContainsKey(scope.Id)).Select(scope => scope.Id).FirstOrDefault();

        // Without the invariants, which would turn every decision that breaks one into a denial.
        var rules = policy with { Invariants = [], Rules = [.. policy.Rules.Where(rule => rule.Id != without)] };
        var decision = PolicyEngine.Decide(rules, call);
        foreach (var entry in decision.Trace.Where(entry => entry.Error is not null)) failed[entry.Rule] = entry.Error!;
        var broken = policy.Invariants.Where(invariant => PolicyEngine.BrokenInvariant(policy with { Invariants = [invariant] }, call, decision) is not null).Select(invariant => invariant.Id).ToList();
        if (guarantee is not null && decision.Outcome is PolicyOutcome.Auto or PolicyOutcome.Approve)
        {
            if (!call.Holds(guarantee!.Within)) broken.Add(WithinId);
            broken.AddRange(guarantee.Approval.Select((clause, i) => (Id: ClauseId(i), Broken: clause.IsBroken(call, PolicyEngine.ApprovalsNeeded(decision)) ?? true)).Where(clause => clause.Broken).Select(clause => clause.Id));
        }

        return new ReplayedDecision(
            isEligible, outOfScope, Effect(decision.Outcome), decision.Rule, PolicyEngine.ApprovalsNeeded(decision), [.. decision.Trace.Where(entry => entry.Matched).Select(entry => entry.Rule)],
            failed, broken, [.. decision.Requirements.Select(Show).Distinct()], decision.EscalateTo);

        bool IsTrue(string id, CelProgram condition)
        {
            var value = call.Evaluate(condition);
            if (value.Kind != CelValueKind.Bool) failed[id] = value.ErrorMessage ?? "the condition is not a boolean";
            return value.IsTrue;
        }
    }

    private static string Show(ApprovalRequirement requirement) =>
        $"{requirement.Count} of {string.Join(" or ", requirement.Candidates.Order(StringComparer.Ordinal))}" + (requirement.Bars.Count == 0 ? "" : $" but not {string.Join(" or ", requirement.Bars.Order(StringComparer.Ordinal))}");
}
