using Sallyport.Cel;
using Sallyport.Contracts.Wire;
using Sallyport.Tools;

namespace Sallyport.Policy;

/// <summary>Takes a decision apart: every condition with the value of each of its leaves. Pure, so that the same record always gives the same explanation.</summary>
/// <param name="input">The input that was decided on.</param>
/// <param name="shown">The same input as people may see it.</param>
public sealed class PolicyExplainer(ExpressionInput input, ExpressionInput shown)
{
    /// <summary>A condition with the value of each of its leaves.</summary>
    public ConditionView Condition(CelProgram program, SourcePlace? place)
    {
        var value = input.Evaluate(program);
        return new ConditionView(program.Source, place?.ToString(), Truth(value), Error(value), [.. PolicyAtom.Of(program, place).Select(Atom)]);
    }

    /// <summary>Every rule, and which of them decided.</summary>
    public IReadOnlyList<RuleExplanation> Rules(ToolPolicy policy, PolicyDecision decision) => [.. policy.Rules.Select(rule =>
    {
        var condition = Condition(rule.When, rule.Place);
        var decided = decision.Rule == rule.Id || decision.Rule == "phase:" + rule.Id || decision.Rule == "evaluation-error:" + rule.Id;
        return new RuleExplanation(rule.Id, rule.Says, WireName.Of(rule.Outcome), condition.Value == true, decided, rule.Requirement is { } people ? View(people) : null, rule.EscalateTo, condition);
    })];

    /// <summary>Every invariant, judged on a decision.</summary>
    public static IReadOnlyList<InvariantExplanation> Invariants(ToolPolicy policy, ExpressionInput input, ExpressionInput shown, PolicyDecision decision)
    {
        var explainer = new PolicyExplainer(PolicyEngine.Seen(input, decision), PolicyEngine.Seen(shown, decision));
        return [.. policy.Invariants.Select(invariant => new InvariantExplanation(
            invariant.Id, invariant.Never, PolicyEngine.Holds(invariant, PolicyEngine.Seen(input, decision).Evaluate(invariant.Condition)), explainer.Condition(invariant.Condition, invariant.Place)))];
    }

    /// <summary>A requirement as it is shown.</summary>
    public static ApprovalRequirementView View(ApprovalRequirement requirement) => new(
        requirement.Rule, requirement.Count, requirement.AnyOf, requirement.Exclude, WireName.Of(requirement.StepUp),
        requirement.Then.Count == 0 ? null : [.. requirement.Then.Select(tier => new ApproverTierView((int)tier.After.TotalSeconds, tier.AnyOf))]);

    private AtomView Atom(PolicyAtom atom)
    {
        var value = input.Evaluate(atom.Program, atom.Expression);
        return new AtomView(atom.Text, atom.Place?.ToString(), Truth(value), Error(value),
            [.. PolicyAtom.PathsOf(atom.Program, atom.Expression).Select(path => new PathValueView(path.ToString(), InputPath.Find(shown, path)))]);
    }

    private static bool? Truth(CelValue value) => value.Kind == CelValueKind.Bool ? value.IsTrue : null;

    private static string? Error(CelValue value) => value.IsError ? value.ErrorMessage : value.Kind == CelValueKind.Bool ? null : "It is not a boolean.";
}
