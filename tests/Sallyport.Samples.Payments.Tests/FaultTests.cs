using Sallyport.Samples.Payments.Tests.Harness;

namespace Sallyport.Samples.Payments.Tests;

public sealed class FaultTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("none", 201, null, true)]
    [InlineData("answer_lost_after_effect", null, null, true)]
    [InlineData("error_after_effect", 500, "internal_error", true)]
    [InlineData("error_before_effect", 503, "unavailable", false)]
    [InlineData("close_without_effect", null, null, false)]
    [InlineData("close_before_effect", null, null, false)]
    [InlineData("refuse", 403, "refused", false)]
    public async Task Fault_OnARefund_LeavesTheDocumentedLedger(string mode, int? status, string? code, bool applied)
    {
        await using var payments = await RunningPayments.StartAsync();
        (await payments.Client.FaultAsync(mode, times: 1)).MustBe(200);

        if (status is { } expected)
            (await payments.Client.RefundAsync("key-1")).MustBe(expected, code);
        else
            await Assert.ThrowsAsync<HttpRequestException>(() => payments.Client.RefundAsync("key-1"));

        Assert.Equal(applied ? 1 : 0, (await payments.Client.LedgerAsync()).Data.Length);
        Assert.Equal(applied ? 1 : 0, (await payments.Client.GetAsync("/refunds?idempotency_key=key-1")).Data.Length);
        Assert.Equal(applied ? 899_900 : 900_000, await payments.Client.RefundableAsync("ord_000005"));

        // Once the fault is used up, the same request settles it: a replay where it was applied, an effect where it was not.
        var settled = await payments.Client.RefundAsync("key-1");
        settled.MustBe(201);
        Assert.Equal(applied, settled.Replayed);
        Assert.Single((await payments.Client.LedgerAsync()).Data);
        if (mode != "none")
            Assert.Equal(1, await FiredAsync(payments, mode));
    }

    [Fact]
    public async Task ErrorBeforeEffect_Answers_RetryAfter()
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.FaultAsync("error_before_effect");
        Assert.Equal("1", (await payments.Client.RefundAsync("key-1")).RetryAfter);
    }

    [Fact]
    public async Task Slow_HoldsTheAnswer_WhileTheEffectIsThere()
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.FaultAsync("slow", 1, (int)Delay.TotalMilliseconds);
        var slow = payments.Client.RefundAsync("key-1");
        await payments.Clock.WaitStartedAsync();

        Assert.Single((await payments.Client.LedgerAsync()).Data);
        Assert.False(slow.IsCompleted);
        payments.Clock.Advance(Delay - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, (await payments.Client.GetAsync("/faults", PaymentsClient.AdminKey)).Num("held"));
        Assert.False(slow.IsCompleted);
        payments.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await slow).MustBe(201);
    }

    [Fact]
    public async Task SlowBeforeEffect_HoldsTheEffect_UntilTheDelayIsOver()
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.FaultAsync("slow_before_effect", 1, (int)Delay.TotalMilliseconds);
        var slow = payments.Client.RefundAsync("key-1");
        await payments.Clock.WaitStartedAsync();

        Assert.Empty((await payments.Client.LedgerAsync()).Data);
        payments.Clock.Advance(Delay);
        (await slow).MustBe(201);
        Assert.Single((await payments.Client.LedgerAsync()).Data);
    }

    [Fact]
    public async Task SlowBeforeEffect_WhenTheCallerHangsUp_StillApplies()
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.FaultAsync("slow_before_effect", 1, (int)Delay.TotalMilliseconds);
        using var caller = new CancellationTokenSource();
        var slow = payments.Client.RefundAsync("key-1", cancellation: caller.Token);
        await payments.Clock.WaitStartedAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
        Assert.Empty((await payments.Client.LedgerAsync()).Data);

        payments.Clock.Advance(Delay);
        while ((await payments.Client.LedgerAsync()).Data.Length == 0)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        Assert.Equal(899_900, await payments.Client.RefundableAsync("ord_000005"));
    }

    [Fact]
    public async Task SlowBeforeEffect_WhenTheServiceStops_NeverApplies()
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.FaultAsync("slow_before_effect", 1, (int)Delay.TotalMilliseconds);
        var slow = payments.Client.RefundAsync("key-1");
        await payments.Clock.WaitStartedAsync();
        await payments.RestartAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => slow);
        Assert.Empty((await payments.Client.LedgerAsync()).Data);
    }

    [Theory]
    [InlineData("answer_lost_after_effect", true)]
    [InlineData("error_after_effect", true)]
    [InlineData("close_without_effect", false)]
    [InlineData("refuse", false)]
    public async Task Fault_OnAVoid_LeavesTheDocumentedLedger(string mode, bool applied)
    {
        await using var payments = await RunningPayments.StartAsync();
        await payments.Client.RefundAsync("key-1");
        await payments.Client.FaultAsync(mode, times: 1);
        await Record.ExceptionAsync(() => payments.Client.VoidAsync("re_000001", "void-1"));

        Assert.Equal(applied ? 2 : 1, (await payments.Client.LedgerAsync()).Data.Length);
        Assert.Equal(applied ? "voided" : "succeeded", (await payments.Client.GetAsync("/refunds/re_000001")).Str("status"));
    }

    [Fact]
    public async Task Fault_WithTimesAndMatch_HitsOnlyWhatItShould()
    {
        await using var payments = await RunningPayments.StartAsync();
        var shown = await payments.Client.FaultAsync("refuse", times: 2);
        Assert.Equal(("refuse", 2, 2), (shown.Str("mode"), shown.Num("times"), shown.Num("remaining")));

        (await payments.Client.GetAsync("/refunds?idempotency_key=key-1")).MustBe(200);
        (await payments.Client.RefundAsync("key-1")).MustBe(403, "refused");
        (await payments.Client.RefundAsync("key-1")).MustBe(403, "refused");
        (await payments.Client.RefundAsync("key-1")).MustBe(201);
        Assert.Equal(2, await FiredAsync(payments, "refuse"));
        Assert.Equal(0, await FiredAsync(payments, "slow"));
    }

    [Theory]
    [InlineData("""{"mode":"explode"}""", "mode")]
    [InlineData("""{}""", "mode")]
    [InlineData("""{"mode":"slow","delay_ms":-1}""", "delay_ms")]
    [InlineData("""{"mode":"slow","times":0}""", "times")]
    [InlineData("""{"mode":"slow","match":{"verb":"POST"}}""", "match.verb")]
    [InlineData("""{"mode":"slow","match":{"method":1}}""", "match.method")]
    [InlineData("""{"mode":"slow","match":"POST"}""", "match")]
    public async Task Faults_WithABadField_AreRefused(string body, string field)
    {
        await using var payments = await RunningPayments.StartAsync();
        var refusal = await payments.Client.SendAsync(HttpMethod.Put, "/faults", body, bearer: PaymentsClient.AdminKey);
        refusal.MustBe(400, "invalid_request");
        Assert.Equal(field, refusal.Str("field"));
    }

    [Fact]
    public async Task Faults_WithoutAnAdminKey_DoNotExist()
    {
        await using var payments = await RunningPayments.StartAsync(adminKey: null);
        (await payments.Client.GetAsync("/faults")).MustBe(404, "not_found");
        (await payments.Client.SendAsync(HttpMethod.Put, "/faults", """{"mode":"refuse"}""", bearer: "")).MustBe(404, "not_found");
        (await payments.Client.RefundAsync("key-1")).MustBe(201);
    }

    private static async Task<long> FiredAsync(RunningPayments payments, string mode) =>
        (await payments.Client.GetAsync("/faults", PaymentsClient.AdminKey)).Body.GetProperty("fired").GetProperty(mode).GetInt64();
}
