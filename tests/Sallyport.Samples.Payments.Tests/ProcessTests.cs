using System.Collections.Concurrent;
using Sallyport.Samples.Payments.Seeding;
using Sallyport.Samples.Payments.Tests.Harness;

namespace Sallyport.Samples.Payments.Tests;

/// <summary>The real program as a process.</summary>
public sealed class ProcessTests
{
    private const int Refunds = 100;

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public async Task Kill_InTheMiddleOfRefunds_LosesNoAnsweredOneAndDoublesNone(ulong seed)
    {
        using var directory = new LedgerDirectory();
        var random = new SplitMix64(seed);
        var killAfter = (int)random.Between(5, Refunds - 15);
        var wanted = Enumerable.Range(1, Refunds)
            .Select(i => (Key: $"crash-{seed}-{i}", Order: random.Pick(["ord_000004", "ord_000005"]), Amount: random.Between(1, 900))).ToList();
        var answered = new ConcurrentDictionary<string, string>();
        var before = await KillWhileRefundingAsync(directory.Path, wanted, killAfter, answered);

        using var payments = await PaymentsProcess.StartAsync(directory.Path);
        var ledger = (await payments.Client.LedgerAsync()).Data;
        var context = $"seed {seed}, killed after {killAfter} answers, {answered.Count} answered, {ledger.Length} in the ledger";
        TestContext.Current.SendDiagnosticMessage(context);
        Assert.True(answered.Count >= killAfter && answered.Count < Refunds, context);
        Assert.True(ledger.Length >= answered.Count && ledger.Length <= Refunds, context);
        foreach (var (key, text) in answered)
            Assert.Equal(text, Assert.Single((await payments.Client.GetAsync($"/refunds?idempotency_key={key}")).Data).GetRawText());
        await MustAgreeAsync(payments.Client, before, context);

        // Sending everything again settles what was open: each refund is there once.
        foreach (var (key, order, amount) in wanted)
        {
            var reply = await payments.Client.RefundAsync(key, order, amount, CurrencyOf(order));
            reply.MustBe(201);
            Assert.True(reply.Replayed || !answered.ContainsKey(key), context);
        }

        Assert.Equal(Refunds, (await payments.Client.LedgerAsync()).Data.Length);
        await MustAgreeAsync(payments.Client, before, context);
    }

    [Fact]
    public async Task Program_WithAReadyFile_WritesItsUrlAndStopsCleanlyOnASignal()
    {
        using var directory = new LedgerDirectory(empty: true);
        var ready = Path.Combine(directory.Path, "ready");
        using var payments = await PaymentsProcess.StartAsync(directory.Path, "--seed", "7", "--ready-file", ready);
        (await payments.Client.RefundAsync("key-1")).MustBe(201);

        Assert.Equal(payments.Url, File.ReadAllText(ready).Trim());
        Assert.Matches(@"^http://127\.0\.0\.1:[1-9][0-9]*$", payments.Url);
        Assert.Equal(0, await payments.TerminateAsync());
        var (exit, error) = await PaymentsProcess.RunAsync(
            ["--urls", "http://127.0.0.1:0", "--data", directory.Path, "--seed", "8"], PaymentsClient.ApiKey);
        Assert.Equal(2, exit);
        Assert.Contains("seeded with 7", error);
    }

    [Fact]
    public async Task Program_OnATakenPort_SaysSo()
    {
        using var directory = new LedgerDirectory();
        await using var other = await RunningPayments.StartAsync();
        var (exit, error) = await PaymentsProcess.RunAsync(["--urls", other.Url, "--data", directory.Path], PaymentsClient.ApiKey);

        Assert.Equal(2, exit);
        Assert.Contains("cannot listen", error);
        Assert.DoesNotContain("   at ", error);
    }

    [Fact]
    public async Task Program_WithAReadyFileItCannotWrite_SaysSo()
    {
        using var directory = new LedgerDirectory();
        var (exit, error) = await PaymentsProcess.RunAsync(
            ["--urls", "http://127.0.0.1:0", "--data", directory.Path, "--ready-file", Path.Combine(directory.Path, "none", "ready")], PaymentsClient.ApiKey);

        Assert.Equal(2, exit);
        Assert.Contains("cannot write the ready file", error);
        Assert.DoesNotContain("   at ", error);
    }

    private static string CurrencyOf(string order) => order == "ord_000004" ? "EUR" : "USD";

    /// <summary>Eight callers send refunds; the first to see enough answers kills the process. The result: the refundable amounts from before.</summary>
    private static async Task<Dictionary<string, long>> KillWhileRefundingAsync(
        string directory, List<(string Key, string Order, long Amount)> wanted, int killAfter, ConcurrentDictionary<string, string> answered)
    {
        using var payments = await PaymentsProcess.StartAsync(directory);
        var before = new Dictionary<string, long>();
        foreach (var order in new[] { "ord_000004", "ord_000005" })
            before[order] = await payments.Client.RefundableAsync(order);

        var queue = new ConcurrentQueue<(string Key, string Order, long Amount)>(wanted);
        var callers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            // Once enough are answered nobody starts another, so the kill meets the up to seven that are under way.
            while (answered.Count < killAfter && queue.TryDequeue(out var next))
            {
                try
                {
                    var reply = await payments.Client.RefundAsync(next.Key, next.Order, next.Amount, CurrencyOf(next.Order));
                    reply.MustBe(201);
                    answered[next.Key] = reply.Text;
                }
                catch (HttpRequestException)
                {
                    return; // The kill: whether this one was applied is what the restart shows.
                }
            }

            payments.Kill();
        })).ToArray();
        await Task.WhenAll(callers);
        await payments.WaitForExitAsync();
        return before;
    }

    private static async Task MustAgreeAsync(PaymentsClient client, Dictionary<string, long> before, string context)
    {
        var ledger = (await client.LedgerAsync()).Data;
        foreach (var (order, refundable) in before)
        {
            var moved = ledger.Where(entry => entry.GetProperty("order").GetString() == order).Sum(entry => entry.GetProperty("amount").GetInt64());
            Assert.True(refundable - moved == await client.RefundableAsync(order), $"{order} and the ledger disagree: {context}");
        }

        var keys = ledger.Select(entry => entry.GetProperty("idempotency_key").GetString()).ToList();
        Assert.True(keys.Count == keys.Distinct().Count(), context);
    }
}
