using Sallyport.Approvals;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Protocol;

namespace Sallyport.Server.Console;

/// <summary>
/// Whether a person may decide an action now, and if not why, in words. It only chooses what a page shows; the queue decides again when the
/// answer arrives.
/// </summary>
internal sealed class DecisionRights(IActionStore store, ApproverRoll.Reader rolls, TimeProvider time)
{
    internal readonly record struct Right(bool MayDecide, string? WhyNot);

    internal async Task<Right> OfAsync(ActionRecord action, HumanPrincipal person, CancellationToken cancellation)
    {
        if (action.State != ActionState.Pending) return new Right(false, action.State == ActionState.Approved ? "It is approved and about to be carried out." : $"It is {WireName.Of(action.State).Replace('_', ' ')}; there is nothing to decide any more.");
        if (action.ExpiresAt <= time.Now()) return new Right(false, "The time to decide is over.");
        if (person.UserId == action.ProposerId) return new Right(false, "You proposed this yourself, so others decide.");
        if (person.UserId == action.OnBehalfOf) return new Right(false, "The agent acts on your behalf here, so others decide.");
        var roll = await rolls.ReadAsync(action, cancellation);
        if (roll.Evidence(person).Count == 0)
        {
            if (roll.Unavailable.Count > 0) return new Right(false, $"Who may decide cannot be told now: {string.Join(" ", roll.Unavailable.Values)}");
            var ownsIt = person.Username == action.Owner && action.Requirements.Any(need => need.Exclude.Contains("agent-owner"));
            return new Right(false, ownsIt ? "You answer for this agent, and the rule leaves the decision to others."
                : $"You are not among those who may decide this: {string.Join(", ", action.Requirements.SelectMany(need => need.Candidates).Distinct(StringComparer.Ordinal))}.");
        }

        if (!person.Has(HumanPrincipal.Approver)) return new Right(false, "Deciding needs the role approver as well.");

        // Only where more than one answer is needed can somebody have answered what still waits.
        if (action.Requirements.Count == 1 && action.Requirements[0].Count == 1) return new Right(true, null);
        var answers = await store.DecisionsAsync(action.Tenant, action.Id, cancellation);
        return answers.Any(answer => answer.UserId == person.UserId && answer.Round == action.Round)
            ? new Right(false, "You have answered. It waits for others.") : new Right(true, null);
    }
}
