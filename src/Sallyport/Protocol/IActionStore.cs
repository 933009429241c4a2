using Sallyport.Audit;
using Sallyport.Limits;
using Sallyport.Policy;

namespace Sallyport.Protocol;

/// <summary>A person's answer to an approval.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="Round">The round.</param>
/// <param name="UserId">Who.</param>
/// <param name="Username">Their user name at that time.</param>
/// <param name="Approve">Yes or no.</param>
/// <param name="Reason">Their words.</param>
/// <param name="Evidence">What made them eligible.</param>
/// <param name="Digest">Digest of the statement they saw.</param>
/// <param name="At">When.</param>
public sealed record ApprovalDecision(
    string ApprovalId, int Round, string UserId, string Username, bool Approve, string? Reason, IReadOnlyList<ApproverEvidence> Evidence, string Digest, DateTimeOffset At)
{
    /// <summary>How strongly the answer is tied to the person.</summary>
    public StepUp StepUp { get; init; }
}

/// <summary>What a transition does to the action's reservations.</summary>
public enum BudgetStep
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>Reserved becomes spent.</summary>
    Spend,

    /// <summary>Reserved is given back.</summary>
    Release,

    /// <summary>Reservations move to the windows given; without room the transition does not happen.</summary>
    Move,
}

/// <summary>T0: takes an action in, with everything that must be true at that moment.</summary>
/// <param name="Record">The action in its first state.</param>
/// <param name="Leaves">One entry for acceptance, one more when the first attempt is claimed with it.</param>
/// <param name="Charge">The task's counters.</param>
/// <param name="Reservations">Budgets.</param>
public sealed record AcceptIntent(ActionRecord Record, IReadOnlyList<AuditDraft> Leaves, TaskCharge Charge, IReadOnlyList<BudgetReservation> Reservations);

/// <summary>What became of an acceptance.</summary>
public enum AcceptOutcome
{
    /// <summary>It is durable.</summary>
    Accepted,

    /// <summary>The key is taken; the earlier action is returned.</summary>
    KeyTaken,

    /// <summary>A halt covers it.</summary>
    Halted,

    /// <summary>The agent's credential generation has moved on.</summary>
    AgentRevoked,

    /// <summary>The task is closed or not this agent's.</summary>
    TaskClosed,

    /// <summary>The task has used up its calls.</summary>
    TaskExhausted,

    /// <summary>The same call was made too often.</summary>
    LoopDetected,

    /// <summary>A budget of the task has no room.</summary>
    TaskBudgetExceeded,

    /// <summary>A budget of the day has no room.</summary>
    DayBudgetExceeded,

    /// <summary>A person denied the same proposal in this task.</summary>
    DeniedBefore,

    /// <summary>A compensation of the same action is live or done.</summary>
    AlreadyCompensated,
}

/// <summary>Outcome of an acceptance.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Existing">The earlier action, where one explains the outcome.</param>
public sealed record AcceptResult(AcceptOutcome Outcome, ActionRecord? Existing = null);

/// <summary>One transition: a compare-and-swap on state and version, and exactly one audit entry, in one transaction.</summary>
/// <param name="Step">The transition.</param>
/// <param name="Before">The action as it was read.</param>
/// <param name="After">The action as it shall be; <see cref="ActionRecord.Version"/> is one higher.</param>
/// <param name="Leaf">The entry.</param>
/// <param name="Budget">What happens to the reservations.</param>
/// <param name="Decision">A person's answer, stored with it.</param>
/// <param name="Reservations">New windows, with <see cref="BudgetStep.Move"/>.</param>
/// <param name="Testimony">What a person testified, stored with it.</param>
public sealed record TransitionIntent(
    ActionTransition Step,
    ActionRecord Before,
    ActionRecord After,
    AuditDraft Leaf,
    BudgetStep Budget = BudgetStep.Keep,
    ApprovalDecision? Decision = null,
    IReadOnlyList<BudgetReservation>? Reservations = null,
    Testimony? Testimony = null);

/// <summary>What a person says about an attempt of unknown outcome.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Applied">Whether it happened.</param>
/// <param name="At">When they said so.</param>
public sealed record Testimony(string UserId, bool Applied, DateTimeOffset At);

