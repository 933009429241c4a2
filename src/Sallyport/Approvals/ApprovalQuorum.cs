using Sallyport.Identity;
using Sallyport.Policy;
using Sallyport.Protocol;

namespace Sallyport.Approvals;

/// <summary>Who may decide, and when enough distinct people have. Pure.</summary>
public static class ApprovalQuorum
{
    /// <summary>
    /// What makes a person eligible for a requirement, for example <c>group:support-leads</c>; empty when nothing does. Who proposed can
    /// never decide; the agent's owner cannot where the requirement excludes them.
    /// </summary>
    public static IReadOnlyList<string> Evidence(ApprovalRequirement requirement, HumanPrincipal person, ActionRecord action)
    {
        if (person.UserId == action.ProposerId) return [];
        if (requirement.Exclude.Contains("agent-owner") && person.Username == action.Owner) return [];
        return [.. requirement.AnyOf.Where(who => who == "user:" + person.Username
            || (who.StartsWith("group:", StringComparison.Ordinal) && person.Groups.Contains(who["group:".Length..], StringComparer.Ordinal)))];
    }

    /// <summary>Evidence over all requirements.</summary>
    public static IReadOnlyList<string> Evidence(ActionRecord action, HumanPrincipal person) =>
        [.. action.Requirements.SelectMany(requirement => Evidence(requirement, person, action)).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// Whether every requirement is met by the approvals of the current round. Approvals count by distinct person and by the evidence
    /// recorded when they were given, so that leaving a group afterwards does not undo an approval and joining one does not make it.
    /// </summary>
    public static bool IsMet(ActionRecord action, IEnumerable<ApprovalDecision> decisions)
    {
        var approvals = decisions.Where(decision => decision.Approve && decision.Round == action.Round && decision.ApprovalId == action.ApprovalId
            && decision.Digest == action.StatementDigest).DistinctBy(decision => decision.UserId).ToList();
        return action.Requirements.Count > 0 && action.Requirements.All(requirement =>
            approvals.Count(approval => requirement.AnyOf.Any(who => approval.Evidence.Contains(who)) && !Excluded(requirement, approval, action)) >= requirement.Count);
    }

    private static bool Excluded(ApprovalRequirement requirement, ApprovalDecision approval, ActionRecord action) =>
        approval.UserId == action.ProposerId || (requirement.Exclude.Contains("agent-owner") && approval.Username == action.Owner);
}
