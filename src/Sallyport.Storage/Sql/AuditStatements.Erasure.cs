using System.Text.Json.Nodes;
using Sallyport.Audit;

namespace Sallyport.Storage.Sql;

/// <content>Retention: erasing what stands beside entries.</content>
internal sealed partial class AuditStatements
{
    private const int ErasureStep = 5_000;

    private const string Ended = """
        (leaf.action_id is null or not exists (
            select 1 from action where action.id = leaf.action_id and action.state in ('pending', 'approved', 'dispatching', 'unknown')))
        """;

    public async Task<ErasureOutcome> EraseAsync(string tenant, ErasureScope scope, string actor, CancellationToken cancellation)
    {
        if (scope.Before is null == scope.ActionId is null) throw new ArgumentException("Exactly one of a time and an action says what to erase.", nameof(scope));
        var matching = scope.ActionId is not null ? "leaf.action_id = @action" : "leaf.at < @before";
        var (before, action) = (scope.Before?.ToMs(), scope.ActionId);
        // The entry comes first: an erasure that a crash interrupts is announced, and repeating it finishes it. What has nothing to erase is no event.
        var end = await database.WriteAsync(async session =>
        {
            var some = await session.ScalarAsync<long>($"select count(*) from (select 1 from audit_leaf leaf join audit_payload beside on beside.seq = leaf.seq where leaf.tenant = @tenant and {matching} and {Ended} limit 1) found", new { tenant, before, action });
            if (some == 0) return 0;
            var fields = new JsonObject { ["scope"] = scope.ActionId is not null ? "action" : "before" };
            if (scope.Before is { } time) fields["before"] = AuditEntry.Timestamp(time);
            var next = await session.ScalarAsync<long>("select coalesce(max(seq), -1) + 1 from audit_leaf");
            fields["below_index"] = next;
            await AppendAsync(session, tenant, new AuditDraft("audit.erased", actor, scope.ActionId) { Fields = fields });
            return next;
        }, cancellation);
        var (payloads, correlations) = (0L, 0L);
        for (var from = 0L; from < end; from += ErasureStep)
        {
            cancellation.ThrowIfCancellationRequested();
            var range = new { tenant, before, action, from, to = Math.Min(from + ErasureStep, end) };
            var entries = $"select leaf.seq from audit_leaf leaf where leaf.tenant = @tenant and leaf.seq >= @from and leaf.seq < @to and {matching} and {Ended}";
            var (some, ids) = await database.WriteAsync(async session => (
                await session.ExecuteAsync($"delete from audit_payload where seq in ({entries})", range),
                await session.ExecuteAsync($"delete from correlation where tenant = @tenant and seq in ({entries})", range)), CancellationToken.None);
            (payloads, correlations) = (payloads + some, correlations + ids);
        }

        var kept = await database.ReadAsync(session => session.ScalarAsync<long>($"""
            select count(*) from audit_payload beside join audit_leaf leaf on leaf.seq = beside.seq
            where leaf.tenant = @tenant and leaf.seq < @end and {matching} and not {Ended}
            """, new { tenant, end, before, action }), cancellation);
        return new ErasureOutcome(payloads, correlations, kept);
    }
}
