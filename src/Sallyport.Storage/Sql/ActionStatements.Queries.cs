using System.Text.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Limits;
using Sallyport.Policy;
using Sallyport.Protocol;

namespace Sallyport.Storage.Sql;

/// <summary>Reading actions, answers and tasks.</summary>
internal sealed partial class ActionStatements
{
    private const string Select = "select " + ActionRow.Columns + " from action ";

    private sealed class DecisionRow
    {
        public required string ApprovalId { get; init; }
        public int Round { get; init; }
        public required string UserId { get; init; }
        public required string Username { get; init; }
        public bool Approve { get; init; }
        public string? Reason { get; init; }
        public required string Evidence { get; init; }
        public required string StepUp { get; init; }
        public required string Digest { get; init; }
        public long At { get; init; }

        internal ApprovalDecision ToDecision() =>
            new(ApprovalId, Round, UserId, Username, Approve, Reason, JsonSerializer.Deserialize<List<ApproverEvidence>>(Evidence, WireJson.Options)!, Digest, Times.FromMs(At))
            {
                StepUp = WireName.Parse<StepUp>(StepUp),
            };
    }

    private sealed class TaskRow
    {
        public required string Id { get; init; }
        public required string Tenant { get; init; }
        public required string AgentId { get; init; }
        public required string Workflow { get; init; }
        public required string Release { get; init; }
        public required string Source { get; init; }
        public required string Input { get; init; }
        public int Invocations { get; init; }
        public bool Closed { get; init; }
        public long CreatedAt { get; init; }
    }

    public Task<ActionRecord?> FindAsync(string tenant, string id, CancellationToken cancellation) =>
        OneAsync("where tenant = @tenant and id = @id", new { tenant, id }, cancellation);

    public Task<ActionRecord?> FindByKeyAsync(string tenant, string proposerId, string tool, string key, CancellationToken cancellation) =>
        database.ReadAsync(session => ByKeyAsync(session, tenant, proposerId, tool, key), cancellation);

    public Task<ActionRecord?> FindByApprovalAsync(string tenant, string approvalId, CancellationToken cancellation) =>
        OneAsync("where tenant = @tenant and approval_id = @approvalId", new { tenant, approvalId }, cancellation);

    public Task<IReadOnlyList<ActionRecord>> PendingAsync(string tenant, int limit, CancellationToken cancellation) =>
        ManyAsync("where tenant = @tenant and state = 'pending' order by created_at, id limit @limit", new { tenant, limit }, cancellation);

    public Task<IReadOnlyList<ActionRecord>> RecentAsync(string tenant, int limit, CancellationToken cancellation) =>
        ManyAsync("where tenant = @tenant order by created_at desc, id desc limit @limit", new { tenant, limit }, cancellation);

    public Task<IReadOnlyList<ActionRecord>> SinceAsync(string tenant, string workflow, DateTimeOffset since, ActionRecord? after, int limit, CancellationToken cancellation) =>
        ManyAsync("where tenant = @tenant and workflow = @workflow and created_at >= @since and (created_at, id) > (@at, @id) order by created_at, id limit @limit",
            new { tenant, workflow, since = since.ToMs(), at = after?.CreatedAt.ToMs() ?? long.MinValue, id = after?.Id ?? "", limit }, cancellation);

    public Task<IReadOnlyList<ActionRecord>> DueAsync(ActionState state, DateTimeOffset now, int limit, CancellationToken cancellation) =>
        // The state stands in the text, since a partial index only serves a literal; it is the name of an enum member, never input.
        ManyAsync($"where state = '{WireName.Of(state)}' and not_before <= @now order by not_before, id limit @limit", new { now = now.ToMs(), limit }, cancellation);

    public Task<IReadOnlyList<ActionRecord>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        ManyAsync("where state in ('pending', 'approved') and expires_at <= @now order by expires_at, id limit @limit", new { now = now.ToMs(), limit }, cancellation);

    public Task<IReadOnlyList<ActionRecord>> AbandonedAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        ManyAsync("""
            where state = 'dispatching' and (lease_until is null or lease_until <= @now or not exists (select 1 from replica where replica.id = action.replica))
            order by not_before, id limit @limit
            """, new { now = now.ToMs(), limit }, cancellation);

    public Task<IReadOnlyList<Testimony>> TestimoniesAsync(string actionId, int attempt, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<Testimony>>(async session =>
        [
            .. (await session.QueryAsync<(string UserId, long Applied, long At)>(
                "select user_id, applied, at from testimony where action_id = @actionId and attempt = @attempt order by at, user_id", new { actionId, attempt }))
                .Select(row => new Testimony(row.UserId, row.Applied != 0, Times.FromMs(row.At))),
        ], cancellation);

    public Task<IReadOnlyList<ApprovalDecision>> DecisionsAsync(string tenant, string actionId, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<ApprovalDecision>>(async session =>
        [
            .. (await session.QueryAsync<DecisionRow>("""
                select approval_id, round, user_id, username, approve, reason, evidence, step_up, digest, at from decision
                where tenant = @tenant and action_id = @actionId order by at, user_id
                """, new { tenant, actionId })).Select(row => row.ToDecision()),
        ], cancellation);

    public async Task<AgentTask?> FindTaskAsync(string tenant, string id, CancellationToken cancellation) =>
        await TasksAsync("where tenant = @tenant and id = @id", new { tenant, id }, cancellation) is [var task] ? task : null;

    internal Task<IReadOnlyList<AgentTask>> TasksAsync(string where, object values, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<AgentTask>>(async session =>
    [
        .. (await session.QueryAsync<TaskRow>("select id, tenant, agent_id, workflow, release, source, input, invocations, closed, created_at from task " + where, values))
            .Select(row => new AgentTask(row.Id, row.Tenant, row.AgentId, row.Workflow, row.Release, row.Source, row.Input, row.Invocations, row.Closed, Times.FromMs(row.CreatedAt))),
    ], cancellation);

    private static async Task<ActionRecord?> ByKeyAsync(SqlSession session, string tenant, string proposerId, string tool, string key) =>
        (await session.FirstAsync<ActionRow>(Select + "where tenant = @tenant and proposer_id = @proposerId and tool = @tool and idempotency_key = @key",
            new { tenant, proposerId, tool, key }))?.ToRecord();

    private Task<ActionRecord?> OneAsync(string where, object values, CancellationToken cancellation) =>
        database.ReadAsync(async session => (await session.FirstAsync<ActionRow>(Select + where, values))?.ToRecord(), cancellation);

    internal Task<IReadOnlyList<ActionRecord>> ManyAsync(string where, object values, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<ActionRecord>>(async session =>
            [.. (await session.QueryAsync<ActionRow>(Select + where, values)).Select(row => row.ToRecord())], cancellation);
}
