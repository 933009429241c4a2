using Dapper;
using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Idempotency;
using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Refunds;

/// <summary>Refunds: issue, void, read, and find by key (the status probe of a caller that lost an answer).</summary>
internal static class RefundEndpoints
{
    private const int PageSize = 100;

    public static void MapRefunds(this IEndpointRouteBuilder routes, LedgerDatabase database, LedgerWriter writer, TimeProvider clock)
    {
        routes.MapAnswer(HttpMethods.Post, "/refunds", context => IssueAsync(context, writer, clock));
        routes.MapAnswer(HttpMethods.Post, "/refunds/{id}/void", context => VoidAsync(context, writer, clock));
        routes.MapAnswer(HttpMethods.Get, "/refunds/{id}", context => Task.FromResult(Get(context, database)));
        routes.MapAnswer(HttpMethods.Get, "/refunds", context => Task.FromResult(Search(context, database)));
    }

    private static async Task<Answer> IssueAsync(HttpContext context, LedgerWriter writer, TimeProvider clock)
    {
        var (command, malformed) = await RefundCommand.ReadAsync(context);
        if (command is null)
            return malformed!;
        var request = KeyedRequest.Read(context, new { Operation = "refund", Command = command }, out var refusal);
        return request is null ? refusal! : await writer.WriteAsync(scope =>
        {
            var now = clock.GetUtcNow();
            return KeyedWrites.Once(scope, request, now, () => RefundOperations.Issue(scope, request, command, now));
        });
    }

    private static async Task<Answer> VoidAsync(HttpContext context, LedgerWriter writer, TimeProvider clock)
    {
        var id = context.Route("id");
        var fields = await RequestFields.ReadAsync(context);
        if (fields.Refusal is { } malformed)
            return malformed;
        var request = KeyedRequest.Read(context, new { Operation = "void", Refund = id }, out var refusal);
        return request is null ? refusal! : await writer.WriteAsync(scope =>
        {
            var now = clock.GetUtcNow();
            return KeyedWrites.Once(scope, request, now, () => RefundOperations.Void(scope, request, id, now));
        });
    }

    private static Answer Get(HttpContext context, LedgerDatabase database)
    {
        var id = context.Route("id");
        using var reader = database.OpenReader();
        var row = RefundRow.NumberOf(id) is { } number
            ? reader.QuerySingleOrDefault<RefundRow>(RefundRow.Select + "number = @number", new { number })
            : null;
        return row is null ? ProblemKind.RefundNotFound.Because($"There is no refund {id}.") : Answer.Ok(row.View());
    }

    private static Answer Search(HttpContext context, LedgerDatabase database)
    {
        var (column, value) =
            context.Query("idempotency_key") is { } key ? ("idempotency_key", key)
            : context.Query("void_idempotency_key") is { } voidKey ? ("void_idempotency_key", voidKey)
            : context.Query("order") is { } order ? ("order_id", order)
            : ("", "");
        if (column.Length == 0)
            return ProblemKind.MissingParameter.Because(
                "Give ?idempotency_key=, ?void_idempotency_key= or ?order=.", ("parameter", "idempotency_key"));

        using var reader = database.OpenReader();
        var rows = reader.Query<RefundRow>(
            RefundRow.Select + column + " = @value AND number > @after ORDER BY number LIMIT @limit",
            new { value, after = context.Query("after") is { } after ? RefundRow.NumberOf(after) ?? 0 : 0, limit = PageSize + 1 }).ToList();
        var data = rows.Take(PageSize).Select(row => row.View()).ToArray();
        return Answer.Ok(new { data, has_more = rows.Count > PageSize });
    }
}
