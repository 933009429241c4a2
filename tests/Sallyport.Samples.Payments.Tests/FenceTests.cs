using Sallyport.Samples.Payments.Tests.Harness;

namespace Sallyport.Samples.Payments.Tests;

public sealed class FenceTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(null, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public async Task Refund_UnderAFenceOfTwo_NeedsThatAttempt(int? attempt, bool applied)
    {
        await using var payments = await RunningPayments.StartAsync();
        (await payments.Client.PutAsync("/fences/key-1", """{"minimum_attempt":2}""")).MustBe(200);
        var reply = await payments.Client.RefundAsync("key-1", attempt: attempt);

        if (applied)
            reply.MustBe(201);
        else
            reply.MustBe(409, "stale_attempt");
        Assert.Equal(applied ? 1 : 0, (await payments.Client.LedgerAsync()).Data.Length);
        (await payments.Client.RefundAsync("key-1", attempt: 2)).MustBe(201);
        Assert.Single((await payments.Client.LedgerAsync()).Data);
    }

    [Fact]
    public async Task Fence_OnlyRises_AndOutlivesARestart()
    {
        await using var payments = await RunningPayments.StartAsync();
        (await payments.Client.GetAsync("/fences/a/b")).MustBe(404, "fence_not_found");
        Assert.Equal(5, (await payments.Client.PutAsync("/fences/a%2Fb", """{"minimum_attempt":5}""")).Num("minimum_attempt"));
        payments.Clock.Advance(Delay);
        Assert.Equal(5, (await payments.Client.PutAsync("/fences/a/b", """{"minimum_attempt":3}""")).Num("minimum_attempt"));
        await payments.RestartAsync();

        var fence = await payments.Client.GetAsync("/fences/a/b");
        Assert.Equal(("a/b", 5, "2026-07-01T12:00:00.000Z"), (fence.Str("key"), fence.Num("minimum_attempt"), fence.Str("updated_at")));
        (await payments.Client.RefundAsync("a/b", attempt: 4)).MustBe(409, "stale_attempt");
        (await payments.Client.RefundAsync("a/b", attempt: 5)).MustBe(201);
    }

    [Fact]
    public async Task Fence_SetWhileASlowRefundIsInside_BeatsIt()
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.FaultAsync("slow_before_effect", 1, (int)Delay.TotalMilliseconds);
        var slow = payments.Client.RefundAsync("key-1", attempt: 1);
        await payments.Clock.WaitStartedAsync();
        (await payments.Client.PutAsync("/fences/key-1", """{"minimum_attempt":2}""")).MustBe(200);
        payments.Clock.Advance(Delay);

        (await slow).MustBe(409, "stale_attempt");
        Assert.False((await slow).Body.GetProperty("key_already_answered").GetBoolean());
        Assert.Empty((await payments.Client.LedgerAsync()).Data);
        Assert.Empty((await payments.Client.GetAsync("/refunds?idempotency_key=key-1")).Data);
    }

    [Fact]
    public async Task Fence_SetAfterTheEffect_SaysThatTheKeyWasAnswered()
    {
        await using var payments = await RunningPayments.StartAsync();
        (await payments.Client.RefundAsync("key-1", attempt: 1)).MustBe(201);
        await payments.Client.PutAsync("/fences/key-1", """{"minimum_attempt":2}""");

        var stale = await payments.Client.RefundAsync("key-1", attempt: 1);
        stale.MustBe(409, "stale_attempt");
        Assert.True(stale.Body.GetProperty("key_already_answered").GetBoolean());
        Assert.True((await payments.Client.RefundAsync("key-1", attempt: 2)).Replayed);
        Assert.Single((await payments.Client.LedgerAsync()).Data);
    }

    [Fact]
    public async Task Void_UnderAFence_NeedsTheAttemptToo()
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.RefundAsync("key-1");
        await payments.Client.PutAsync("/fences/void-1", """{"minimum_attempt":2}""");

        (await payments.Client.VoidAsync("re_000001", "void-1", attempt: 1)).MustBe(409, "stale_attempt");
        Assert.Single((await payments.Client.LedgerAsync()).Data);
        (await payments.Client.VoidAsync("re_000001", "void-1", attempt: 2)).MustBe(200);
    }

    [Fact]
    public async Task Fence_RacingRefunds_NothingLandsAfterItAnswered()
    {
        await using var payments = await RunningPayments.StartAsync();
        for (var round = 0; round < 40; round++)
        {
            var key = $"race-{round}";
            var refunds = Enumerable.Range(0, 4).Select(_ => payments.Client.RefundAsync(key, amount: 1, attempt: 1)).ToArray();
            (await payments.Client.PutAsync($"/fences/{key}", """{"minimum_attempt":2}""")).MustBe(200);
            var atFence = (await payments.Client.GetAsync($"/refunds?idempotency_key={key}")).Data.Length;
            var replies = await Task.WhenAll(refunds);
            var atEnd = (await payments.Client.GetAsync($"/refunds?idempotency_key={key}")).Data.Length;

            Assert.Equal(atFence, atEnd);
            Assert.Equal(atEnd, replies.Count(reply => reply is { Status: 201, Replayed: false }));
            Assert.All(replies, reply => Assert.True(reply.Status == 201 || reply.Code == "stale_attempt", reply.Text));
        }
    }
}
