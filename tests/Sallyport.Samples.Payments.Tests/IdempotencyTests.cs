using Sallyport.Samples.Payments.Tests.Harness;

namespace Sallyport.Samples.Payments.Tests;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task SameKey_SameValuesInOtherSpelling_ReplaysTheStoredBytes()
    {
        await using var payments = await RunningPayments.StartAsync();
        var first = await payments.Client.RefundAsync("key-1");
        payments.Clock.Advance(TimeSpan.FromDays(400));
        var second = await payments.Client.SendAsync(
            HttpMethod.Post, "/refunds", """{ "reason":"late", "currency":"USD", "amount":100, "order":"ord_000005" }""", "key-1", "7");

        Assert.False(first.Replayed);
        Assert.True(second.Replayed);
        Assert.Equal((first.Status, first.Text), (second.Status, second.Text));
        Assert.Single((await payments.Client.LedgerAsync()).Data);
    }

    [Fact]
    public async Task SameKey_OneHundredInParallel_HaveOneEffectAndIdenticalAnswers()
    {
        await using var payments = await RunningPayments.StartAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => payments.Client.RefundAsync("key-1")));

        Assert.Single(replies.Select(reply => (reply.Status, reply.Text)).Distinct());
        Assert.Equal(201, replies[0].Status);
        Assert.Equal(1, replies.Count(reply => !reply.Replayed));
        Assert.Single((await payments.Client.LedgerAsync()).Data);
        Assert.Equal(899_900, await payments.Client.RefundableAsync("ord_000005"));
    }

    [Fact]
    public async Task SameKey_OtherValues_IsRefusedAndChangesNothing()
    {
        await using var payments = await RunningPayments.StartAsync();
        (await payments.Client.RefundAsync("key-1", amount: 100)).MustBe(201);

        (await payments.Client.RefundAsync("key-1", amount: 101)).MustBe(422, "idempotency_key_reuse");
        (await payments.Client.RefundAsync("key-1", order: "ord_000002")).MustBe(422, "idempotency_key_reuse");
        (await payments.Client.VoidAsync("re_000001", "key-1")).MustBe(422, "idempotency_key_reuse");
        Assert.Single((await payments.Client.LedgerAsync()).Data);
    }

    [Fact]
    public async Task Refusal_UnderAKey_StaysRefusedWhenTheMoneyIsBack()
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.RefundAsync("all", "ord_000002", 3_500);
        var refused = await payments.Client.RefundAsync("late", "ord_000002", 500);
        refused.MustBe(409, "order_not_refundable");
        (await payments.Client.VoidAsync("re_000001", "void-1")).MustBe(200);

        var again = await payments.Client.RefundAsync("late", "ord_000002", 500);
        Assert.True(again.Replayed);
        Assert.Equal((refused.Status, refused.Text, "application/problem+json"), (again.Status, again.Text, again.ContentType));
        Assert.Equal(3_500, await payments.Client.RefundableAsync("ord_000002"));
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("")]
    public async Task Key_OutsideVisibleAscii_IsRefused(string key)
    {
        await using var payments = await RunningPayments.StartAsync();
        (await payments.Client.RefundAsync(key)).MustBe(400, "idempotency_key_invalid");
        (await payments.Client.RefundAsync(new string('k', 256))).MustBe(400, "idempotency_key_invalid");
        (await payments.Client.RefundAsync(new string('k', 255))).MustBe(201);
    }
}
