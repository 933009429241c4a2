using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Passkeys;
using Sallyport.Protocol;

namespace Sallyport.Approvals;

/// <summary>A person's answer.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="Approve">Yes or no.</param>
/// <param name="Digest">Digest of the statement that the person saw.</param>
/// <param name="Reason">Their words; null or at most 2,000 characters.</param>
/// <param name="Via">The door that verified who they are: <c>session</c>, <c>slack</c>, <c>jira</c>.</param>
/// <param name="Passkey">Their signature over the statement; null without one.</param>
public sealed record ApprovalAnswer(string ApprovalId, bool Approve, string Digest, string? Reason, string Via = "session", PasskeyAssertion? Passkey = null);

/// <summary>Outcome of a person's answer.</summary>
/// <param name="Action">The action as it then is; null when there is none.</param>
/// <param name="Error">Why the answer was not taken.</param>
/// <param name="Detail">What happened this time.</param>
public sealed record DecisionResult(ActionRecord? Action, ErrorCode? Error = null, string? Detail = null);

/// <summary>
/// Takes people's answers: an answer counts only from an eligible person, once per round, for exactly the statement that they saw, while it
/// is open, and with the proof of themselves that the rule asks for. One denial ends the action for good, and needs no more than a session.
/// </summary>
public sealed class ApprovalQueue(IActionStore store, ApproverRoll.Reader rolls, StepUpCheck stepUps, ApprovalAsker asker, TimeProvider time)
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
            if (action.State != ActionState.Pending) return new DecisionResult(action, ErrorCatalogue.AlreadyDecided, $"The action is {WireName.Of(action.State)}.");
            var now = time.Now();
            if (action.ExpiresAt <= now) return new DecisionResult(action, ErrorCatalogue.ApprovalExpired, "The time to decide is over.");
            var roll = await rolls.ReadAsync(action, cancellation);
            var evidence = roll.Evidence(person);
            if (evidence.Count == 0) return NotEligible(action, roll);
            // Being named makes eligible; deciding at all is a right that an administrator gives, whichever door the answer comes through.
            if (!person.Has(HumanPrincipal.Approver) || person.IsLocked) return new DecisionResult(action, ErrorCatalogue.RoleRequired, "Deciding needs the role approver.");
            if (!SameDigest(answer.Digest, action.StatementDigest)) return new DecisionResult(action, ErrorCatalogue.ApprovalDigestMismatch, "The digest is not that of the current statement.");
            var proof = await stepUps.RunAsync(action, person, answer, evidence, cancellation);
            if (proof.Error is { } missing) return new DecisionResult(action, missing, proof.Detail);

            await asker.EnsureAskedAsync(action, roll, cancellation);
            var decision = new ApprovalDecision(answer.ApprovalId, action.Round, person.UserId, person.Username, answer.Approve, answer.Reason, evidence, action.StatementDigest, now) { StepUp = proof.Given };
            var earlier = await store.DecisionsAsync(person.Tenant, action.Id, cancellation);
            var intent = Intent(action, decision, earlier, person, answer, proof, now);
            switch (await store.MoveAsync(intent, cancellation))
            {
                case TransitionOutcome.Done:
                    await stepUps.UsedAsync(proof, cancellation);
                    return new DecisionResult(intent.After);
                case TransitionOutcome.AlreadyAnswered: return new DecisionResult(action, ErrorCatalogue.AlreadyDecided, "You have answered this already; another person is needed.");
                default: continue;
            }
        }
    }

    private static DecisionResult NotEligible(ActionRecord action, ApproverRoll roll) => roll.Unavailable.Count > 0
        ? new DecisionResult(action, ErrorCatalogue.ApproversUnknown, string.Join(" ", roll.Unavailable.Select(entry => $"{entry.Key}: {entry.Value}")))
        : new DecisionResult(action, ErrorCatalogue.NotEligibleToApprove, "None of the requirements names you, or you are excluded.");

    private static TransitionIntent Intent(
        ActionRecord action, ApprovalDecision decision, IReadOnlyList<ApprovalDecision> earlier, HumanPrincipal person, ApprovalAnswer answer, StepUpProof proof, DateTimeOffset now)
    {
        var after = action with { Version = action.Version + 1, UpdatedAt = now };
        var (step, next) = !decision.Approve
            ? (ActionTransition.Deny, after with { State = ActionState.Denied, ErrorCode = ErrorCatalogue.DeniedByPerson.Code, ErrorDetail = "A person denied it." })
            : ApprovalQuorum.IsMet(action, [.. earlier, decision])
                ? (ActionTransition.Approve, after with { State = ActionState.Approved, NotBefore = now })
                : (ActionTransition.Vote, after);
        var fields = new JsonObject
        {
            ["approval"] = decision.ApprovalId,
            ["statement"] = decision.Digest,
            ["evidence"] = new JsonArray([.. decision.Evidence.Select(entry => entry.Who).Distinct().Select(who => JsonValue.Create(who))]),
            ["eligibility"] = new JsonArray([.. decision.Evidence.Select(entry => entry.ToJson())]),
            ["via"] = answer.Via,
            ["step_up"] = WireName.Of(proof.Given),
            ["met"] = step == ActionTransition.Approve,
        };
        if (person.SignIn is { } signIn) fields["sign_in"] = new JsonObject { ["provider"] = signIn.Provider, ["at"] = AuditEntry.Timestamp(signIn.At) };
        if (proof.Signed is { } signed) fields["passkey"] = signed.ToJson();
        var payload = new JsonObject { ["username"] = person.Username, ["display_name"] = person.DisplayName, ["reason"] = decision.Reason, ["signed"] = proof.Signed?.Statement.Members.DeepClone() };
        var leaf = TransitionLeaf.Make(decision.Approve ? "decision.approve" : "decision.deny", person.Actor, action.State, next, fields, payload);
        return new TransitionIntent(step, action, next, leaf, step == ActionTransition.Deny ? BudgetStep.Release : BudgetStep.Keep, decision);
    }

    private static bool SameDigest(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
