using System.Text.Json.Nodes;
using Sallyport.Contracts.Errors;
using Sallyport.Identity;
using Sallyport.Passkeys;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Workflows;

namespace Sallyport.Approvals;

/// <summary>A passkey's signature over a statement.</summary>
/// <param name="Passkey">The key.</param>
/// <param name="Assertion">The signature.</param>
/// <param name="Statement">What was signed.</param>
/// <param name="SignCount">The authenticator's counter.</param>
public sealed record SignedApproval(Passkey Passkey, PasskeyAssertion Assertion, ApprovalStatement Statement, long SignCount)
{
    /// <summary>For the audit entry: everything that checking it later needs, and nothing about the person.</summary>
    public JsonObject ToJson() => new()
    {
        ["credential_id"] = Assertion.CredentialId,
        ["authenticator_data"] = Assertion.AuthenticatorData,
        ["client_data"] = Assertion.ClientData,
        ["signature"] = Assertion.Signature,
        ["signed"] = Statement.Digests.DeepClone(),
    };
}

/// <summary>How strongly an answer is tied to its person, or why that is not enough.</summary>
/// <param name="Given">What was given.</param>
/// <param name="Signed">The signature, where there is one.</param>
/// <param name="Error">What is missing.</param>
/// <param name="Detail">What happened this time.</param>
public sealed record StepUpProof(StepUp Given, SignedApproval? Signed = null, ErrorCode? Error = null, string? Detail = null);

/// <summary>Step-up: some approvals need more than a session that was begun hours ago.</summary>
public sealed class StepUpCheck(IPasskeyStore passkeys, ReleaseRegistry releases, TimeProvider time)
{
    /// <summary>What an answer proves, held against what the requirements that name this person ask for.</summary>
    public async Task<StepUpProof> RunAsync(ActionRecord action, HumanPrincipal person, ApprovalAnswer answer, IReadOnlyList<ApproverEvidence> evidence, CancellationToken cancellation)
    {
        var given = IsFresh(person, time.Now()) ? StepUp.Fresh : StepUp.None;
        if (!answer.Approve) return new StepUpProof(given);
        SignedApproval? signed = null;
        if (answer.Passkey is { } assertion)
        {
            (signed, var fault) = await VerifyAsync(action, person, assertion, cancellation);
            if (signed is null) return new StepUpProof(given, null, ErrorCatalogue.PasskeyInvalid, fault);
            given = StepUp.Passkey;
        }

        var needed = ApprovalQuorum.StepUpFor(action, evidence);
        if (given >= needed) return new StepUpProof(given, signed);
        return needed == StepUp.Passkey
            ? new StepUpProof(given, null, ErrorCatalogue.PasskeyRequired, "The rule wants a signature over exactly this action.")
            : new StepUpProof(given, null, ErrorCatalogue.StepUpRequired, $"The rule wants a sign-in within the last {ApprovalRequirement.FreshWithin.TotalMinutes:0} minutes.");
    }

    /// <summary>What this person would sign to approve an action as it is now; null when its release is gone.</summary>
    public async Task<ApprovalStatement?> StatementAsync(ActionRecord action, string userId, CancellationToken cancellation) =>
        await releases.FindAsync(action.Release, cancellation) is { } release && release.Tools.ContainsKey(action.Tool) ? ApprovalStatement.Of(action, release, userId) : null;

    /// <summary>Notes that a signature was taken.</summary>
    public Task UsedAsync(StepUpProof proof, CancellationToken cancellation) =>
        proof.Signed is { } signed ? passkeys.UsedAsync(signed.Passkey.CredentialId, signed.SignCount, time.Now(), cancellation) : Task.CompletedTask;

    /// <summary>Whether a person proved who they are just now.</summary>
    public static bool IsFresh(HumanPrincipal person, DateTimeOffset now) => person.SignIn is { } signIn && signIn.At <= now && now - signIn.At <= ApprovalRequirement.FreshWithin;

    private async Task<(SignedApproval? Signed, string? Fault)> VerifyAsync(ActionRecord action, HumanPrincipal person, PasskeyAssertion assertion, CancellationToken cancellation)
    {
        var own = await passkeys.OfAsync(person.Tenant, person.UserId, cancellation);
        if (own.FirstOrDefault(passkey => passkey.CredentialId == assertion.CredentialId) is not { } passkey) return (null, "This passkey is not one of yours.");
        if (await StatementAsync(action, person.UserId, cancellation) is not { } statement) return (null, "The release of this action is gone, so what would be signed cannot be told.");
        var result = AssertionCheck.Run(passkey, assertion, statement.Challenge);
        return result.Fault is { } fault ? (null, fault) : (new SignedApproval(passkey, assertion, statement, result.SignCount), null);
    }
}
