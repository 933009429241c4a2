using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Protocol;

namespace Sallyport.Storage.Sql;

/// <summary>Whom pending approvals were put to, and who stands in for whom.</summary>
internal sealed class ApprovalStatements(ISqlDatabase database, AuditStatements audit) : IApprovalStore
{
    private sealed class AskRow
    {
        public required string ApprovalId { get; init; }
        public int Circle { get; init; }
        public bool Settled { get; init; }
    }

    private sealed class SubstituteRow
    {
        public required string Id { get; init; }
        public required string Tenant { get; init; }
        public required string UserId { get; init; }
        public required string StandIn { get; init; }
        public string? Reason { get; init; }
        public long BeginsAt { get; init; }
        public long EndsAt { get; init; }

        internal Substitute ToSubstitute() => new(Id, Tenant, UserId, StandIn, Reason, Times.FromMs(BeginsAt), Times.FromMs(EndsAt));
    }

    public Task<IReadOnlyList<DueAsk>> DueAsksAsync(DateTimeOffset now, int limit, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<DueAsk>>(async session =>
    {
        const string Due = "from action left join approval_ask on approval_ask.approval_id = action.approval_id where state = 'pending' and (approval_ask.approval_id is null or next_at <= @now)";
        var values = new { now = now.ToMs(), limit };
        var asked = (await session.QueryAsync<AskRow>($"select approval_ask.approval_id, circle, settled {Due} and approval_ask.approval_id is not null", values))
            .ToDictionary(row => row.ApprovalId, row => new ApprovalAsk(row.Circle, row.Settled));
        var columns = string.Join(", ", ActionRow.Columns.Split(", ").Select(column => "action." + column));
        return [.. (await session.QueryAsync<ActionRow>($"select {columns} {Due} order by asked_at, id limit @limit", values))
            .Select(row => new DueAsk(row.ToRecord(), asked.GetValueOrDefault(row.ApprovalId!)))];
    }, cancellation);

    public Task<bool> AskAsync(ActionRecord action, ApprovalAsk? before, ApprovalAsk after, DateTimeOffset? nextAt, AuditDraft? leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var values = new { action.Id, action.ApprovalId, after.Circle, settled = after.IsSettled ? 1 : 0, next = nextAt?.ToMs(), oldCircle = before?.Circle, oldSettled = before?.IsSettled == true ? 1 : 0 };
        if (await session.FirstAsync<string>("select id from action where id = @Id and approval_id = @ApprovalId and state = 'pending'", values) is null) return false;
        var moved = await session.ExecuteAsync(before is null
            ? "insert into approval_ask (approval_id, circle, next_at, settled) values (@ApprovalId, @Circle, @next, @settled) on conflict do nothing"
            : "update approval_ask set circle = @Circle, next_at = @next, settled = @settled where approval_id = @ApprovalId and circle = @oldCircle and settled = @oldSettled", values);
        if (moved == 1 && leaf is not null) await audit.AppendAsync(session, action.Tenant, leaf);
        return moved == 1;
    }, cancellation);

    public Task<IReadOnlyList<Substitute>> SubstitutesAsync(string tenant, DateTimeOffset now, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Substitute>>(async session =>
        [.. (await session.QueryAsync<SubstituteRow>("""
            select id, tenant, user_id, stand_in, reason, begins_at, ends_at from substitute
            where tenant = @tenant and ends_at > @now and begins_at <= @now order by begins_at, id limit 1000
            """, new { tenant, now = now.ToMs() })).Select(row => row.ToSubstitute())], cancellation);

    public Task AddSubstituteAsync(Substitute substitute, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync("insert into substitute (id, tenant, user_id, stand_in, reason, begins_at, ends_at) values (@Id, @Tenant, @UserId, @StandIn, @Reason, @begins, @ends)",
            new { substitute.Id, substitute.Tenant, substitute.UserId, substitute.StandIn, substitute.Reason, begins = substitute.BeginsAt.ToMs(), ends = substitute.EndsAt.ToMs() });
        await audit.AppendAsync(session, substitute.Tenant, leaf);
        return true;
    }, cancellation);

    public Task<bool> EndSubstituteAsync(string tenant, string id, string userId, DateTimeOffset now, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var ended = await session.ExecuteAsync("update substitute set ends_at = @now where tenant = @tenant and id = @id and user_id = @userId and ends_at > @now", new { tenant, id, userId, now = now.ToMs() });
        if (ended == 1) await audit.AppendAsync(session, tenant, leaf);
        return ended == 1;
    }, cancellation);
}
