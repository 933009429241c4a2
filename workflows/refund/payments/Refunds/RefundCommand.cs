using Sallyport.Samples.Payments.Http;

namespace Sallyport.Samples.Payments.Refunds;

/// <summary>A refund that is asked for.</summary>
/// <param name="Order">Order id.</param>
/// <param name="Amount">Minor units of <paramref name="Currency"/>.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Reason">Free text for the statement, or null.</param>
internal sealed record RefundCommand(string Order, long Amount, string Currency, string? Reason)
{
    private const long MaxAmount = 1_000_000_000_000;
    private const int CurrencyLength = 3;

    /// <summary>Reads the body. Null with an answer in the second value when it is not acceptable.</summary>
    public static async Task<(RefundCommand? Command, Answer? Refusal)> ReadAsync(HttpContext context)
    {
        var fields = await RequestFields.ReadAsync(context, "order", "amount", "currency", "reason");
        var command = new RefundCommand(
            fields.Text("order", 64),
            fields.Integer("amount", 1, MaxAmount),
            fields.Text("currency", CurrencyLength),
            fields.OptionalText("reason", 200));
        if (command.Currency.Length != CurrencyLength || !command.Currency.All(char.IsAsciiLetterUpper))
            fields.Fail("currency", "must be a three-letter code in capitals", "");
        return fields.Refusal is { } refusal ? (null, refusal) : (command, null);
    }
}
