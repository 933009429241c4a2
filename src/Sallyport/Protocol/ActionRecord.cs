using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Policy;

namespace Sallyport.Protocol;

/// <summary>
/// One proposed state change. What was proposed never changes; what is decided and known about it changes only by the transitions of
/// <see cref="ActionProtocol"/>, each a compare-and-swap on <see cref="Version"/>.
/// </summary>
public sealed record ActionRecord
{
    // ── fixed at acceptance ──────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>Id; also the idempotency key at the system of record.</summary>
    public required string Id { get; init; }

    /// <summary>Tenant.</summary>
    public required string Tenant { get; init; }

    /// <summary>Workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Release hash.</summary>
    public required string Release { get; init; }

    /// <summary>Tool.</summary>
    public required string Tool { get; init; }

    /// <summary>Contract hash.</summary>
    public required string ContractHash { get; init; }

    /// <summary>Policy hash.</summary>
    public required string PolicyHash { get; init; }

    /// <summary>Agent or person that proposes.</summary>
    public required string ProposerId { get; init; }

    /// <summary>Name of the proposer, for people.</summary>
    public required string ProposerName { get; init; }

    /// <summary>User name of the agent's owner.</summary>
    public required string Owner { get; init; }

    /// <summary>Credential generation of the proposing agent; 0 for a person.</summary>
    public required int Generation { get; init; }

    /// <summary>Id of the person on whose behalf the agent acts; null when it acts under its own identity (requirement B2.1).</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The delegation by which it does; a claim needs it to be in force.</summary>
    public string? DelegationId { get; init; }

    /// <summary>Scopes of the token that proposed; checked again at claim, on the facts of that moment.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Task.</summary>
    public required string TaskId { get; init; }

    /// <summary>Arguments, canonical JSON: what is hashed is what is executed.</summary>
    public required string Arguments { get; init; }

    /// <summary>SHA-256 of the canonical statement of tenant, proposer, tool, contract, dry-run flag and arguments.</summary>
    public required string ParamHash { get; init; }

    /// <summary>The proposer's idempotency key.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>The agent's own words; untrusted.</summary>
    public string? AgentReason { get; init; }

    /// <summary>The agent's own confidence, 0 to 1, where it gave one; untrusted, and part of the first decision.</summary>
    public double? Confidence { get; init; }

    /// <summary>The action that this one rolls back.</summary>
    public string? Compensates { get; init; }

    /// <summary>The ticket behind its task, <c>system:key</c>; null where there is none.</summary>
    public string? Ticket { get; init; }

    /// <summary>W3C trace id of the accepting call.</summary>
    public string? TraceId { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    // ── moved by transitions ─────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>State.</summary>
    public required ActionState State { get; init; }

    /// <summary>Bumped by every transition.</summary>
    public required int Version { get; init; }

    /// <summary>Attempts claimed so far.</summary>
    public int Attempt { get; init; }

    /// <summary>Whether any attempt may have left.</summary>
    public bool HasLeft { get; init; }

    /// <summary>
    /// Whether an attempt before the current one may have been applied: the same request was sent again under the same key before anybody
    /// knew. While this holds the action can end in success or go back to doubt, never in "it did not happen".
    /// </summary>
    public bool InDoubt { get; init; }

    /// <summary>The server process that claimed the current attempt.</summary>
    public string? Replica { get; init; }

    /// <summary>When the first attempt was claimed: from then on the system of record may know the action id.</summary>
    public DateTimeOffset? FirstClaimedAt { get; init; }

    /// <summary>Until when the current attempt may still be on its way in its sender's hands; after that it counts as doubtful.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Whether somebody was alarmed because the doubt lasts.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>Policy outcome.</summary>
    public required PolicyOutcome Decision { get; init; }

    /// <summary>The rule that decided.</summary>
    public required string Rule { get; init; }

    /// <summary>Who must approve.</summary>
    public IReadOnlyList<ApprovalRequirement> Requirements { get; init; } = [];

    /// <summary>Id of the current approval round.</summary>
    public string? ApprovalId { get; init; }

    /// <summary>Round of asking, from 1.</summary>
    public int Round { get; init; } = 1;

    /// <summary>When this round of asking began; whom waiting brings in is counted from here.</summary>
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>The bound facts, JSON.</summary>
    public required string Facts { get; init; }

    /// <summary>Digest of the bound facts.</summary>
    public required string FactsHash { get; init; }

    /// <summary>The diff, JSON.</summary>
    public string? Diff { get; init; }

    /// <summary>When an approval, or the wait for one, runs out.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Not before this time is the next attempt or probe made.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>The effect's result, JSON.</summary>
    public string? Result { get; init; }

    /// <summary>Code of the error that ended it, or of the doubt.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What happened, in a sentence.</summary>
    public string? ErrorDetail { get; init; }

    /// <summary>When the state last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The halts that stop this action.</summary>
    public IReadOnlyList<string> HaltScopes => ["all", "workflow:" + Workflow, "tool:" + Tool, "agent:" + ProposerId];

    /// <summary>
    /// Digest of everything that an approver sees and that an approval is bound to. A decision repeats it; a changed argument, contract,
    /// policy, fact or diff gives another digest.
    /// </summary>
    public string StatementDigest => CanonicalJson.Digest(JsonSerializer.SerializeToElement(new
    {
        v = 1,
        action_id = Id,
        param_hash = ParamHash,
        contract_hash = ContractHash,
        policy_hash = PolicyHash,
        release = Release,
        facts_hash = FactsHash,
        diff_hash = Diff is null ? null : CanonicalJson.Digest(System.Text.Encoding.UTF8.GetBytes(Diff)),
        round = Round,
    }));
}
