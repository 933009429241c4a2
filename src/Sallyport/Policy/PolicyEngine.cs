using Sallyport.Cel;
using Sallyport.Contracts.Wire;
using Sallyport.Tools;

namespace Sallyport.Policy;

/// <summary>
/// Decides a proposal from its arguments and facts. Pure: the same input gives the same decision, and nothing is read or written.
/// </summary>
/// <remarks>
/// <code>
///   every rule ──▶ matched? ──▶ the most restrictive outcome:  deny > escalate > approve > auto
///                     │
///                     ├─ no rule matched ......... deny (default-deny)
///                     ├─ any rule cannot be evaluated  deny (evaluation-error)
///                     └─ an invariant is broken ... deny (invariant)
/// </code>
/// Rules do not depend on their order, so they can be merged and compared.
/// </remarks>
public static class PolicyEngine
{
    /// <summary>Decides one proposal.</summary>
    public static PolicyDecision Decide(ToolPolicy policy, ExpressionInput input)
    {
        var trace = new List<RuleTrace>(policy.Rules.Count);
        var matched = new List<PolicyRule>();
        var bound = new BoundInput(input);
        foreach (var rule in policy.Rules)
        {
            var value = bound.Evaluate(rule.When);
            var error = value.IsError ? value.ErrorMessage : value.Kind == CelValueKind.Bool ? null : "The condition is not a boolean.";
            trace.Add(new RuleTrace(rule.Id, value.IsTrue, error));
            if (value.IsTrue) matched.Add(rule);
        }

        if (trace.Find(entry => entry.Error is not null) is { } broken) return Deny("evaluation-error:" + broken.Rule, trace);
        if (matched.Count == 0) return Deny("default-deny", trace);

        var outcome = matched.Max(rule => rule.Outcome);
        var deciding = matched.First(rule => rule.Outcome == outcome);
        var requirements = outcome == PolicyOutcome.Approve
            ? matched.Where(rule => rule.Requirement is not null).Select(rule => rule.Requirement!).ToList()
            : [];
        var decision = new PolicyDecision(outcome, deciding.Id, requirements, deciding.EscalateTo, trace);
        return BrokenInvariants(policy, Seen(input, decision), bound).FirstOrDefault() is { } invariant ? Deny("invariant:" + invariant, trace) : decision;
    }

    /// <summary>The first invariant that a decision breaks, or null. An invariant that cannot be evaluated counts as broken.</summary>
    public static string? BrokenInvariant(ToolPolicy policy, ExpressionInput input, PolicyDecision decision) =>
        BrokenInvariants(policy, Seen(input, decision)).FirstOrDefault();

    /// <summary>Every invariant that does not hold for an input which already carries decision and approvals.</summary>
    public static IEnumerable<string> BrokenInvariants(ToolPolicy policy, ExpressionInput seen) => BrokenInvariants(policy, seen, null);

    private static IEnumerable<string> BrokenInvariants(ToolPolicy policy, ExpressionInput seen, BoundInput? basis)
    {
        var bound = new BoundInput(seen, basis);
        return policy.Invariants.Where(invariant => !Holds(invariant, bound.Evaluate(invariant.Condition))).Select(invariant => invariant.Id);
    }

    /// <summary>Whether an invariant holds, given the value of its condition.</summary>
    public static bool Holds(PolicyInvariant invariant, CelValue value) => value.Kind == CelValueKind.Bool && value.IsTrue != invariant.Never;

    /// <summary>An input as invariants see it: with the decision and the approvals that it needs.</summary>
    public static ExpressionInput Seen(ExpressionInput input, PolicyDecision decision) =>
        input with { Decision = WireName.Of(decision.Outcome), Approvals = ApprovalsNeeded(decision) };

    /// <summary>How many distinct people must approve at least; zero unless the outcome is <see cref="PolicyOutcome.Approve"/>.</summary>
    public static int ApprovalsNeeded(PolicyDecision decision) =>
        decision.Requirements.Count == 0 ? 0 : decision.Requirements.Max(requirement => requirement.Count);

    private static PolicyDecision Deny(string rule, IReadOnlyList<RuleTrace> trace) => new(PolicyOutcome.Deny, rule, [], null, trace);
}
