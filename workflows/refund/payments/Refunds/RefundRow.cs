using System.Globalization;

namespace Sallyport.Samples.Payments.Refunds;

/// <summary>A refund as it is stored. Amounts are in minor units of <see cref="Currency"/>.</summary>
internal sealed class RefundRow
{
    public const string Select =
        """
        SELECT number, order_id AS OrderId, amount, currency, reason, idempotency_key AS IdempotencyKey, created_at AS CreatedAt,
               void_idempotency_key AS VoidIdempotencyKey, voided_at AS VoidedAt
        FROM refunds WHERE
        """ + " ";

    private const string Prefix = "re_";

    public long Number { get; init; }

    public string OrderId { get; init; } = "";

    public long Amount { get; init; }

    public string Currency { get; init; } = "";

    public string? Reason { get; init; }

    public string IdempotencyKey { get; init; } = "";

    public string CreatedAt { get; init; } = "";

    public string? VoidIdempotencyKey { get; init; }

    public string? VoidedAt { get; init; }

    public static string IdOf(long number) => $"{Prefix}{number:D6}";

    /// <summary>The number of an id in its one canonical spelling, else null.</summary>
    public static long? NumberOf(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(id.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && IdOf(number) == id
            ? number
            : null;

    public object View() => new
    {
        Id = IdOf(Number),
        Order = OrderId,
        Amount,
        Currency,
        Reason,
        Status = VoidedAt is null ? "succeeded" : "voided",
        IdempotencyKey,
        CreatedAt,
        VoidIdempotencyKey,
        VoidedAt,
    };
}
