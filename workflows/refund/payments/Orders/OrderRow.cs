namespace Sallyport.Samples.Payments.Orders;

/// <summary>An order as it is stored, with what follows from it. Amounts are in minor units of <see cref="Currency"/>.</summary>
internal sealed class OrderRow
{
    public const string Select =
        """
        SELECT id, customer_id AS CustomerId, region, currency, total_minor AS TotalMinor, refunded_minor AS RefundedMinor, disputed,
               cancelled, placed_at AS PlacedAt, time_zone AS TimeZone, updated_at AS UpdatedAt, version
        FROM orders WHERE
        """ + " ";

    public string Id { get; init; } = "";

    public string CustomerId { get; init; } = "";

    public string Region { get; init; } = "";

    public string Currency { get; init; } = "";

    public long TotalMinor { get; init; }

    public long RefundedMinor { get; init; }

    public bool Disputed { get; init; }

    public bool Cancelled { get; init; }

    public string PlacedAt { get; init; } = "";

    public string TimeZone { get; init; } = "";

    public string UpdatedAt { get; init; } = "";

    /// <summary>Grows by one with every change of the order.</summary>
    public long Version { get; init; }

    /// <summary>What a refund may take now: nothing while the order is disputed, nothing ever once it is cancelled.</summary>
    public long RefundableMinor => Disputed || Cancelled ? 0 : TotalMinor - RefundedMinor;

    public string Status =>
        Cancelled ? "cancelled"
        : Disputed ? "disputed"
        : RefundedMinor == 0 ? "paid"
        : RefundedMinor < TotalMinor ? "partially_refunded"
        : "fully_refunded";

    public object View() => new
    {
        Id,
        CustomerId,
        Region,
        Currency,
        TotalMinor,
        RefundedMinor,
        RefundableMinor,
        Status,
        Disputed,
        PlacedAt,
        TimeZone,
        UpdatedAt,
        Version,
    };
}