/// <summary>What became of a transition.</summary>
public enum TransitionOutcome
{
    /// <summary>It is durable.</summary>
    Done,

    /// <summary>Somebody else moved the action first; read it again.</summary>
    Stale,

    /// <summary>Claim only: a halt covers the action.</summary>
    Halted,

    /// <summary>Claim only: the agent's credential generation has moved on.</summary>
    AgentRevoked,

    /// <summary>Claim only: the budget's window of today has no room.</summary>
    BudgetExceeded,

    /// <summary>Vote, approve, deny, testify: this person has answered this round or attempt.</summary>
    AlreadyAnswered,
}

/// <summary>A call that leaves no action behind: a refusal, a read, a dry run, a replay.</summary>
/// <param name="Tenant">Tenant.</param>
/// <param name="Leaf">The entry.</param>
/// <param name="Charge">The task's counters; null when the call never reached its task.</param>
/// <param name="RateKey">Key of the rate limit it was counted under.</param>
public sealed record CallRecord(string Tenant, AuditDraft Leaf, TaskCharge? Charge, string? RateKey = null);

/// <summary>
/// The durable side of the action protocol; SQLite and PostgreSQL implement it. Every operation is one transaction. A failed or ambiguous
/// commit surfaces as <see cref="StoreUnavailableException"/>; what happened is then decided by reading again, never inferred.
/// </summary>
public interface IActionStore
{
    /// <summary>The action of an id, or null.</summary>
    Task<ActionRecord?> FindAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>The action of an idempotency key, or null.</summary>
    Task<ActionRecord?> FindByKeyAsync(string tenant, string proposerId, string tool, string key, CancellationToken cancellation);

    /// <summary>The action whose current approval this is, or null.</summary>
    Task<ActionRecord?> FindByApprovalAsync(string tenant, string approvalId, CancellationToken cancellation);

    /// <summary>Pending actions, oldest first.</summary>
    Task<IReadOnlyList<ActionRecord>> PendingAsync(string tenant, int limit, CancellationToken cancellation);

    /// <summary>The newest actions.</summary>
    Task<IReadOnlyList<ActionRecord>> RecentAsync(string tenant, int limit, CancellationToken cancellation);

    /// <summary>A workflow's actions that were accepted since a moment, oldest first, page by page.</summary>
    Task<IReadOnlyList<ActionRecord>> SinceAsync(string tenant, string workflow, DateTimeOffset since, ActionRecord? after, int limit, CancellationToken cancellation);

    /// <summary>Answers given to an action, all rounds.</summary>
    Task<IReadOnlyList<ApprovalDecision>> DecisionsAsync(string tenant, string actionId, CancellationToken cancellation);

    /// <summary>Actions in a state whose <see cref="ActionRecord.NotBefore"/> has passed, oldest first.</summary>
    Task<IReadOnlyList<ActionRecord>> DueAsync(ActionState state, DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>Claimed actions whose lease has run out, or whose server process is gone: nobody waits for their answer any more.</summary>
    Task<IReadOnlyList<ActionRecord>> AbandonedAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>What people testified about an attempt of unknown outcome.</summary>
    Task<IReadOnlyList<Testimony>> TestimoniesAsync(string actionId, int attempt, CancellationToken cancellation);

    /// <summary>Pending and approved actions whose time has run out.</summary>
    Task<IReadOnlyList<ActionRecord>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>T0.</summary>
    Task<AcceptResult> AcceptAsync(AcceptIntent intent, CancellationToken cancellation);

    /// <summary>T1 to T9.</summary>
    Task<TransitionOutcome> MoveAsync(TransitionIntent intent, CancellationToken cancellation);

    /// <summary>Records a call without an action; the outcome says whether the task's counters had room.</summary>
    Task<AcceptOutcome> RecordAsync(CallRecord record, CancellationToken cancellation);

    /// <summary>Opens a task.</summary>
    Task OpenTaskAsync(AgentTask task, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>The task of an id, or null.</summary>
    Task<AgentTask?> FindTaskAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>Counts a call against its rate, exactly; not durable by itself.</summary>
    ValueTask<RateVerdict> AdmitAsync(string key, int perMinute, CancellationToken cancellation);
}

/// <summary>The store cannot record or read; nothing may be done on the strength of it.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
