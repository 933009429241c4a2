using Sallyport.Cel;
using Sallyport.Policy;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>
/// The decision on a proposal: out-of-scope cases and the confidence floor first, then policy, then the workflow's phase, and last the
/// guarantee, which can only make the result stricter. Pure; used when proposing, when claiming and by dry runs.
/// </summary>
internal static class ProposalDecision
{
    internal static PolicyDecision Decide(Release release, string tool, ExpressionInput input, double? confidence)
    {
        if (OutOfScope(release.Manifest, tool, input) is { } escalated) return escalated;
        if (confidence < release.Manifest.ConfidenceFloor)
            return Stop(PolicyOutcome.Escalate, "low-confidence", release.Manifest.Owner.Team, []);
        var decision = PolicyEngine.Decide(release.Policies[tool], input);
        if (decision.Outcome == PolicyOutcome.Auto && release.Manifest.Phase != RolloutPhase.LimitedAutonomy)
            decision = decision with { Outcome = PolicyOutcome.Approve, Rule = "phase:" + decision.Rule, Requirements = [release.Manifest.DefaultApproval] };
        return BrokenGuarantee(release.Manifest.Guarantee, tool, input, PolicyEngine.ApprovalsNeeded(decision), decision) is { } broken
            ? Stop(PolicyOutcome.Deny, broken, null, decision.Trace) : decision;
    }

    /// <summary>What of the guarantee a decision with so many approvals would break, or null. What cannot be evaluated is broken.</summary>
    internal static string? BrokenGuarantee(Guarantee guarantee, string tool, ExpressionInput input, int approvals, PolicyDecision decision)
    {
        if (guarantee.Tool != tool || decision.Outcome is PolicyOutcome.Deny or PolicyOutcome.Escalate) return null;
        if (!input.Holds(guarantee.Within)) return "guarantee:within";
        foreach (var clause in guarantee.Approval)
        {
            if (clause.IsBroken(input, approvals) is not { } broken) return "guarantee:evaluation-error";
            if (broken) return "guarantee:approval";
        }

        return null;
    }

    private static PolicyDecision? OutOfScope(WorkflowManifest manifest, string tool, ExpressionInput input)
    {
        foreach (var scope in manifest.OutOfScope)
        {
            if (!scope.When.TryGetValue(tool, out var when)) continue;
            var value = input.Evaluate(when);
            if (value.IsTrue) return Stop(PolicyOutcome.Escalate, "out-of-scope:" + scope.Id, scope.EscalateTo, []);
            if (value.Kind != CelValueKind.Bool) return Stop(PolicyOutcome.Deny, "evaluation-error:" + scope.Id, null, [new RuleTrace(scope.Id, false, value.ErrorMessage)]);
        }

        return null;
    }

    private static PolicyDecision Stop(PolicyOutcome outcome, string rule, string? to, IReadOnlyList<RuleTrace> trace) => new(outcome, rule, [], to, trace);
}
