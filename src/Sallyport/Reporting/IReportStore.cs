using Sallyport.Limits;
using Sallyport.Protocol;

namespace Sallyport.Reporting;

/// <summary>An audit entry as reports read it: its bytes, without what stands beside it.</summary>
/// <param name="Index">Position in the log.</param>
/// <param name="At">When.</param>
/// <param name="Kind">Kind.</param>
/// <param name="ActionId">The action.</param>
/// <param name="Leaf">The canonical bytes.</param>
public sealed record ReportLeaf(long Index, DateTimeOffset At, string Kind, string? ActionId, byte[] Leaf);

/// <summary>A budget as it stands.</summary>
/// <param name="Key">What it is about, for example <c>agent:agt_…:day:2026-01-31</c>.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="ReservedMinor">Held by actions that have not ended.</param>
/// <param name="SpentMinor">Spent.</param>
public sealed record BudgetState(string Key, string Currency, long ReservedMinor, long SpentMinor);

/// <summary>Reading for people: what happened lately, to whom, and what is used of a limit. SQLite and PostgreSQL implement it; nothing here writes.</summary>
public interface IReportStore
{
    /// <summary>Entries since a moment, in order, after a position (-1 for the first page).</summary>
    Task<IReadOnlyList<ReportLeaf>> LeavesAsync(string tenant, DateTimeOffset since, long after, int limit, CancellationToken cancellation);

    /// <summary>How many entries there are since a moment, of all tenants: an upper bound of what <see cref="LeavesAsync"/> gives.</summary>
    Task<long> CountSinceAsync(DateTimeOffset since, CancellationToken cancellation);

    /// <summary>When the entry stands that is so many before the newest.</summary>
    Task<DateTimeOffset> TimeOfNewestAsync(long back, CancellationToken cancellation);

    /// <summary>The newest actions of a proposer.</summary>
    Task<IReadOnlyList<ActionRecord>> OfProposerAsync(string tenant, string proposerId, int limit, CancellationToken cancellation);

    /// <summary>Decided actions that people were asked about by the same rule of the same tool, newest first.</summary>
    Task<IReadOnlyList<ActionRecord>> SameRuleAsync(ActionRecord action, DateTimeOffset since, int limit, CancellationToken cancellation);

    /// <summary>Other actions that share a business id with one, newest first: the same order, the same customer.</summary>
    Task<IReadOnlyList<ActionRecord>> SameResourceAsync(ActionRecord action, int limit, CancellationToken cancellation);

    /// <summary>Budgets of keys.</summary>
    Task<IReadOnlyList<BudgetState>> BudgetsAsync(string tenant, IReadOnlyList<string> keys, CancellationToken cancellation);

    /// <summary>The newest tasks of an agent.</summary>
    Task<IReadOnlyList<AgentTask>> TasksOfAsync(string tenant, string agentId, int limit, CancellationToken cancellation);

    /// <summary>Calls of an agent that its rate limits counted since a moment, by tool.</summary>
    Task<IReadOnlyDictionary<string, int>> CallsSinceAsync(string tenant, string agentId, DateTimeOffset since, CancellationToken cancellation);
}
