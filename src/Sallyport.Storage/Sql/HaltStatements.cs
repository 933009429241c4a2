using Sallyport.Identity;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
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
        public long? ResumedAt { get; init; }
    }

    public Task<HaltResult> HaltAsync(Halt halt, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync("insert into halt (id, tenant, scope, reason, by_user, at) values (@Id, @Tenant, @Scope, @Reason, @By, @at)",
            new { halt.Id, halt.Tenant, halt.Scope, halt.Reason, halt.By, at = halt.At.ToMs() });
        await audit.AppendAsync(session, halt.Tenant, leaf);

        // A tool's halt stops the tool for everybody and leaves their credentials alone; the other scopes revoke.
        var agents = await session.QueryAsync<string>("""
            update agent set generation = generation + 1, status = 'halted'
            where tenant = @Tenant and status <> 'revoked' and (@Scope = 'all' or @Scope = 'workflow:' || workflow or @Scope = 'agent:' || id)
            returning id
            """, halt);

        var rows = await session.QueryAsync<ActionRow>(
            $"select {ActionRow.Columns} from action where tenant = @Tenant and state in ('pending', 'approved') and has_left = 0 and {InScope} order by id",
            new { halt.Tenant, scope = halt.Scope });
        foreach (var row in rows) await CancelAsync(session, row.ToRecord(), halt, leaf.Actor);
        return new HaltResult(agents, [.. rows.Select(row => row.Id)]);
    }, cancellation);

    public Task<bool> ResumeAsync(string tenant, string haltId, DateTimeOffset at, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        var lifted = await session.ExecuteAsync("update halt set resumed_at = @at where tenant = @tenant and id = @haltId and resumed_at is null", new { at = at.ToMs(), tenant, haltId });
        if (lifted == 0) return false;
        // Active again only where no other halt still covers the agent. Its generation stays bumped: old tokens stay void.
        await session.ExecuteAsync("""
            update agent set status = 'active' where tenant = @tenant and status = 'halted' and not exists (
                select 1 from halt where halt.tenant = @tenant and halt.resumed_at is null
                and (halt.scope = 'all' or halt.scope = 'workflow:' || agent.workflow or halt.scope = 'agent:' || agent.id))
            """, new { tenant });
        await audit.AppendAsync(session, tenant, leaf);
        return true;
    }, cancellation);

    public Task<IReadOnlyList<Halt>> ActiveAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Halt>>(async session =>
        [.. (await session.QueryAsync<Row>("select id, tenant, scope, reason, by_user, at, resumed_at from halt where resumed_at is null order by at, id"))
            .Select(row => new Halt(row.Id, row.Tenant, row.Scope, row.Reason, row.ByUser, Times.FromMs(row.At), Times.FromMs(row.ResumedAt)))], cancellation);

    public Task<IReadOnlyList<string>> UnresolvedAsync(string tenant, string scope, CancellationToken cancellation) =>
        database.ReadAsync(session => session.QueryAsync<string>(
            $"select id from action where tenant = @tenant and state in ('dispatching', 'unknown') and {InScope} order by id", new { tenant, scope }), cancellation);

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
