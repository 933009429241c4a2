using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Faults;

/// <summary>
/// The payments service misbehaves in every way it can. Each time the action ends in the state that is true, and the money moves at most
/// once: the payments ledger is the judge.
/// </summary>
[Trait("req", "AC.3")]
public sealed class PaymentsFaultTests(TestGate gate) : IClassFixture<TestGate>
{
    /// <summary>Mode, delay in milliseconds, how often; then the first answer and what is true in the end.</summary>
    public static TheoryData<string, int, int, int, string, string, int> Switches => new()
    {
        { "slow", 300, 1, 200, "succeeded", "succeeded", 1 },
        { "slow_before_effect", 300, 1, 200, "succeeded", "succeeded", 1 },
        { "answer_lost_after_effect", 0, 1, 504, "effect_unknown", "succeeded", 1 },
        { "error_after_effect", 0, 1, 504, "effect_unknown", "succeeded", 1 },
        { "error_before_effect", 0, 1, 504, "effect_unknown", "succeeded", 1 },
        { "close_without_effect", 0, 1, 504, "effect_unknown", "succeeded", 1 },
        { "close_before_effect", 0, 1, 504, "effect_unknown", "succeeded", 1 },
        { "close_without_effect", 0, 2, 504, "effect_unknown", "succeeded", 1 },
        // Three attempts are all that the contract allows; after the last one the absence is final.
        { "close_without_effect", 0, 3, 504, "effect_unknown", "failed", 0 },
        { "error_before_effect", 0, 3, 504, "effect_unknown", "failed", 0 },
        { "answer_lost_after_effect", 0, 3, 504, "effect_unknown", "succeeded", 1 },
        { "refuse", 0, 1, 409, "effect_refused", "failed", 0 },
    };

    [Theory]
    [MemberData(nameof(Switches))]
    public async Task Effect_WhenPaymentsMisbehaves_EndsInWhatIsTrue(string mode, int delayMs, int times, int status, string first, string end, int entries)
    {
        await gate.Payments.FaultAsync(mode, times, delayMs);
        try
        {
            var answer = (await gate.RefundAsync("ord_000001", 10 + times, "EUR")).MustBe(status, first);
            if (first == "effect_unknown") Assert.Equal("unknown", answer.Str("effect"));
            if (first == "effect_refused") Assert.Equal("none", answer.Str("effect"));

            (await gate.WaitAsync(answer.ActionId)).MustBe(200, end);

            Assert.Equal(entries, (await gate.Payments.LedgerOfAsync(answer.ActionId)).Count);
            await MustAccountForEveryAttemptAsync(answer.ActionId, end);
        }
        finally
        {
            await gate.Payments.HealAsync();
        }
    }

    [Fact]
    public async Task Effect_WhilePaymentsIsDown_IsNeverSentAndSaysSo()
    {
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());
        await gate.Payments.KillAsync();
        // More often than equal calls are allowed: a client that does what a retriable refusal asks for is no loop.
        for (var i = 0; i < 6; i++) (await gate.RefundAsync("ord_000001", 41, "EUR", task, key)).MustBe(503, "facts_unavailable");

        var refused = (await gate.RefundAsync("ord_000001", 41, "EUR", task, key)).MustBe(503, "facts_unavailable");
        Assert.True(refused.Body.GetProperty("retriable").GetBoolean());
        Assert.Equal("none", refused.Str("effect"));

        await gate.Payments.RestartAsync();
        var done = (await gate.RefundAsync("ord_000001", 41, "EUR", task, key)).MustBe(200, "succeeded");
        Assert.Single(await gate.Payments.LedgerOfAsync(done.ActionId));
    }

    [Fact]
    public async Task Doubt_WhilePaymentsIsDown_StaysDoubtUntilTheProbeAnswers()
    {
        // The probe may be faster than the kill; then the end is known already, and it is the same.
        await gate.Payments.FaultAsync("answer_lost_after_effect");
        var doubt = (await gate.RefundAsync("ord_000001", 42, "EUR")).MustBe(504, "effect_unknown");
        await gate.Payments.KillAsync();

        var still = (await gate.WaitAsync(doubt.ActionId, 1)).MustBe(200);
        Assert.Contains(still.State, (string[])["unknown", "succeeded"]);

        await gate.Payments.RestartAsync();
        (await gate.WaitAsync(doubt.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await gate.Payments.LedgerOfAsync(doubt.ActionId));
    }

    [Fact]
    public async Task Replay_OfADoubt_NeverSendsAgain()
    {
        await gate.Payments.FaultAsync("answer_lost_after_effect");
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());
        var doubt = (await gate.RefundAsync("ord_000001", 43, "EUR", task, key)).MustBe(504, "effect_unknown");

        var replays = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => gate.RefundAsync("ord_000001", 43, "EUR", task, key)));

        Assert.All(replays, replay => Assert.Equal(doubt.ActionId, replay.ActionId));
        (await gate.WaitAsync(doubt.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await gate.Payments.LedgerOfAsync(doubt.ActionId));
    }

    /// <summary>Every attempt has its intent in the log before anything else, and the end is recorded once.</summary>
    private async Task MustAccountForEveryAttemptAsync(string actionId, string end)
    {
        var chain = (await gate.SendAsync(HttpMethod.Get, "/v1/chain/" + actionId, null, await gate.SessionAsync("dana"))).MustBe(200);
        var kinds = chain.Body.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("kind").GetString()!).ToList();
        var intents = kinds.Count(kind => kind == "effect.intent");
        var answers = kinds.Count(kind => kind is "effect.succeeded" or "effect.failed" or "effect.unknown");
        Assert.True(intents == answers, $"{intents} attempts, {answers} answers: {string.Join(", ", kinds)}");
        var last = chain.Body.GetProperty("steps").EnumerateArray().Last().GetProperty("entry");
        Assert.Equal(end, last.GetProperty("state").GetString());
    }
}
