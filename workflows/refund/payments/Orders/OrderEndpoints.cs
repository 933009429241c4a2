using Dapper;
using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Orders;

/// <summary>Reads of orders: by id and by customer.</summary>
internal static class OrderEndpoints
{
    private const int PageSize = 100;

    public static void MapOrders(this IEndpointRouteBuilder routes, LedgerDatabase database)
    {
        routes.MapAnswer(HttpMethods.Get, "/orders/{id}", context =>
        {
            var id = context.Route("id");
            using var reader = database.OpenReader();
            var row = reader.QuerySingleOrDefault<OrderRow>(OrderRow.Select + "id = @id", new { id });
            return Task.FromResult(row is null ? ProblemKind.OrderNotFound.Because($"There is no order {id}.") : Answer.Ok(row.View()));
        });
        routes.MapAnswer(HttpMethods.Get, "/orders", context =>
        {
            if (context.Query("customer") is not { } customer)
                return Task.FromResult(ProblemKind.MissingParameter.Because("Give ?customer=.", ("parameter", "customer")));
            using var reader = database.OpenReader();
            var rows = reader.Query<OrderRow>(
                OrderRow.Select + "customer_id = @customer AND id > @after ORDER BY id LIMIT @limit",
                new { customer, after = context.Query("after") ?? "", limit = PageSize + 1 }).ToList();
            var data = rows.Take(PageSize).Select(row => row.View()).ToArray();
            return Task.FromResult(Answer.Ok(new { data, has_more = rows.Count > PageSize }));
        });
    }
}
