using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sallyport.Contracts.Errors;
using Sallyport.Identity;
using Sallyport.Protocol;

namespace Sallyport.Approvals;

/// <summary>A person's answer.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="Approve">Yes or no.</param>
/// <param name="Digest">Digest of the statement that the person saw.</param>
/// <param name="Reason">Their words; null or at most 2,000 characters.</param>
/// <param name="Via">The door that verified who they are: <c>session</c>, <c>slack</c>, <c>jira</c>.</param>
public sealed record ApprovalAnswer(string ApprovalId, bool Approve, string Digest, string? Reason, string Via = "session");

/// <summary>Outcome of a person's answer.</summary>
/// <param name="Action">The action as it then is; null when there is none.</param>
/// <param name="Error">Why the answer was not taken.</param>
/// <param name="Detail">What happened this time.</param>
public sealed record DecisionResult(ActionRecord? Action, ErrorCode? Error = null, string? Detail = null);

/// <summary>
/// Takes people's answers: an answer counts only from an eligible person, once per round, for exactly the statement that they saw, while it
/// is open. One denial ends the action for good.
/// </summary>
public sealed class ApprovalQueue(IActionStore store, TimeProvider time)
{
    /// <summary>Records an answer.</summary>
    /// <param name="person">Who answers; the door has verified who they are.</param>
    /// <param name="answer">What they say, and to what.</param>
    /// <param name="cancellation">Cancels waiting.</param>
    public async Task<DecisionResult> DecideAsync(HumanPrincipal person, ApprovalAnswer answer, CancellationToken cancellation)
    {
        // Each round of this loop means that somebody else moved the action in between; every such move makes progress.
        while (true)
        {
            var action = await store.FindByApprovalAsync(person.Tenant, answer.ApprovalId, cancellation);
            if (action is null) return new DecisionResult(null, ErrorCatalogue.NotFound, "There is no open approval of this id.");
            if (action.State != ActionState.Pending) return new DecisionResult(action, ErrorCatalogue.AlreadyDecided, $"The action is {Contracts.Wire.WireName.Of(action.State)}.");
            var now = time.Now();
            if (action.ExpiresAt <= now) return new DecisionResult(action, ErrorCatalogue.ApprovalExpired, "The time to decide is over.");
            var evidence = ApprovalQuorum.Evidence(action, person);
            if (evidence.Count == 0) return new DecisionResult(action, ErrorCatalogue.NotEligibleToApprove, "None of the requirements names you, or you are excluded.");
            if (!SameDigest(answer.Digest, action.StatementDigest)) return new DecisionResult(action, ErrorCatalogue.ApprovalDigestMismatch, "The digest is not that of the current statement.");

            var decision = new ApprovalDecision(answer.ApprovalId, action.Round, person.UserId, person.Username, answer.Approve, answer.Reason, evidence, action.StatementDigest, now);
            var earlier = await store.DecisionsAsync(person.Tenant, action.Id, cancellation);
            var intent = Intent(action, decision, earlier, person, answer.Via, now);
            switch (await store.MoveAsync(intent, cancellation))
            {
                case TransitionOutcome.Done: return new DecisionResult(intent.After);
                case TransitionOutcome.AlreadyAnswered: return new DecisionResult(action, ErrorCatalogue.AlreadyDecided, "You have answered this already; another person is needed.");
                default: continue;
            }
        }
    }

    private static TransitionIntent Intent(
        ActionRecord action, ApprovalDecision decision, IReadOnlyList<ApprovalDecision> earlier, HumanPrincipal person, string via, DateTimeOffset now)
    {
        var after = action with { Version = action.Version + 1, UpdatedAt = now };
        var (step, next) = !decision.Approve
            ? (ActionTransition.Deny, after with { State = ActionState.Denied, ErrorCode = ErrorCatalogue.DeniedByPerson.Code, ErrorDetail = "A person denied it." })
            : ApprovalQuorum.IsMet(action, [.. earlier, decision])
                ? (ActionTransition.Approve, after with { State = ActionState.Approved, NotBefore = now })
                : (ActionTransition.Vote, after);
        var leaf = TransitionLeaf.Make(decision.Approve ? "decision.approve" : "decision.deny", person.Actor, action.State, next,
            new JsonObject
            {
                ["approval"] = decision.ApprovalId,
                ["statement"] = decision.Digest,
                ["evidence"] = new JsonArray([.. decision.Evidence.Select(who => JsonValue.Create(who))]),
                ["via"] = via,
                ["met"] = step == ActionTransition.Approve,
            },
            new JsonObject { ["username"] = person.Username, ["display_name"] = person.DisplayName, ["reason"] = decision.Reason });
        return new TransitionIntent(step, action, next, leaf, step == ActionTransition.Deny ? BudgetStep.Release : BudgetStep.Keep, decision);
    }

    private static bool SameDigest(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
