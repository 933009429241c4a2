using System.Text.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;
using Sallyport.Protocol;

namespace Sallyport.Storage.Sql;

/// <summary>An action as a row: the one place where the two shapes meet.</summary>
internal sealed class ActionRow
{
    internal const string Columns =
        "id, tenant, workflow, release, tool, contract_hash, policy_hash, proposer_id, proposer_name, owner, generation, on_behalf_of, delegation_id, scopes, task_id, arguments, param_hash, " +
        "idempotency_key, agent_reason, confidence, compensates, ticket, trace_id, created_at, state, version, attempt, has_left, in_doubt, replica, first_claimed_at, lease_until, is_overdue, decision, rule, requirements, approval_id, " +
        "round, asked_at, facts, facts_hash, diff, expires_at, not_before, result, error_code, error_detail, updated_at";

    internal const string Values =
        "@Id, @Tenant, @Workflow, @Release, @Tool, @ContractHash, @PolicyHash, @ProposerId, @ProposerName, @Owner, @Generation, @OnBehalfOf, @DelegationId, @Scopes, @TaskId, @Arguments, @ParamHash, " +
        "@IdempotencyKey, @AgentReason, @Confidence, @Compensates, @Ticket, @TraceId, @CreatedAt, @State, @Version, @Attempt, @HasLeft, @InDoubt, @Replica, @FirstClaimedAt, @LeaseUntil, @IsOverdue, @Decision, @Rule, @Requirements, @ApprovalId, " +
        "@Round, @AskedAt, @Facts, @FactsHash, @Diff, @ExpiresAt, @NotBefore, @Result, @ErrorCode, @ErrorDetail, @UpdatedAt";

    /// <summary>The columns that transitions may move; the others are fixed at acceptance.</summary>
    internal const string Assignments =
        "state = @State, version = @Version, attempt = @Attempt, has_left = @HasLeft, in_doubt = @InDoubt, replica = @Replica, first_claimed_at = @FirstClaimedAt, lease_until = @LeaseUntil, " +
        "is_overdue = @IsOverdue, decision = @Decision, rule = @Rule, requirements = @Requirements, " +
        "approval_id = @ApprovalId, round = @Round, asked_at = @AskedAt, facts = @Facts, facts_hash = @FactsHash, diff = @Diff, expires_at = @ExpiresAt, not_before = @NotBefore, " +
        "result = @Result, error_code = @ErrorCode, error_detail = @ErrorDetail, updated_at = @UpdatedAt";

    public required string Id { get; init; }
    public required string Tenant { get; init; }
    public required string Workflow { get; init; }
    public required string Release { get; init; }
    public required string Tool { get; init; }
    public required string ContractHash { get; init; }
    public required string PolicyHash { get; init; }
    public required string ProposerId { get; init; }
    public required string ProposerName { get; init; }
    public required string Owner { get; init; }
    public int Generation { get; init; }
    public string? OnBehalfOf { get; init; }
    public string? DelegationId { get; init; }
    public required string Scopes { get; init; }
    public required string TaskId { get; init; }
    public required string Arguments { get; init; }
    public required string ParamHash { get; init; }
    public required string IdempotencyKey { get; init; }
    public string? AgentReason { get; init; }
    public double? Confidence { get; init; }
    public string? Compensates { get; init; }
    public string? Ticket { get; init; }
    public string? TraceId { get; init; }
    public long CreatedAt { get; init; }
    public required string State { get; init; }
    public int Version { get; init; }
    public int Attempt { get; init; }
    public bool HasLeft { get; init; }
    public bool InDoubt { get; init; }
    public string? Replica { get; init; }
    public long? FirstClaimedAt { get; init; }
    public long? LeaseUntil { get; init; }
    public bool IsOverdue { get; init; }
    public required string Decision { get; init; }
    public required string Rule { get; init; }
    public required string Requirements { get; init; }
    public string? ApprovalId { get; init; }
    public int Round { get; init; }
    public long AskedAt { get; init; }
    public required string Facts { get; init; }
    public required string FactsHash { get; init; }
    public string? Diff { get; init; }
    public long ExpiresAt { get; init; }
    public long NotBefore { get; init; }
    public string? Result { get; init; }
    public string? ErrorCode { get; init; }
    public string? ErrorDetail { get; init; }
    public long UpdatedAt { get; init; }

