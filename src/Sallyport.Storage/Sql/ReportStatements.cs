using Sallyport.Limits;
using Sallyport.Protocol;
using Sallyport.Reporting;

namespace Sallyport.Storage.Sql;

/// <summary>Reads for reports and pages; every query is bounded and uses an index.</summary>
internal sealed class ReportStatements(ISqlDatabase database, ActionStatements actions) : IReportStore
{
    private sealed record LeafRow(long Seq, long At, string Kind, string? ActionId, byte[] Leaf);

    public Task<IReadOnlyList<ReportLeaf>> LeavesAsync(string tenant, DateTimeOffset since, long after, int limit, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<ReportLeaf>>(async session =>
        {
            var from = after >= 0 ? after + 1 : await FirstSinceAsync(session, since);
            var rows = await session.QueryAsync<LeafRow>(
                "select seq as Seq, at as At, kind as Kind, action_id as ActionId, leaf as Leaf from audit_leaf where seq >= @from and tenant = @tenant order by seq limit @limit",
                new { from, tenant, limit });
            return [.. rows.Select(row => new ReportLeaf(row.Seq, Times.FromMs(row.At), row.Kind, row.ActionId, row.Leaf))];
        }, cancellation);

    public Task<long> CountSinceAsync(DateTimeOffset since, CancellationToken cancellation) =>
        database.ReadAsync(async session => await SizeAsync(session) - await FirstSinceAsync(session, since), cancellation);

    public Task<DateTimeOffset> TimeOfNewestAsync(long back, CancellationToken cancellation) => database.ReadAsync(async session =>
        Times.FromMs(await AtAsync(session, Math.Max(0, await SizeAsync(session) - back)) ?? 0), cancellation);

    public Task<IReadOnlyList<ActionRecord>> OfProposerAsync(string tenant, string proposerId, int limit, CancellationToken cancellation) =>
        actions.ManyAsync("where tenant = @tenant and proposer_id = @proposerId order by created_at desc, id desc limit @limit", new { tenant, proposerId, limit }, cancellation);

    public Task<IReadOnlyList<ActionRecord>> SameRuleAsync(ActionRecord action, DateTimeOffset since, int limit, CancellationToken cancellation) =>
        actions.ManyAsync("""
            where tenant = @Tenant and created_at >= @since and workflow = @Workflow and tool = @Tool and rule = @Rule and id <> @Id
              and exists (select 1 from decision where decision.action_id = action.id)
            order by created_at desc, id desc limit @limit
            """, new { action.Tenant, since = since.ToMs(), action.Workflow, action.Tool, action.Rule, action.Id, limit }, cancellation);

    public Task<IReadOnlyList<ActionRecord>> SameResourceAsync(ActionRecord action, int limit, CancellationToken cancellation) =>
        // Its own key, trace and rollback lead to the action itself; what is left are business ids such as the order.
        actions.ManyAsync("""
            where tenant = @Tenant and id <> @Id and id in (
                select other.action_id from correlation hit join audit_leaf other on other.seq = hit.seq
                where hit.tenant = @Tenant and other.kind = 'action.accepted' and other.action_id <> @Id and hit.value in (
                    select mine.value from correlation mine join audit_leaf own on own.seq = mine.seq
                    where own.action_id = @Id and own.kind = 'action.accepted'
                      and mine.value not in (@IdempotencyKey, @trace, @original, @approval))
                order by hit.seq desc limit @limit)
            order by created_at desc, id desc limit @limit
            """, new
        {
            action.Tenant, action.Id, action.IdempotencyKey, trace = action.TraceId ?? "", original = action.Compensates ?? "", approval = action.ApprovalId ?? "", limit,
        }, cancellation);

    public Task<IReadOnlyList<BudgetState>> BudgetsAsync(string tenant, IReadOnlyList<string> keys, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<BudgetState>>(async session =>
        {
            var found = new List<BudgetState>();
            foreach (var key in keys)
                found.AddRange((await session.QueryAsync<(string Currency, long Reserved, long Spent)>(
                    "select currency, reserved, spent from budget where key = @key order by currency", new { key = $"{tenant}/{key}" })).Select(row => new BudgetState(key, row.Currency, row.Reserved, row.Spent)));
            return found;
        }, cancellation);

    public Task<IReadOnlyList<AgentTask>> TasksOfAsync(string tenant, string agentId, int limit, CancellationToken cancellation) =>
        actions.TasksAsync("where tenant = @tenant and agent_id = @agentId order by created_at desc, id desc limit @limit", new { tenant, agentId, limit }, cancellation);

    public Task<IReadOnlyDictionary<string, int>> CallsSinceAsync(string tenant, string agentId, DateTimeOffset since, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyDictionary<string, int>>(async session =>
        {
            var prefix = $"{tenant}/{agentId}/";
            var rows = await session.QueryAsync<(string Key, long Calls)>("""
                select rate_key, count(*) from audit_leaf where rate_key is not null and at >= @since and substr(rate_key, 1, @length) = @prefix group by rate_key
                """, new { since = since.ToMs(), prefix, length = prefix.Length });
            return rows.ToDictionary(row => row.Key[prefix.Length..], row => (int)row.Calls, StringComparer.Ordinal);
        }, cancellation);

    /// <summary>The first position since a moment. Times never go back along the log, so halving finds it without an index of its own.</summary>
    private static async Task<long> FirstSinceAsync(SqlSession session, DateTimeOffset since)
    {
        var (low, high, at) = (0L, await SizeAsync(session), since.ToMs());
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (await AtAsync(session, middle) < at) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static Task<long> SizeAsync(SqlSession session) => session.ScalarAsync<long>("select coalesce(max(seq), -1) + 1 from audit_leaf");

    private static Task<long?> AtAsync(SqlSession session, long seq) => session.FirstAsync<long?>("select at from audit_leaf where seq >= @seq order by seq limit 1", new { seq });
}
