using System.Globalization;
using Dapper;
using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Refunds;
using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Ledger;

/// <summary>The ordered list of everything that moved money, for an auditor to compare with.</summary>
internal static class LedgerEndpoints
{
    private const long MaxPage = 10_000;

    public static void MapLedger(this IEndpointRouteBuilder routes, LedgerDatabase database) =>
        routes.MapAnswer(HttpMethods.Get, "/ledger", context => Task.FromResult(Read(context, database)));

    private static Answer Read(HttpContext context, LedgerDatabase database)
    {
        if (!TryNumber(context, "after", 0, 0, long.MaxValue, out var after))
            return ProblemKind.MissingParameter.Because("after must be a whole number.", ("parameter", "after"));
        if (!TryNumber(context, "limit", 1_000, 1, MaxPage, out var limit))
            return ProblemKind.MissingParameter.Because($"limit must be 1 to {MaxPage}.", ("parameter", "limit"));

        using var reader = database.OpenReader();
        var rows = reader.Query<Row>(
            """
            SELECT seq, kind, refund_number AS RefundNumber, order_id AS OrderId, amount, currency,
                   idempotency_key AS IdempotencyKey, attempt, at
            FROM ledger WHERE seq > @after ORDER BY seq LIMIT @limit
            """,
            new { after, limit = limit + 1 }).ToList();
        var data = rows.Take((int)limit).Select(row => row.View()).ToArray();
        return Answer.Ok(new { data, has_more = rows.Count > limit });
    }

    private static bool TryNumber(HttpContext context, string name, long absent, long min, long max, out long number)
    {
        number = absent;
        return !context.Request.Query.ContainsKey(name)
            || (long.TryParse(context.Query(name), NumberStyles.None, CultureInfo.InvariantCulture, out number)
                && number >= min && number <= max);
    }

    private sealed class Row
    {
        public long Seq { get; init; }

        public string Kind { get; init; } = "";

        public long RefundNumber { get; init; }

        public string OrderId { get; init; } = "";

        public long Amount { get; init; }

        public string Currency { get; init; } = "";

        public string IdempotencyKey { get; init; } = "";

        public long? Attempt { get; init; }

        public string At { get; init; } = "";

        public object View() => new
        {
            Seq,
            Kind,
            Refund = RefundRow.IdOf(RefundNumber),
            Order = OrderId,
            Amount,
            Currency,
            IdempotencyKey,
            Attempt,
            At,
        };
    }
}
