using Sallyport.Samples.Payments.Tests.Harness;

namespace Sallyport.Samples.Payments.Tests;

public sealed class RefundTests
{
    [Fact]
    public async Task Refund_Accepted_MovesOrderLedgerAndProbeTogether()
    {
        await using var payments = await RunningPayments.StartAsync();
        var refund = await payments.Client.RefundAsync("key-1", "ord_000001", 700, "EUR", attempt: 3);

        refund.MustBe(201);
        Assert.Equal(("re_000001", "ord_000001", 700, "EUR"), (refund.Str("id"), refund.Str("order"), refund.Num("amount"), refund.Str("currency")));
        Assert.Equal(("succeeded", "key-1", "2026-07-01T12:00:00.000Z"), (refund.Str("status"), refund.Str("idempotency_key"), refund.Str("created_at")));

        var order = await payments.Client.GetAsync("/orders/ord_000001");
        Assert.Equal((700, 3_500, 2, "partially_refunded"), (order.Num("refunded_minor"), order.Num("refundable_minor"), order.Num("version"), order.Str("status")));
        Assert.Equal("2026-07-01T12:00:00.000Z", order.Str("updated_at"));

        Assert.Equal(refund.Text, (await payments.Client.GetAsync("/refunds/re_000001")).Text);
        Assert.Equal(refund.Text, Assert.Single((await payments.Client.GetAsync("/refunds?idempotency_key=key-1")).Data).GetRawText());
        Assert.Equal(refund.Text, Assert.Single((await payments.Client.GetAsync("/refunds?order=ord_000001")).Data).GetRawText());
        Assert.Empty((await payments.Client.GetAsync("/refunds?idempotency_key=key-2")).Data);
        Assert.Equal(
            """{"seq":1,"kind":"refund","refund":"re_000001","order":"ord_000001","amount":700,"currency":"EUR","idempotency_key":"key-1","attempt":3,"at":"2026-07-01T12:00:00.000Z"}""",
            Assert.Single((await payments.Client.LedgerAsync()).Data).GetRawText());
    }

    [Fact]
    public async Task Refund_OfTheRest_LeavesTheOrderFullyRefunded()
    {
        await using var payments = await RunningPayments.StartAsync();
        (await payments.Client.RefundAsync("key-1", "ord_000009", 7_500)).MustBe(201);

        Assert.Equal("fully_refunded", (await payments.Client.GetAsync("/orders/ord_000009")).Str("status"));
        (await payments.Client.RefundAsync("key-2", "ord_000009", 1)).MustBe(409, "order_not_refundable");
    }

    [Fact]
    public async Task Refunds_Concurrent_NeverTakeMoreThanTheOrderHolds()
    {
        await using var payments = await RunningPayments.StartAsync();
        var replies = await Task.WhenAll(Enumerable.Range(1, 50).Select(i => payments.Client.RefundAsync($"race-{i}", "ord_000001", 1_000, "EUR")));

        Assert.Equal(4, replies.Count(reply => reply.Status == 201));
        Assert.All(replies.Where(reply => reply.Status != 201), reply => reply.MustBe(422, "exceeds_refundable"));
        Assert.Equal(200, await payments.Client.RefundableAsync("ord_000001"));
        Assert.Equal(4, (await payments.Client.LedgerAsync()).Data.Length);
    }

    [Theory]
    [InlineData("""{"order":"ord_000005","amount":0,"currency":"USD"}""", "amount")]
    [InlineData("""{"order":"ord_000005","amount":-1,"currency":"USD"}""", "amount")]
    [InlineData("""{"order":"ord_000005","amount":1.5,"currency":"USD"}""", "amount")]
    [InlineData("""{"order":"ord_000005","amount":"100","currency":"USD"}""", "amount")]
    [InlineData("""{"order":"ord_000005","amount":99999999999999999999,"currency":"USD"}""", "amount")]
    [InlineData("""{"order":"ord_000005","currency":"USD"}""", "amount")]
    [InlineData("""{"order":"ord_000005","amount":100,"currency":"usd"}""", "currency")]
    [InlineData("""{"order":"ord_000005","amount":100,"currency":"US"}""", "currency")]
    [InlineData("""{"order":"ord_000005","amount":100}""", "currency")]
    [InlineData("""{"order":"","amount":100,"currency":"USD"}""", "order")]
    [InlineData("""{"amount":100,"currency":"USD"}""", "order")]
    [InlineData("""{"order":"ord_000005","amount":100,"currency":"USD","reason":7}""", "reason")]
    [InlineData("""{"order":"ord_000005","amount":100,"currency":"USD","amuont":100}""", "amuont")]
    public async Task Refund_WithABadField_NamesItAndSpendsNoKey(string body, string field)
    {
        await using var payments = await RunningPayments.StartAsync();
        var refusal = await payments.Client.SendAsync(HttpMethod.Post, "/refunds", body, "key-1");

        refusal.MustBe(400, "invalid_request");
        Assert.Equal(field, refusal.Str("field"));
        (await payments.Client.RefundAsync("key-1")).MustBe(201);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"order":"ord_000005","amount":1,"amount":2,"currency":"USD"}""")]
    public async Task Refund_WithMalformedJson_IsRefused(string body)
    {
        await using var payments = await RunningPayments.StartAsync();
        (await payments.Client.SendAsync(HttpMethod.Post, "/refunds", body, "key-1")).MustBe(400, "invalid_json");
        Assert.Empty((await payments.Client.LedgerAsync()).Data);
    }

    [Fact]
    public async Task Void_WithinADay_GivesTheMoneyBackOnce()
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.RefundAsync("key-1", "ord_000001", 700, "EUR");
        payments.Clock.Advance(TimeSpan.FromHours(24));
        var voided = await payments.Client.VoidAsync("re_000001", "void-1", attempt: 1);

        voided.MustBe(200);
        Assert.Equal(("voided", "void-1", "2026-07-02T12:00:00.000Z"), (voided.Str("status"), voided.Str("void_idempotency_key"), voided.Str("voided_at")));
        var order = await payments.Client.GetAsync("/orders/ord_000001");
        Assert.Equal((0, 4_200, 3, "paid"), (order.Num("refunded_minor"), order.Num("refundable_minor"), order.Num("version"), order.Str("status")));
        Assert.Equal(voided.Text, Assert.Single((await payments.Client.GetAsync("/refunds?void_idempotency_key=void-1")).Data).GetRawText());

        var again = await payments.Client.VoidAsync("re_000001", "void-1");
        Assert.True(again.Replayed);
        Assert.Equal(voided.Text, again.Text);
        (await payments.Client.VoidAsync("re_000001", "void-2")).MustBe(409, "refund_already_voided");
        Assert.Equal(["refund", "void"], (await payments.Client.LedgerAsync()).Data.Select(entry => entry.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Void_AfterADay_IsRefused()
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.RefundAsync("key-1", "ord_000001", 700, "EUR");
        payments.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMilliseconds(1));

        (await payments.Client.VoidAsync("re_000001", "void-1")).MustBe(409, "void_window_passed");
        Assert.Equal(3_500, await payments.Client.RefundableAsync("ord_000001"));
    }

    [Theory]
    [InlineData("re_1")]
    [InlineData("re_+00001")]
    [InlineData("re_0000001")]
    [InlineData("ord_000001")]
    public async Task Refund_UnderAnotherSpelling_IsNotFound(string id)
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.RefundAsync("key-1");
        (await payments.Client.GetAsync($"/refunds/{id}")).MustBe(404, "refund_not_found");
    }
}
