using Sallyport.Policy;
using Sallyport.Protocol;

namespace Sallyport.Approvals;

/// <summary>When enough distinct people have decided. Pure.</summary>
public static class ApprovalQuorum
{
    /// <summary>
    /// Whether every requirement is met by the approvals of the current round. They count by distinct person and seat, by the evidence and
    /// the step-up recorded when they were given: leaving a group afterwards does not undo an approval, and joining one does not make it.
    /// </summary>
    public static bool IsMet(ActionRecord action, IEnumerable<ApprovalDecision> decisions)
    {
        var approvals = decisions.Where(decision => decision.Approve && decision.Round == action.Round && decision.ApprovalId == action.ApprovalId
            && decision.Digest == action.StatementDigest).DistinctBy(decision => decision.UserId).ToList();
        return action.Requirements.Count > 0 && action.Requirements.All(requirement => Seats(action, requirement, approvals) >= requirement.Count);
    }

    /// <summary>Whether a requirement bars a person, whatever else names them. Who proposed, and on whose behalf, can never decide.</summary>
    public static bool IsBarred(ActionRecord action, ApprovalRequirement requirement, string userId, string username) =>
        userId == action.ProposerId || userId == action.OnBehalfOf || (requirement.Exclude.Contains("agent-owner") && username == action.Owner);

    /// <summary>What an answer of this person must carry to count everywhere it can.</summary>
    public static StepUp StepUpFor(ActionRecord action, IReadOnlyList<ApproverEvidence> evidence) =>
        action.Requirements.Where(requirement => Names(requirement).Overlaps(evidence.Select(entry => entry.Who))).Select(requirement => requirement.StepUp).DefaultIfEmpty(StepUp.None).Max();

    /// <summary>How many seats of a requirement the approvals fill. Two people in one place fill one seat, so this is a matching, not a sum.</summary>
    private static int Seats(ActionRecord action, ApprovalRequirement requirement, List<ApprovalDecision> approvals)
    {
        var names = Names(requirement);
        var choices = approvals.Where(approval => approval.StepUp >= requirement.StepUp && !IsBarred(action, requirement, approval.UserId, approval.Username))
            .Select(approval => SeatsOf(approval, names)).Where(seats => seats.Count > 0).ToList();
        var takenBy = new Dictionary<string, int>(StringComparer.Ordinal);
        return Enumerable.Range(0, choices.Count).Count(person => Seat(person, choices, takenBy, []));
    }

    /// <summary>A person who is named takes their own seat; only somebody who is not sits in another's place.</summary>
    private static List<string> SeatsOf(ApprovalDecision approval, HashSet<string> names)
    {
        var fitting = approval.Evidence.Where(entry => names.Contains(entry.Who)).ToList();
        return fitting.Any(entry => entry.InPlaceOf is null) ? [approval.UserId] : [.. fitting.Select(entry => entry.InPlaceOf!).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Augmenting path of a bipartite matching: gives a person a seat, moving others to their other seats where that helps.</summary>
    private static bool Seat(int person, List<List<string>> choices, Dictionary<string, int> takenBy, HashSet<string> tried)
    {
        foreach (var seat in choices[person].Where(tried.Add))
        {
            if (takenBy.TryGetValue(seat, out var other) && !Seat(other, choices, takenBy, tried)) continue;
            takenBy[seat] = person;
            return true;
        }

        return false;
    }

    private static HashSet<string> Names(ApprovalRequirement requirement) =>
        [.. requirement.AnyOf, .. requirement.Then.SelectMany(tier => tier.AnyOf)];
}
