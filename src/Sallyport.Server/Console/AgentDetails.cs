using Sallyport.Console.Views;
using Sallyport.Contracts.Money;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Limits;
using Sallyport.Reporting;
using Sallyport.Server.Identity;
using Sallyport.Workflows;

namespace Sallyport.Server.Console;

/// <summary>Everything that the page of one agent shows.</summary>
internal sealed class AgentDetails(
    IIdentityStore identities, IHaltStore halts, IReportStore reports, OperationsReports operations, ReleaseRegistry releases, ActionLines lines, HaltViews haltViews, TimeProvider time)
{
    private const int ShownActions = 10;
    private const int ShownTasks = 5;

    internal async Task<AgentDetail?> MakeAsync(string tenant, string id, CancellationToken cancellation)
    {
        if (await identities.FindAgentAsync(id, cancellation) is not { } agent || agent.Tenant != tenant) return null;
        var tasks = await reports.TasksOfAsync(tenant, id, ShownTasks, cancellation);
        var release = releases.ActiveOf(agent.Workflow);
        var covering = (await halts.ActiveAsync(cancellation)).Where(halt => HaltViews.Covers(halt, agent));
        return new AgentDetail(
            AgentEndpoints.View(agent), await haltViews.OfAsync(covering, tenant, cancellation), release is null ? [] : await LimitsAsync(agent, release, tasks, cancellation),
            [.. tasks.Select(task => new TaskLine(task.Id, task.Source, task.Invocations, release?.Manifest.Limits.InvocationsPerTask ?? 0, task.Closed, task.CreatedAt))],
            await lines.LinesAsync(await reports.OfProposerAsync(tenant, id, ShownActions, cancellation), cancellation));
    }

    private async Task<IReadOnlyList<LimitUse>> LimitsAsync(AgentIdentity agent, Release release, IReadOnlyList<AgentTask> tasks, CancellationToken cancellation)
    {
        var (limits, now) = (release.Manifest.Limits, time.Now());
        var uses = new List<LimitUse>();
        var calls = await reports.CallsSinceAsync(agent.Tenant, agent.Id, now - TimeSpan.FromMinutes(1), cancellation);
        if (calls.Count == 0) uses.Add(Count("Calls of each tool in the last minute", 0, limits.RequestsPerMinute));
        foreach (var (tool, count) in calls.OrderBy(entry => entry.Key, StringComparer.Ordinal)) uses.Add(Count($"Calls of {tool} in the last minute", count, limits.RequestsPerMinute));
        foreach (var use in await operations.DayBudgetsAsync(agent, now, cancellation)) uses.Add(Money($"Today, {use.Currency}", use.SpentMinor + use.ReservedMinor, use.LimitMinor, use.Currency));
        if (tasks is not [var newest, ..]) return uses;
        uses.Add(Count("Tool calls of its newest task", newest.Invocations, limits.InvocationsPerTask));
        foreach (var state in await reports.BudgetsAsync(agent.Tenant, ["task:" + newest.Id], cancellation))
            uses.Add(Money($"Its newest task, {state.Currency}", state.SpentMinor + state.ReservedMinor, limits.AmountPerTask.GetValueOrDefault(state.Currency), state.Currency));
        return uses;
    }

    private static LimitUse Count(string name, int used, int limit) => new(name, $"{used}", $"{limit}", limit == 0 ? 0 : (double)used / limit);

    private static LimitUse Money(string name, long used, long limit, string currency) =>
        new(name, Iso4217.Format(used, currency) ?? $"{used} {currency}", Iso4217.Format(limit, currency) ?? $"{limit} {currency}", limit == 0 ? 0 : (double)used / limit);
}
