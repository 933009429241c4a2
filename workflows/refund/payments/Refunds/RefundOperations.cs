using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Idempotency;
using Sallyport.Samples.Payments.Orders;
using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Refunds;

/// <summary>The two ways money moves. Each runs inside one transaction: checks, order, refund, ledger entry.</summary>
internal static class RefundOperations
{
    /// <summary>How long after its creation a refund can be voided.</summary>
    public static readonly TimeSpan VoidWindow = TimeSpan.FromHours(24);

    public static Answer Issue(WriteScope scope, KeyedRequest request, RefundCommand command, DateTimeOffset now)
    {
        var order = scope.Find<OrderRow>(OrderRow.Select + "id = @Order", new { command.Order });
        if (Refusal(order, command) is { } refusal)
            return refusal;

        var at = Instant.Text(now);
        scope.ChangeOne(
            "UPDATE orders SET refunded_minor = refunded_minor + @Amount, updated_at = @at, version = version + 1 WHERE id = @Order",
            new { command.Amount, at, command.Order });

        var number = scope.Number("SELECT coalesce(max(number), 0) + 1 FROM refunds");
        scope.ChangeOne(
            """
            INSERT INTO refunds (number, order_id, amount, currency, reason, idempotency_key, created_at)
            VALUES (@number, @Order, @Amount, @Currency, @Reason, @Key, @at)
            """,
            new { number, command.Order, command.Amount, command.Currency, command.Reason, request.Key, at });
        Enter(scope, "refund", number, request, at);
        return Answer.Created(Find(scope, number)!.View());
    }

    public static Answer Void(WriteScope scope, KeyedRequest request, string id, DateTimeOffset now)
    {
        var number = RefundRow.NumberOf(id);
        if (number is null || Find(scope, number.Value) is not { } refund)
            return ProblemKind.RefundNotFound.Because($"There is no refund {id}.");
        if (refund.VoidedAt is { } before)
            return ProblemKind.RefundAlreadyVoided.Because($"{id} was voided at {before}.");
        if (now - Instant.Parse(refund.CreatedAt) > VoidWindow)
            return ProblemKind.VoidWindowPassed.Because($"{id} was created at {refund.CreatedAt}.");

        var at = Instant.Text(now);
        scope.ChangeOne(
            "UPDATE orders SET refunded_minor = refunded_minor - @Amount, updated_at = @at, version = version + 1 WHERE id = @OrderId",
            new { refund.Amount, at, refund.OrderId });
        scope.ChangeOne(
            "UPDATE refunds SET voided_at = @at, void_idempotency_key = @Key WHERE number = @Number AND voided_at IS NULL",
            new { at, request.Key, refund.Number });
        Enter(scope, "void", refund.Number, request, at);
        return Answer.Ok(Find(scope, refund.Number)!.View());
    }

    private static Answer? Refusal(OrderRow? order, RefundCommand command)
    {
        if (order is null)
            return ProblemKind.OrderNotFound.Because($"There is no order {command.Order}.");
        if (order.Disputed)
            return ProblemKind.OrderDisputed.Because($"{order.Id} is disputed.");
        if (order.RefundableMinor == 0)
            return ProblemKind.OrderNotRefundable.Because($"{order.Id} is {order.Status}.");
        if (order.Currency != command.Currency)
            return ProblemKind.CurrencyMismatch.Because($"{order.Id} is in {order.Currency}.");
        if (command.Amount > order.RefundableMinor)
        {
            return ProblemKind.ExceedsRefundable.Because(
                $"{order.RefundableMinor} of {order.Id} can be refunded.", ("refundable_minor", order.RefundableMinor));
        }

        return null;
    }

    private static RefundRow? Find(WriteScope scope, long number) =>
        scope.Find<RefundRow>(RefundRow.Select + "number = @number", new { number });

    private static void Enter(WriteScope scope, string kind, long number, KeyedRequest request, string at) => scope.ChangeOne(
        """
        INSERT INTO ledger (kind, refund_number, order_id, amount, currency, idempotency_key, attempt, at)
        SELECT @kind, number, order_id, amount, currency, @Key, @Attempt, @at FROM refunds WHERE number = @number
        """,
        new { kind, number, request.Key, request.Attempt, at });
}
