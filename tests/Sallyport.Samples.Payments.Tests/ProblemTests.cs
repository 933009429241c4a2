using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Tests.Harness;

namespace Sallyport.Samples.Payments.Tests;

/// <summary>One request per problem code; none of them may leave a trace in the ledger beyond what its set-up did.</summary>
public sealed class ProblemTests
{
    private const string Good = """{"order":"ord_000005","amount":100,"currency":"USD"}""";

    private static readonly Dictionary<string, Func<RunningPayments, Task<Reply>>> Requests = new()
    {
        ["unauthorized"] = payments => payments.Client.GetAsync("/orders/ord_000001", bearer: "wrong"),
        ["admin_key_required"] = payments => payments.Client.GetAsync("/faults"),
        ["not_found"] = payments => payments.Client.GetAsync("/nothing"),
        ["method_not_allowed"] = payments => payments.Client.SendAsync(HttpMethod.Delete, "/refunds", "{}"),
        ["body_too_large"] = payments => payments.Client.SendAsync(HttpMethod.Post, "/refunds", Good + new string(' ', 20_000), "key"),
        ["unsupported_media_type"] = payments => payments.Client.SendAsync(HttpMethod.Post, "/refunds", Good, "key", mediaType: "text/plain"),
        ["invalid_json"] = payments => payments.Client.SendAsync(HttpMethod.Post, "/refunds", "{", "key"),
        ["invalid_request"] = payments => payments.Client.SendAsync(HttpMethod.Post, "/refunds", "{}", "key"),
        ["missing_parameter"] = payments => payments.Client.GetAsync("/refunds"),
        ["idempotency_key_missing"] = payments => payments.Client.SendAsync(HttpMethod.Post, "/refunds", Good),
        ["idempotency_key_invalid"] = payments => payments.Client.SendAsync(HttpMethod.Post, "/refunds", Good, "a b"),
        ["attempt_invalid"] = payments => payments.Client.SendAsync(HttpMethod.Post, "/refunds", Good, "key", "0"),
        ["idempotency_key_reuse"] = async payments =>
        {
            await payments.Client.RefundAsync("key", amount: 1);
            return await payments.Client.RefundAsync("key", amount: 2);
        },
        ["stale_attempt"] = async payments =>
        {
            await payments.Client.PutAsync("/fences/key", """{"minimum_attempt":2}""");
            return await payments.Client.RefundAsync("key", attempt: 1);
        },
        ["customer_not_found"] = payments => payments.Client.GetAsync("/customers/cus_999999"),
        ["order_not_found"] = payments => payments.Client.RefundAsync("key", "ord_999999"),
        ["order_not_refundable"] = payments => payments.Client.RefundAsync("key", "ord_000007"),
        ["order_disputed"] = payments => payments.Client.RefundAsync("key", "ord_000006", currency: "EUR"),
        ["currency_mismatch"] = payments => payments.Client.RefundAsync("key", "ord_000005", currency: "EUR"),
        ["exceeds_refundable"] = payments => payments.Client.RefundAsync("key", "ord_000009", 7_501),
        ["refund_not_found"] = payments => payments.Client.VoidAsync("re_000001", "key"),
        ["refund_already_voided"] = async payments =>
        {
            await payments.Client.RefundAsync("key");
            await payments.Client.VoidAsync("re_000001", "void-1");
            return await payments.Client.VoidAsync("re_000001", "void-2");
        },
        ["void_window_passed"] = async payments =>
        {
            await payments.Client.RefundAsync("key");
            payments.Clock.Advance(TimeSpan.FromHours(25));
            return await payments.Client.VoidAsync("re_000001", "void-1");
        },
        ["fence_not_found"] = payments => payments.Client.GetAsync("/fences/key"),
        ["refused"] = payments => FaultedAsync(payments, "refuse"),
        ["unavailable"] = payments => FaultedAsync(payments, "error_before_effect"),
        ["internal_error"] = payments => FaultedAsync(payments, "error_after_effect"),
    };

    public static TheoryData<string> Codes => [.. Requests.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Problem_OfEachKind_IsAnRfc9457Document(string code)
    {
        await using var payments = await RunningPayments.StartAsync();
        var reply = await Requests[code](payments);
        var kind = ProblemKind.All.Single(kind => kind.Code == code);

        reply.MustBe(kind.Status, code);
        Assert.Equal("application/problem+json", reply.ContentType);
        Assert.Equal(($"https://payments.example.com/problems/{code}", kind.Title, kind.Status), (reply.Str("type"), reply.Str("title"), reply.Num("status")));
        Assert.NotEmpty(reply.Str("detail"));

        // The ledger and the orders agree whatever happened; a refusal by itself added nothing.
        var setUpEntries = code switch { "idempotency_key_reuse" or "void_window_passed" or "internal_error" => 1, "refund_already_voided" => 2, _ => 0 };
        Assert.Equal(setUpEntries, (await payments.Client.LedgerAsync()).Data.Length);
    }

    [Fact]
    public void Codes_InTheCatalogue_AreEachRequestedHere() =>
        Assert.Equal(ProblemKind.All.Select(kind => kind.Code).Order(), Requests.Keys.Order());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("test-api-ke")]
    [InlineData("test-api-keyy")]
    [InlineData("test-admin-key")]
    public async Task Key_MissingOrWrong_IsUnauthorizedEverywhere(string? bearer)
    {
        await using var payments = await RunningPayments.StartAsync();
        foreach (var path in new[] { "/orders/ord_000001", "/customers?email=x", "/refunds?order=x", "/ledger", "/fences/x", "/nothing" })
            (await payments.Client.GetAsync(path, bearer)).MustBe(401, "unauthorized");
        (await payments.Client.SendAsync(HttpMethod.Post, "/refunds", Good, "key", bearer: bearer)).MustBe(401, "unauthorized");
        Assert.Empty((await payments.Client.LedgerAsync()).Data);
    }

    private static async Task<Reply> FaultedAsync(RunningPayments payments, string mode)
    {
        await payments.Client.FaultAsync(mode);
        return await payments.Client.RefundAsync("key");
    }
}
