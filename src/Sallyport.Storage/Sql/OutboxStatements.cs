using Sallyport.Audit;
using Sallyport.Contracts.Wire;
using Sallyport.Outbox;

namespace Sallyport.Storage.Sql;

/// <summary>Deliveries, cursors and threads.</summary>
internal sealed class OutboxStatements(ISqlDatabase database, AuditStatements audit) : IOutboxStore
{
    private const string ThreadColumns = "channel, subject, reference, statement, is_open";
    private const string Columns = "id, channel, tenant, seq, kind, action_id, state, attempts, since, due_at, reason";

    private sealed class Row
    {
        public required string Id { get; init; }
        public required string Channel { get; init; }
        public required string Tenant { get; init; }
        public long Seq { get; init; }
        public required string Kind { get; init; }
        public string? ActionId { get; init; }
        public required string State { get; init; }
        public int Attempts { get; init; }
        public long Since { get; init; }
        public long DueAt { get; init; }
        public string? Reason { get; init; }

        internal Delivery ToDelivery() => new()
        {
            Id = Id, Channel = Channel, Tenant = Tenant, Entry = Seq, Kind = Kind, ActionId = ActionId, State = WireName.Parse<DeliveryState>(State), Attempts = Attempts,
            Since = Times.FromMs(Since), DueAt = Times.FromMs(DueAt), Reason = Reason,
        };
    }

    private sealed class ThreadRow
    {
        public required string Channel { get; init; }
        public required string Subject { get; init; }
        public required string Reference { get; init; }
        public required string Statement { get; init; }
        public bool IsOpen { get; init; }

        internal VendorThread ToThread() => new(Channel, Subject, Reference, Statement, IsOpen);
    }