    internal static ActionRow From(ActionRecord a) => new()
    {
        Id = a.Id, Tenant = a.Tenant, Workflow = a.Workflow, Release = a.Release, Tool = a.Tool, ContractHash = a.ContractHash, PolicyHash = a.PolicyHash,
        ProposerId = a.ProposerId, ProposerName = a.ProposerName, Owner = a.Owner, Generation = a.Generation, OnBehalfOf = a.OnBehalfOf, DelegationId = a.DelegationId, Scopes = JsonSerializer.Serialize(a.Scopes), TaskId = a.TaskId, Arguments = a.Arguments,
        ParamHash = a.ParamHash, IdempotencyKey = a.IdempotencyKey, AgentReason = a.AgentReason, Confidence = a.Confidence, Compensates = a.Compensates, Ticket = a.Ticket, TraceId = a.TraceId,
        CreatedAt = a.CreatedAt.ToMs(), State = WireName.Of(a.State), Version = a.Version, Attempt = a.Attempt, HasLeft = a.HasLeft, InDoubt = a.InDoubt, Replica = a.Replica,
        FirstClaimedAt = a.FirstClaimedAt?.ToMs(), LeaseUntil = a.LeaseUntil?.ToMs(), IsOverdue = a.IsOverdue,
        Decision = WireName.Of(a.Decision), Rule = a.Rule, Requirements = JsonSerializer.Serialize(a.Requirements, WireJson.Options), ApprovalId = a.ApprovalId,
        Round = a.Round, AskedAt = a.AskedAt.ToMs(), Facts = a.Facts, FactsHash = a.FactsHash, Diff = a.Diff, ExpiresAt = a.ExpiresAt.ToMs(), NotBefore = a.NotBefore.ToMs(),
        Result = a.Result, ErrorCode = a.ErrorCode, ErrorDetail = a.ErrorDetail, UpdatedAt = a.UpdatedAt.ToMs(),
    };

    internal ActionRecord ToRecord() => new()
    {
        Id = Id, Tenant = Tenant, Workflow = Workflow, Release = Release, Tool = Tool, ContractHash = ContractHash, PolicyHash = PolicyHash,
        ProposerId = ProposerId, ProposerName = ProposerName, Owner = Owner, Generation = Generation, OnBehalfOf = OnBehalfOf, DelegationId = DelegationId, Scopes = AuditStatements.List(Scopes), TaskId = TaskId, Arguments = Arguments,
        ParamHash = ParamHash, IdempotencyKey = IdempotencyKey, AgentReason = AgentReason, Confidence = Confidence, Compensates = Compensates, Ticket = Ticket, TraceId = TraceId,
        CreatedAt = Times.FromMs(CreatedAt), State = WireName.Parse<ActionState>(State), Version = Version, Attempt = Attempt, HasLeft = HasLeft, InDoubt = InDoubt, Replica = Replica,
        FirstClaimedAt = Times.FromMs(FirstClaimedAt), LeaseUntil = Times.FromMs(LeaseUntil), IsOverdue = IsOverdue,
        Decision = WireName.Parse<PolicyOutcome>(Decision), Rule = Rule,
        Requirements = JsonSerializer.Deserialize<List<ApprovalRequirement>>(Requirements, WireJson.Options)!, ApprovalId = ApprovalId,
        Round = Round, AskedAt = Times.FromMs(AskedAt), Facts = Facts, FactsHash = FactsHash, Diff = Diff, ExpiresAt = Times.FromMs(ExpiresAt), NotBefore = Times.FromMs(NotBefore),
        Result = Result, ErrorCode = ErrorCode, ErrorDetail = ErrorDetail, UpdatedAt = Times.FromMs(UpdatedAt),
    };
}
