using Dapper;
using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Customers;

/// <summary>Reads of customers: by id and by e-mail.</summary>
internal static class CustomerEndpoints
{
    private const string Select =
        "SELECT id, name, email, region, tenure_days AS TenureDays, flags, created_at AS CreatedAt FROM customers WHERE ";

    public static void MapCustomers(this IEndpointRouteBuilder routes, LedgerDatabase database)
    {
        routes.MapAnswer(HttpMethods.Get, "/customers/{id}", context =>
        {
            var id = context.Route("id");
            using var reader = database.OpenReader();
            var row = reader.QuerySingleOrDefault<CustomerRow>(Select + "id = @id", new { id });
            return Task.FromResult(row is null
                ? ProblemKind.CustomerNotFound.Because($"There is no customer {id}.")
                : Answer.Ok(row.View()));
        });
        // Addressed by the order, so that a caller who knows only the order reads both in one round.
        routes.MapAnswer(HttpMethods.Get, "/orders/{id}/customer", context =>
        {
            var id = context.Route("id");
            using var reader = database.OpenReader();
            var row = reader.QuerySingleOrDefault<CustomerRow>(Select + "id = (SELECT customer_id FROM orders WHERE id = @id)", new { id });
            return Task.FromResult(row is null ? ProblemKind.OrderNotFound.Because($"There is no order {id}.") : Answer.Ok(row.View()));
        });
        routes.MapAnswer(HttpMethods.Get, "/customers", context =>
        {
            if (context.Query("email") is not { } email)
                return Task.FromResult(ProblemKind.MissingParameter.Because("Give ?email=.", ("parameter", "email")));
            using var reader = database.OpenReader();

            // Seeded addresses are lower case; people type them as they like.
            var rows = reader.Query<CustomerRow>(Select + "email = @email", new { email = email.ToLowerInvariant() });
            return Task.FromResult(Answer.Ok(new { data = rows.Select(row => row.View()).ToArray() }));
        });
    }

    private sealed class CustomerRow
    {
        public string Id { get; init; } = "";

        public string Name { get; init; } = "";

        public string Email { get; init; } = "";

        public string Region { get; init; } = "";

        public long TenureDays { get; init; }

        public string Flags { get; init; } = "";

        public string CreatedAt { get; init; } = "";

        public object View() => new
        {
            Id,
            Name,
            Email,
            Region,
            TenureDays,
            Flags = Flags.Split(',', StringSplitOptions.RemoveEmptyEntries),
            CreatedAt,
        };
    }
}
