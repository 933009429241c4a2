namespace Sallyport.Contracts.Wire;

/// <summary>How a workflow runs: <c>GET /v1/reports/operations</c>. Everything is counted from the audit log, over the actions accepted in the period.</summary>
/// <param name="Period"><c>24h</c>, <c>7d</c> or <c>30d</c>.</param>
/// <param name="Workflow">The workflow; absent for all of them.</param>
/// <param name="Since">Where the period begins.</param>
/// <param name="Until">When it was counted.</param>
/// <param name="IsComplete">False when the log holds more entries than are counted at once; the report then begins at <paramref name="CountedFrom"/>.</param>
/// <param name="CountedFrom">The first moment that is counted.</param>
/// <param name="Proposed">Actions accepted.</param>
/// <param name="States">The state that each of them has now.</param>
/// <param name="SuccessRate">Succeeded among those that have ended, drafts left out; absent when none has.</param>
/// <param name="EscalationRate">Escalated among those accepted; absent when there are none.</param>
/// <param name="Denials">Denied, by the rule that denied or that asked the person who did.</param>
/// <param name="Refusals">Calls that were refused before they became an action, by code.</param>
/// <param name="Retries">Attempts after the first.</param>
/// <param name="DuplicatesStopped">Calls that an earlier action answered, or whose key belonged to another request.</param>
/// <param name="ApprovalWait">From asking people to their last answer, in milliseconds.</param>
/// <param name="Latency">Where the time went.</param>
/// <param name="Budgets">Today's budgets per agent.</param>
/// <param name="Slots">The period in slots, oldest first.</param>
public sealed record OperationsReport(
    string Period, string? Workflow, DateTimeOffset Since, DateTimeOffset Until, bool IsComplete, DateTimeOffset CountedFrom, int Proposed,
    IReadOnlyList<NamedCount> States, double? SuccessRate, double? EscalationRate, IReadOnlyList<DenialCount> Denials, IReadOnlyList<NamedCount> Refusals,
    int Retries, int DuplicatesStopped, DurationSummary? ApprovalWait, LatencySplit Latency, IReadOnlyList<BudgetUse> Budgets, IReadOnlyList<ReportSlot> Slots);

/// <summary>How often something was seen.</summary>
/// <param name="Name">What.</param>
/// <param name="Count">How often.</param>
public sealed record NamedCount(string Name, int Count);

/// <summary>Denials of one rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="By"><c>policy</c>, or <c>person</c> where the rule asked a person.</param>
/// <param name="Count">How many.</param>
public sealed record DenialCount(string Rule, string By, int Count);

/// <summary>Durations in milliseconds; ranks are nearest-rank.</summary>
/// <param name="Count">How many were measured.</param>
/// <param name="MedianMs">Half took at most this.</param>
/// <param name="P90Ms">Nine of ten took at most this.</param>
public sealed record DurationSummary(int Count, double MedianMs, double P90Ms);

/// <summary>Latency by who was busy; a part without a measurement is absent.</summary>
/// <param name="Policy">The server: contract, facts and policy, from the call until the decision.</param>
/// <param name="People">Waiting for approvals.</param>
/// <param name="Tool">One attempt at the system of record.</param>
public sealed record LatencySplit(DurationSummary? Policy, DurationSummary? People, DurationSummary? Tool);

/// <summary>A budget of money and what is used of it.</summary>
/// <param name="Agent">Id of the agent.</param>
/// <param name="AgentName">Its name.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="ReservedMinor">Held by actions that have not ended.</param>
/// <param name="SpentMinor">Spent.</param>
/// <param name="LimitMinor">The limit.</param>
public sealed record BudgetUse(string Agent, string AgentName, string Currency, long ReservedMinor, long SpentMinor, long LimitMinor);

/// <summary>A part of the period.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Proposed">Actions accepted in it.</param>
/// <param name="Succeeded">Of these, how many have succeeded by now.</param>
/// <param name="Stopped">Of these, how many ended without their effect.</param>
public sealed record ReportSlot(DateTimeOffset At, int Proposed, int Succeeded, int Stopped);
