using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Protocol;

namespace Sallyport.Storage.Sql;

/// <summary>The durable side of the kill switch.</summary>
internal sealed class HaltStatements(ISqlDatabase database, AuditStatements audit, TimeProvider time) : IHaltStore
{
    private const string InScope = """
        (@scope = 'all' or @scope = 'workflow:' || workflow or @scope = 'tool:' || tool or @scope = 'agent:' || proposer_id)
        """;

    private sealed class Row
    {
        public required string Id { get; init; }
        public required string Tenant { get; init; }
        public required string Scope { get; init; }
        public required string Reason { get; init; }
        public required string ByUser { get; init; }
        public long At { get; init; }
        public long Generation { get; init; }
        public required string Revoked { get; init; }
        public required string Cancelled { get; init; }
        public long? ResumedAt { get; init; }
        public string? Receipt { get; init; }

        internal Halt ToHalt() => new(Id, Tenant, Scope, Reason, ByUser, Times.FromMs(At), Times.FromMs(ResumedAt), Generation, Receipt is not null)
        {
            RevokedAgents = AuditStatements.List(Revoked), Cancelled = AuditStatements.List(Cancelled),
        };
    }

    public Task<Halt> HaltAsync(Halt halt, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var generation = await NextGenerationAsync(session);
        await audit.AppendAsync(session, halt.Tenant, leaf);

        // A tool's halt stops the tool for everybody and leaves their credentials alone; the other scopes revoke.
        var agents = await session.QueryAsync<string>("""
            update agent set generation = generation + 1, status = 'halted'
            where tenant = @Tenant and status <> 'revoked' and (@Scope = 'all' or @Scope = 'workflow:' || workflow or @Scope = 'agent:' || id)
            returning id
            """, new { halt.Tenant, halt.Scope });

        var rows = await session.QueryAsync<ActionRow>(
            $"select {ActionRow.Columns} from action where tenant = @Tenant and state in ('pending', 'approved') and has_left = 0 and {InScope} order by id",
            new { halt.Tenant, scope = halt.Scope });
        foreach (var row in rows) await CancelAsync(session, row.ToRecord(), halt, leaf.Actor);
        var recorded = halt with { Generation = generation, RevokedAgents = [.. agents], Cancelled = [.. rows.Select(row => row.Id)] };
        await session.ExecuteAsync("""
            insert into halt (id, tenant, scope, reason, by_user, at, generation, revoked, cancelled)
            values (@Id, @Tenant, @Scope, @Reason, @By, @at, @Generation, @revoked, @cancelled)
            """, new
            {
                recorded.Id, recorded.Tenant, recorded.Scope, recorded.Reason, recorded.By, at = recorded.At.ToMs(), recorded.Generation,
                revoked = JsonSerializer.Serialize(recorded.RevokedAgents), cancelled = JsonSerializer.Serialize(recorded.Cancelled),
            });
        return recorded;
    }, cancellation);

    public Task<bool> CompleteAsync(Halt halt, string receipt, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        if (await session.ExecuteAsync("update halt set receipt = @receipt where tenant = @Tenant and id = @Id and receipt is null", new { halt.Tenant, halt.Id, receipt }) == 0) return false;
        await audit.AppendAsync(session, halt.Tenant, leaf);
        return true;
    }, cancellation);

    public Task<string?> ReceiptAsync(string tenant, string haltId, CancellationToken cancellation) =>
        database.ReadAsync(session => session.FirstAsync<string>("select receipt from halt where tenant = @tenant and id = @haltId and receipt is not null", new { tenant, haltId }), cancellation);

    public Task<bool> ResumeAsync(string tenant, string haltId, DateTimeOffset at, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var lifted = await session.ExecuteAsync("update halt set resumed_at = @at where tenant = @tenant and id = @haltId and resumed_at is null", new { at = at.ToMs(), tenant, haltId });
        if (lifted == 0) return false;
        await NextGenerationAsync(session);
        // Active again only where no other halt still covers the agent. Its generation stays bumped: old tokens stay void.
        await session.ExecuteAsync("""
            update agent set status = 'active' where tenant = @tenant and status = 'halted' and not exists (
                select 1 from halt where halt.tenant = @tenant and halt.resumed_at is null
                and (halt.scope = 'all' or halt.scope = 'workflow:' || agent.workflow or halt.scope = 'agent:' || agent.id))
            """, new { tenant });
        await audit.AppendAsync(session, tenant, leaf);
        return true;
    }, cancellation);

    public Task<IReadOnlyList<Halt>> ActiveAsync(CancellationToken cancellation) => database.ReadAsync(InForceAsync, cancellation);

    public Task<IReadOnlyList<UnresolvedAttempt>> UnresolvedAsync(string tenant, string scope, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<UnresolvedAttempt>>(async session =>
        [
            // An action that is to be sent again before its first outcome is known is as unresolved as one that waits for an answer.
            .. (await session.QueryAsync<(string Id, long Attempt)>(
                $"select id, attempt from action where tenant = @tenant and (state in ('dispatching', 'unknown') or (state = 'approved' and in_doubt = 1)) and {InScope} order by id",
                new { tenant, scope })).Select(row => new UnresolvedAttempt(tenant, row.Id, (int)row.Attempt)),
        ], cancellation);

    public Task<PermitGrant> RenewAsync(string replica, DateTimeOffset now, TimeSpan timeToLive, long taken, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var generation = await session.ScalarAsync<long>("select generation from control");
        var granted = taken == generation;
        await session.ExecuteAsync("""
            insert into replica (id, started_at, permit_until, generation) values (@replica, @now, @until, @taken)
            on conflict (id) do update set permit_until = case when @granted then @until else permit_until end, generation = @taken
            """, new { replica, now = now.ToMs(), until = (granted ? now + timeToLive : now).ToMs(), taken, granted });
        return new PermitGrant(granted, generation, granted ? [] : await InForceAsync(session));
    }, cancellation);

    public Task<IReadOnlyList<Replica>> ReplicasAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Replica>>(async session =>
        [.. (await session.QueryAsync<(string Id, long Generation, long Until)>("select id, generation, permit_until from replica order by id"))
            .Select(row => new Replica(row.Id, row.Generation, Times.FromMs(row.Until)))], cancellation);

    public Task ForgetAsync(string replica, CancellationToken cancellation) =>
        database.WriteAsync(session => session.ExecuteAsync("delete from replica where id = @replica", new { replica }), cancellation);

    private static async Task<IReadOnlyList<Halt>> InForceAsync(SqlSession session) =>
        [.. (await session.QueryAsync<Row>("select id, tenant, scope, reason, by_user, at, generation, revoked, cancelled, resumed_at, receipt from halt where resumed_at is null order by at, id"))
            .Select(row => row.ToHalt())];

    private static async Task<long> NextGenerationAsync(SqlSession session)
    {
        await session.ExecuteAsync("update control set generation = generation + 1");
        return await session.ScalarAsync<long>("select generation from control");
    }

    private async Task CancelAsync(SqlSession session, ActionRecord action, Halt halt, string actor)
    {
        var after = action with
        {
            State = ActionState.Cancelled, Version = action.Version + 1, UpdatedAt = time.Now(), ErrorCode = ErrorCatalogue.Halted.Code,
            ErrorDetail = "A halt cancelled it before anything left.",
        };
        await session.ExecuteAsync($"update action set {ActionRow.Assignments} where id = @Id", ActionRow.From(after));
        await BudgetStatements.EndAsync(session, action.Id, spend: false);
        await audit.AppendAsync(session, action.Tenant, TransitionLeaf.Make("action.cancelled", actor, action.State, after, new JsonObject { ["halt_id"] = halt.Id })
            with { Correlations = [halt.Id] });
    }
}
