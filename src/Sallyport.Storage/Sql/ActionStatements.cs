using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;
using Sallyport.Limits;
using Sallyport.Protocol;

namespace Sallyport.Storage.Sql;

/// <summary>The action protocol in SQL that both databases understand. Guards are conditions inside the transaction, never before it.</summary>
internal sealed partial class ActionStatements(ISqlDatabase database, AuditStatements audit, RateLimit rates) : IActionStore
{
    private const string Live = "state not in ('denied', 'expired', 'cancelled', 'failed', 'escalated', 'drafted')";

    /// <summary>Unwinds a transaction whose guard said no; carries the outcome to the caller.</summary>
    private sealed class GuardException(AcceptResult result) : Exception
    {
        internal AcceptResult Result { get; } = result;
    }

    private sealed class TransitionRefusedException(TransitionOutcome outcome) : Exception
    {
        internal TransitionOutcome Outcome { get; } = outcome;
    }

    public async Task<AcceptResult> AcceptAsync(AcceptIntent intent, CancellationToken cancellation)
    {
        try
        {
            return await database.WriteAsync(session => AcceptAsync(session, intent), cancellation);
        }
        catch (GuardException guard)
        {
            return guard.Result;
        }
    }

    private async Task<AcceptResult> AcceptAsync(SqlSession session, AcceptIntent intent)
    {
        var action = intent.Record;
        if (await ByKeyAsync(session, action.Tenant, action.ProposerId, action.Tool, action.IdempotencyKey) is { } earlier)
            throw new GuardException(new AcceptResult(AcceptOutcome.KeyTaken, earlier));
        if (await HaltedAsync(session, action)) throw new GuardException(new AcceptResult(AcceptOutcome.Halted));
        if (!await CurrentAsync(session, action)) throw new GuardException(new AcceptResult(AcceptOutcome.AgentRevoked));
        var denied = await session.FirstAsync<ActionRow>(
            $"select {ActionRow.Columns} from action where tenant = @Tenant and task_id = @TaskId and param_hash = @ParamHash and error_code = 'denied_by_person' limit 1", action);
        if (denied is not null) throw new GuardException(new AcceptResult(AcceptOutcome.DeniedBefore, denied.ToRecord()));
        if (action.Compensates is not null)
        {
            var live = await session.FirstAsync<ActionRow>($"select {ActionRow.Columns} from action where tenant = @Tenant and compensates = @Compensates and {Live} limit 1", action);
            if (live is not null) throw new GuardException(new AcceptResult(AcceptOutcome.AlreadyCompensated, live.ToRecord()));
        }

        var charged = await BudgetStatements.ChargeAsync(session, intent.Charge);
        if (charged != AcceptOutcome.Accepted) throw new GuardException(new AcceptResult(charged));
        if (await BudgetStatements.ReserveAsync(session, action.Tenant, action.Id, intent.Reservations) is { } full)
            throw new GuardException(new AcceptResult(full.PerTask ? AcceptOutcome.TaskBudgetExceeded : AcceptOutcome.DayBudgetExceeded));
        await session.ExecuteAsync($"insert into action ({ActionRow.Columns}) values ({ActionRow.Values})", ActionRow.From(action));
        var rateKey = $"{action.Tenant}/{action.ProposerId}/{action.Tool}";
        foreach (var (leaf, index) in intent.Leaves.Select((leaf, index) => (leaf, index)))
            await audit.AppendAsync(session, action.Tenant, leaf, index == 0 ? rateKey : null);
        return new AcceptResult(AcceptOutcome.Accepted);
    }

    public async Task<TransitionOutcome> MoveAsync(TransitionIntent intent, CancellationToken cancellation)
    {
        var (step, before, after) = (intent.Step, intent.Before, intent.After);
        if (!ActionProtocol.Allows(before.State, step, after.State) || after.Version != before.Version + 1 || after.Id != before.Id)
            throw new InvalidOperationException($"{before.State} --{step}--> {after.State} (version {before.Version} to {after.Version}) is no transition of the protocol.");
        try
        {
            return await database.WriteAsync(session => MoveAsync(session, intent), cancellation);
        }
        catch (TransitionRefusedException refused)
        {
            return refused.Outcome;
        }
    }