    public async Task<long> FollowAsync(string channel, CancellationToken cancellation)
    {
        var values = new { channel };
        if (await database.ReadAsync(session => session.FirstAsync<long?>("select seq from outbox_cursor where channel = @channel", values), cancellation) is { } known) return known;
        return await database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("insert into outbox_cursor (channel, seq) select @channel, coalesce(max(seq), -1) + 1 from audit_leaf where true on conflict do nothing", values);
            return await session.ScalarAsync<long>("select seq from outbox_cursor where channel = @channel", values);
        }, cancellation);
    }

    public Task<bool> EnqueueAsync(
        string channel, long from, long to, IReadOnlyList<NewDelivery> deliveries, DateTimeOffset now, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        if (await session.ExecuteAsync("update outbox_cursor set seq = @to where channel = @channel and seq = @from", new { channel, from, to }) == 0) return false;
        foreach (var delivery in deliveries)
        {
            await session.ExecuteAsync("""
                insert into delivery (id, channel, tenant, seq, kind, action_id, state, attempts, since, due_at, locked_until)
                select @Id, @channel, tenant, seq, kind, action_id, 'waiting', 0, @now, @now, 0 from audit_leaf where seq = @Entry
                """, new { delivery.Id, channel, delivery.Entry, now = now.ToMs() });
        }

        return true;
    }, cancellation);

    public Task<int> WaitingAsync(string channel, CancellationToken cancellation) =>
        database.ReadAsync(session => session.ScalarAsync<int>("select count(*) from delivery where channel = @channel and state = 'waiting'", new { channel }), cancellation);

    public async Task<Delivery?> ClaimAsync(string channel, DateTimeOffset now, DateTimeOffset lockedUntil, CancellationToken cancellation)
    {
        const string Next = """
            select id from delivery next where channel = @channel and state = 'waiting' and due_at <= @now and locked_until <= @now
            and not exists (
                select 1 from delivery earlier
                where earlier.channel = next.channel and earlier.action_id = next.action_id and earlier.state = 'waiting' and earlier.seq < next.seq)
            order by due_at, seq limit 1
            """;
        var values = new { channel, now = now.ToMs(), lockedUntil = lockedUntil.ToMs() };
        // Mostly nothing is due: that is found out without a transaction.
        if (await database.ReadAsync(session => session.FirstAsync<string>(Next, values), cancellation) is null) return null;
        return await database.WriteAsync(async session =>
            (await session.FirstAsync<Row>($"update delivery set attempts = attempts + 1, locked_until = @lockedUntil where id = ({Next}) returning {Columns}", values))
                ?.ToDelivery(), cancellation);
    }

    public Task SentAsync(Delivery delivery, CancellationToken cancellation) => database.WriteAsync(session =>
        session.ExecuteAsync("update delivery set state = 'sent', reason = null where id = @Id and state = 'waiting'", new { delivery.Id }), cancellation);

    public Task PostponeAsync(Delivery delivery, DateTimeOffset dueAt, string reason, CancellationToken cancellation) => database.WriteAsync(session => session.ExecuteAsync(
        "update delivery set due_at = @dueAt, reason = @reason, locked_until = 0 where id = @Id and state = 'waiting' and attempts = @Attempts",
        new { delivery.Id, delivery.Attempts, dueAt = dueAt.ToMs(), reason }), cancellation);

    public Task<bool> BuryAsync(Delivery delivery, string reason, AuditDraft leaf, CancellationToken cancellation) => ChangeAsync(
        "update delivery set state = 'dead', reason = @reason where id = @Id and state = 'waiting' and attempts = @Attempts",
        new { delivery.Id, delivery.Attempts, reason }, delivery.Tenant, leaf, cancellation);

    public Task<bool> RetryAsync(string tenant, string id, DateTimeOffset now, AuditDraft leaf, CancellationToken cancellation) => ChangeAsync(
        "update delivery set state = 'waiting', attempts = 0, since = @now, due_at = @now, locked_until = 0 where tenant = @tenant and id = @id and state = 'dead'",
        new { tenant, id, now = now.ToMs() }, tenant, leaf, cancellation);

    public Task<bool> DropAsync(string tenant, string id, AuditDraft leaf, CancellationToken cancellation) => ChangeAsync(
        "update delivery set state = 'dropped' where tenant = @tenant and id = @id and state in ('waiting', 'dead')", new { tenant, id }, tenant, leaf, cancellation);

    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellation) => database.WriteAsync(session =>
        session.ExecuteAsync("delete from delivery where state in ('sent', 'dropped') and since < @before", new { before = before.ToMs() }), cancellation);

    public Task<Delivery?> FindAsync(string tenant, string id, CancellationToken cancellation) => database.ReadAsync(async session =>
        (await session.FirstAsync<Row>($"select {Columns} from delivery where tenant = @tenant and id = @id", new { tenant, id }))?.ToDelivery(), cancellation);

    public Task<IReadOnlyList<Delivery>> ListAsync(string tenant, DeliveryState? state, int limit, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Delivery>>(async session =>
        [.. (await session.QueryAsync<Row>(
            $"select {Columns} from delivery where tenant = @tenant and (state = @state or (@state is null and state in ('waiting', 'dead'))) order by seq desc, channel limit @limit",
            new { tenant, state = state is { } one ? WireName.Of(one) : null, limit })).Select(row => row.ToDelivery())], cancellation);

    public Task<VendorThread?> ThreadAsync(string channel, string subject, CancellationToken cancellation) => database.ReadAsync(async session =>
        (await session.FirstAsync<ThreadRow>($"select {ThreadColumns} from vendor_thread where channel = @channel and subject = @subject", new { channel, subject }))?.ToThread(), cancellation);

    public Task<IReadOnlyList<VendorThread>> OpenThreadsAsync(string channel, int limit, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<VendorThread>>(async session =>
        [.. (await session.QueryAsync<ThreadRow>($"select {ThreadColumns} from vendor_thread where channel = @channel and is_open = 1 order by subject limit @limit", new { channel, limit })).Select(row => row.ToThread())], cancellation);

    public Task KeepThreadAsync(VendorThread thread, CancellationToken cancellation) => database.WriteAsync(session => session.ExecuteAsync("""
        insert into vendor_thread (channel, subject, reference, statement, is_open) values (@Channel, @Subject, @Reference, @Statement, @IsOpen)
        on conflict (channel, subject) do update set reference = excluded.reference, statement = excluded.statement, is_open = excluded.is_open
        """, thread), cancellation);

    private Task<bool> ChangeAsync(string sql, object values, string tenant, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        if (await session.ExecuteAsync(sql, values) == 0) return false;
        await audit.AppendAsync(session, tenant, leaf);
        return true;
    }, cancellation);
}
