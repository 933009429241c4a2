using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Workflows;

namespace Sallyport.Reporting;

/// <summary>Makes the report on operations. Reads only.</summary>
public sealed class OperationsReports(IReportStore store, IIdentityStore identities, IReleaseStore stored, ReleaseRegistry releases, TimeProvider time)
{
    /// <summary>Entries counted at most; a longer period is counted from as far back as that reaches, and says so.</summary>
    private const int MaxEntries = 500_000;

    private const int Page = 5_000;
    private const int MaxReleases = 10_000;

    /// <summary>Counts a period, of one workflow or of all.</summary>
    public async Task<OperationsReport> MakeAsync(string tenant, string? workflow, ReportPeriod period, CancellationToken cancellation)
    {
        var now = time.Now();
        var since = now - period.Length;
        var isComplete = await store.CountSinceAsync(since, cancellation) <= MaxEntries;
        var from = isComplete ? since : await store.TimeOfNewestAsync(MaxEntries, cancellation);
        var wanted = workflow is null ? null : (await stored.HeadsAsync(MaxReleases, cancellation)).Where(head => head.Workflow == workflow).Select(head => head.Hash).ToHashSet(StringComparer.Ordinal);
        var fold = new OperationsFold(period, since, release => wanted is null || (release is not null && wanted.Contains(release)));
        for (long after = -1; ;)
        {
            var page = await store.LeavesAsync(tenant, from, after, Page, cancellation);
            foreach (var leaf in page) fold.Add(leaf);
            if (page.Count < Page) break;
            after = page[^1].Index;
        }

        var latency = fold.Latency;
        return new OperationsReport(
            period.Name, workflow, since, now, isComplete, from, fold.Proposed, fold.States, fold.SuccessRate, fold.EscalationRate, fold.Denials, fold.Refusals,
            fold.Retries, fold.DuplicatesStopped, latency.People, latency, await BudgetsAsync(tenant, workflow, now, cancellation), fold.Slots());
    }

    /// <summary>Today's budgets of the agents, those most used first.</summary>
    private async Task<IReadOnlyList<BudgetUse>> BudgetsAsync(string tenant, string? workflow, DateTimeOffset now, CancellationToken cancellation)
    {
        var agents = (await identities.AgentsAsync(tenant, cancellation)).Where(agent => workflow is null || agent.Workflow == workflow).ToList();
        var all = new List<BudgetUse>();
        foreach (var agent in agents) all.AddRange(await DayBudgetsAsync(agent, now, cancellation));
        return [.. all.OrderByDescending(use => use.LimitMinor == 0 ? 0 : (double)(use.SpentMinor + use.ReservedMinor) / use.LimitMinor).ThenBy(use => use.AgentName, StringComparer.Ordinal)];
    }

    /// <summary>Today's budgets of one agent, one per currency that its workflow allows.</summary>
    public async Task<IReadOnlyList<BudgetUse>> DayBudgetsAsync(AgentIdentity agent, DateTimeOffset now, CancellationToken cancellation)
    {
        if (releases.ActiveOf(agent.Workflow) is not { } release) return [];
        var used = await store.BudgetsAsync(agent.Tenant, [$"agent:{agent.Id}:day:{now.UtcDateTime:yyyy-MM-dd}"], cancellation);
        return
        [
            .. release.Manifest.Limits.AmountPerDay.OrderBy(limit => limit.Key, StringComparer.Ordinal).Select(limit =>
            {
                var state = used.FirstOrDefault(budget => budget.Currency == limit.Key);
                return new BudgetUse(agent.Id, agent.Name, limit.Key, state?.ReservedMinor ?? 0, state?.SpentMinor ?? 0, limit.Value);
            }),
        ];
    }
}