    private async Task<TransitionOutcome> MoveAsync(SqlSession session, TransitionIntent intent)
    {
        var (before, after) = (intent.Before, intent.After);
        if (intent.Step == ActionTransition.Claim)
        {
            if (await HaltedAsync(session, before)) throw new TransitionRefusedException(TransitionOutcome.Halted);
            if (!await CurrentAsync(session, before)) throw new TransitionRefusedException(TransitionOutcome.AgentRevoked);
        }

        if (intent.Decision is { } decision && !await AddDecisionAsync(session, before, decision))
            throw new TransitionRefusedException(TransitionOutcome.AlreadyAnswered);

        if (intent.Testimony is { } testimony && !await AddTestimonyAsync(session, before, testimony))
            throw new TransitionRefusedException(TransitionOutcome.AlreadyAnswered);

        var row = ActionRow.From(after);
        var swapped = await session.ExecuteAsync(
            $"update action set {ActionRow.Assignments} where id = @Id and tenant = @Tenant and version = {before.Version} and state = '{WireName.Of(before.State)}'", row);
        if (swapped != 1) throw new TransitionRefusedException(TransitionOutcome.Stale);
        switch (intent.Budget)
        {
            case BudgetStep.Spend: await BudgetStatements.EndAsync(session, after.Id, spend: true); break;
            case BudgetStep.Release: await BudgetStatements.EndAsync(session, after.Id, spend: false); break;
            case BudgetStep.Move:
                if (await BudgetStatements.MoveAsync(session, after.Tenant, after.Id, intent.Reservations ?? []) is not null)
                    throw new TransitionRefusedException(TransitionOutcome.BudgetExceeded);
                break;
            case BudgetStep.Keep: break;
        }

        await audit.AppendAsync(session, after.Tenant, intent.Leaf);
        return TransitionOutcome.Done;
    }

    public async Task<AcceptOutcome> RecordAsync(CallRecord record, CancellationToken cancellation)
    {
        try
        {
            return await database.WriteAsync(async session =>
            {
                if (record.Charge is { } charge)
                {
                    var charged = await BudgetStatements.ChargeAsync(session, charge);
                    // A refusal is recorded however often it comes; anything else needs room.
                    if (charged != AcceptOutcome.Accepted && record.Leaf.Kind != "action.rejected") throw new GuardException(new AcceptResult(charged));
                }

                await audit.AppendAsync(session, record.Tenant, record.Leaf, record.RateKey);
                return AcceptOutcome.Accepted;
            }, cancellation);
        }
        catch (GuardException guard)
        {
            return guard.Result.Outcome;
        }
    }

    public Task OpenTaskAsync(AgentTask task, AuditDraft leaf, CancellationToken cancellation) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync("""
            insert into task (id, tenant, agent_id, workflow, release, source, input, invocations, closed, created_at)
            values (@Id, @Tenant, @AgentId, @Workflow, @Release, @Source, @Input, 0, 0, @createdAt)
            """, new { task.Id, task.Tenant, task.AgentId, task.Workflow, task.Release, task.Source, task.Input, createdAt = task.CreatedAt.ToMs() });
        await audit.AppendAsync(session, task.Tenant, leaf);
        return true;
    }, cancellation);

    public ValueTask<RateVerdict> AdmitAsync(string key, int perMinute, CancellationToken cancellation) => ValueTask.FromResult(rates.Admit(key, perMinute));

    private static async Task<bool> HaltedAsync(SqlSession session, ActionRecord action)
    {
        string[] scopes = [.. action.HaltScopes];
        return await session.FirstAsync<string>(
            "select id from halt where tenant = @Tenant and resumed_at is null and scope in (@a, @b, @c, @d) limit 1",
            new { action.Tenant, a = scopes[0], b = scopes[1], c = scopes[2], d = scopes[3] }) is not null;
    }

    /// <summary>
    /// Whether the credential generation of the proposing agent is still the one that it proposed with (people have none), and whether the
    /// person on whose behalf it acts still lets it.
    /// </summary>
    private static async Task<bool> CurrentAsync(SqlSession session, ActionRecord action)
    {
        if (action.Generation != 0 && await session.FirstAsync<string>("select id from agent where id = @ProposerId and status = 'active' and generation = @Generation", action) is null) return false;
        return action.OnBehalfOf is null || await session.FirstAsync<string>("""
            select delegation.id from delegation join person on person.user_id = delegation.user_id
            where delegation.id = @DelegationId and delegation.user_id = @OnBehalfOf and delegation.agent_id = @ProposerId and delegation.revoked_at is null and person.locked_at is null
            """, action) is not null;
    }

    private static async Task<bool> AddTestimonyAsync(SqlSession session, ActionRecord action, Testimony testimony) => await session.ExecuteAsync(
        "insert into testimony (action_id, attempt, user_id, applied, at) values (@Id, @Attempt, @UserId, @applied, @at) on conflict do nothing",
        new { action.Id, action.Attempt, testimony.UserId, applied = testimony.Applied ? 1 : 0, at = testimony.At.ToMs() }) == 1;

    private static async Task<bool> AddDecisionAsync(SqlSession session, ActionRecord action, ApprovalDecision decision) => await session.ExecuteAsync("""
        insert into decision (approval_id, round, user_id, action_id, tenant, username, approve, reason, evidence, step_up, digest, at)
        values (@ApprovalId, @Round, @UserId, @actionId, @tenant, @Username, @approve, @Reason, @evidence, @stepUp, @Digest, @at) on conflict do nothing
        """, new
        {
            decision.ApprovalId, decision.Round, decision.UserId, actionId = action.Id, tenant = action.Tenant, decision.Username,
            approve = decision.Approve ? 1 : 0, decision.Reason, evidence = JsonSerializer.Serialize(decision.Evidence, WireJson.Options), stepUp = WireName.Of(decision.StepUp), decision.Digest, at = decision.At.ToMs(),
        }) == 1;
}
