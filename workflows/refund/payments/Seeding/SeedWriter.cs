using Dapper;
using Microsoft.Data.Sqlite;
using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Seeding;

/// <summary>
/// Writes a plan into an empty ledger. Money that was refunded before the ledger opened is an opening balance of the order, not a
/// ledger entry: the ledger holds only what this service did.
/// </summary>
internal static class SeedWriter
{
    private const string InsertCustomer =
        """
        INSERT INTO customers (id, name, email, region, tenure_days, flags, created_at)
        VALUES (@Id, @Name, @Email, @Region, @TenureDays, @Flags, @CreatedAt)
        """;

    private const string InsertOrder =
        """
        INSERT INTO orders (id, customer_id, region, currency, total_minor, opening_refunded_minor, refunded_minor, disputed, cancelled,
                            placed_at, time_zone, updated_at, version)
        VALUES (@Id, @CustomerId, @Region, @Currency, @TotalMinor, @RefundedMinor, @RefundedMinor, @Disputed, @Cancelled,
                @PlacedAt, @TimeZone, @UpdatedAt, 1)
        """;

    public static void Write(SqliteConnection connection, SqliteTransaction transaction, SeedPlan plan)
    {
        connection.Execute(InsertCustomer, plan.Customers, transaction);
        var updatedAt = Instant.Text(SeedPlan.Base);
        connection.Execute(
            InsertOrder,
            plan.Orders.Select(order => new
            {
                order.Id,
                order.CustomerId,
                order.Region,
                order.Currency,
                order.TotalMinor,
                order.RefundedMinor,
                order.Disputed,
                order.Cancelled,
                order.PlacedAt,
                order.TimeZone,
                UpdatedAt = updatedAt,
            }),
            transaction);
    }
}
