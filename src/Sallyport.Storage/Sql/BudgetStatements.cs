using Sallyport.Limits;
using Sallyport.Protocol;

namespace Sallyport.Storage.Sql;

/// <summary>Budgets and task counters. Every check is the condition of the update that uses it, so no two actions can take the same room.</summary>
internal static class BudgetStatements
{
    /// <summary>Counts a call; the outcome says what has no room. Nothing is counted then.</summary>
    internal static async Task<AcceptOutcome> ChargeAsync(SqlSession session, TaskCharge charge)
    {
        var counted = await session.ExecuteAsync(
            "update task set invocations = invocations + 1 where id = @TaskId and closed = 0 and invocations < @MaxInvocations", charge);
        if (counted == 0)
        {
            var closed = await session.FirstAsync<int?>("select closed from task where id = @TaskId", charge);
            return closed == 0 ? AcceptOutcome.TaskExhausted : AcceptOutcome.TaskClosed;
        }

        await session.ExecuteAsync("insert into task_call (task_id, fingerprint, calls) values (@TaskId, @Fingerprint, 0) on conflict do nothing", charge);
        var repeated = await session.ExecuteAsync(
            "update task_call set calls = calls + 1 where task_id = @TaskId and fingerprint = @Fingerprint and calls < @MaxIdentical", charge);
        return repeated == 1 ? AcceptOutcome.Accepted : AcceptOutcome.LoopDetected;
    }

    /// <summary>Takes room for an action in every budget, or says which has none.</summary>
    internal static async Task<BudgetReservation?> ReserveAsync(SqlSession session, string tenant, string actionId, IEnumerable<BudgetReservation> reservations)
    {
        foreach (var reservation in reservations)
        {
            var row = new { key = $"{tenant}/{reservation.Key}", reservation.Currency, Amount = reservation.AmountMinor, Limit = reservation.LimitMinor, actionId };
            await session.ExecuteAsync("insert into budget (key, currency, reserved, spent) values (@key, @Currency, 0, 0) on conflict do nothing", row);
            var taken = await session.ExecuteAsync(
                "update budget set reserved = reserved + @Amount where key = @key and currency = @Currency and reserved + spent + @Amount <= @Limit", row);
            if (taken == 0) return reservation;
            await session.ExecuteAsync("insert into reservation (action_id, key, currency, amount) values (@actionId, @key, @Currency, @Amount)", row);
        }

        return null;
    }

    /// <summary>Reserved becomes spent, or is given back.</summary>
    internal static async Task EndAsync(SqlSession session, string actionId, bool spend)
    {
        await session.ExecuteAsync($"""
            update budget set
                reserved = reserved - (select amount from reservation r where r.action_id = @actionId and r.key = budget.key and r.currency = budget.currency)
                {(spend ? ", spent = spent + (select amount from reservation r where r.action_id = @actionId and r.key = budget.key and r.currency = budget.currency)" : "")}
            where exists (select 1 from reservation r where r.action_id = @actionId and r.key = budget.key and r.currency = budget.currency)
            """, new { actionId });
        await session.ExecuteAsync("delete from reservation where action_id = @actionId", new { actionId });
    }

    /// <summary>Moves reservations into other windows, where an action is claimed on another day than it was accepted.</summary>
    internal static async Task<BudgetReservation?> MoveAsync(SqlSession session, string tenant, string actionId, IReadOnlyList<BudgetReservation> reservations)
    {
        var held = await session.QueryAsync<string>("select key from reservation where action_id = @actionId order by key", new { actionId });
        if (held.SequenceEqual(reservations.Select(r => $"{tenant}/{r.Key}").Order(StringComparer.Ordinal), StringComparer.Ordinal)) return null;
        await EndAsync(session, actionId, spend: false);
        return await ReserveAsync(session, tenant, actionId, reservations);
    }
}
