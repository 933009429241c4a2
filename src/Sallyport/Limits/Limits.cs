namespace Sallyport.Limits;

/// <summary>A sum that must stay below a limit: reserved when an action is accepted, spent when it succeeds, given back when it never left.</summary>
/// <param name="Key">What the limit is about, for example <c>agent:agt_…:refund:day:2026-01-31</c>.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="AmountMinor">Minor units of this action.</param>
/// <param name="LimitMinor">Minor units in all.</param>
/// <param name="PerTask">True for a task's budget, false for a day's.</param>
public sealed record BudgetReservation(string Key, string Currency, long AmountMinor, long LimitMinor, bool PerTask);

/// <summary>One tool call counted against its task.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Fingerprint">Digest of tool and arguments: equal calls have equal fingerprints.</param>
/// <param name="MaxInvocations">Tool calls allowed.</param>
/// <param name="MaxIdentical">Equal calls allowed.</param>
public sealed record TaskCharge(string TaskId, string Fingerprint, int MaxInvocations, int MaxIdentical);

/// <summary>Whether a call may go on.</summary>
/// <param name="Admitted">True if it may.</param>
/// <param name="RetryAfter">Otherwise how long to wait.</param>
public readonly record struct RateVerdict(bool Admitted, TimeSpan RetryAfter);

/// <summary>An agent's unit of work, minted by the server; budgets hang on it.</summary>
/// <param name="Id">Id.</param>
/// <param name="Tenant">Tenant.</param>
/// <param name="AgentId">The agent that works on it.</param>
/// <param name="Workflow">The workflow.</param>
/// <param name="Release">Release that was active when it was opened.</param>
/// <param name="Source">Input source.</param>
/// <param name="Input">The source's fields as JSON.</param>
/// <param name="Invocations">Tool calls so far.</param>
/// <param name="Closed">True when no more calls are taken.</param>
/// <param name="CreatedAt">When it was opened.</param>
public sealed record AgentTask(
    string Id, string Tenant, string AgentId, string Workflow, string Release, string Source, string Input, int Invocations, bool Closed, DateTimeOffset CreatedAt);
