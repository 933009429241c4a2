using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sallyport.Cli.Demo;
using Sallyport.Client;
using Sallyport.Contracts.Wire;
using Sallyport.KillSwitch;

namespace Sallyport.Bench;

/// <summary>Kills under load: how long until the call returns, how long until the last effect, and whether anything begins after the return.</summary>
internal static class KillMode
{
    internal const string Help = """
        Halts a tool again and again while clients pay out, and judges by the payments service's own ledger.

          --kills N     kills (default 1000)
          --clients N   clients that pay out all the time (default 8)
        """;

    /// <summary>Payments that a kill interrupts at the earliest: below that there would be no load.</summary>
    private const int EffectsBetween = 8;

    /// <param name="ReturnedMs">From the call to its return.</param>
    /// <param name="LastEffectMs">From the call to the newest ledger entry; null when the kill let nothing through.</param>
    /// <param name="Named">Attempts that the receipt says may still land.</param>
    /// <param name="After">Ledger entries made after the return.</param>
    private sealed record Kill(double ReturnedMs, double? LastEffectMs, int Named, int After);

    internal static async Task<int> RunAsync(Options options, TextWriter output)
    {
        var (kills, clients) = (options.Number("--kills", 1_000), options.Number("--clients", 8));
        var data = Directory.CreateTempSubdirectory("sallyport-bench-").FullName;
        try
        {
            await using var sandbox = await Sandbox.StartAsync(data, UnlimitedBundle.Write(data), "http://127.0.0.1:0", CancellationToken.None);
            var (agent, _) = await sandbox.AddAgentAsync("bench", "order:read", "customer:read", "refund:issue");
            using var ending = new CancellationTokenSource();
            using var load = new Load(agent);
            var ledger = new Ledger(sandbox.Payments);
            var running = load.RunAsync(clients, ending.Token);
            var seen = new List<Kill>();
            while (seen.Count < kills)
            {
                seen.Add(await KillAsync(sandbox, load, ledger));
                if (seen.Count % 100 == 0) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seen.Count} kills, {load.Paid} refunds"));
            }

            await ending.CancelAsync();
            await running;
            return Print(seen, clients, load.Paid, output);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<Kill> KillAsync(Sandbox sandbox, Load load, Ledger ledger)
    {
        await load.MoreAsync(EffectsBetween);
        var (called, stamp) = (TimeProvider.System.GetUtcNow(), Stopwatch.GetTimestamp());
        var receipt = await sandbox.As("otto").HaltAsync(new HaltCall("tool:issue_refund", "bench"));
        var took = Stopwatch.GetElapsedTime(stamp);
        // Whatever was on its way has had ten times the usual time of a payment to arrive.
        using var quiet = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        await quiet.WaitForNextTickAsync();
        var made = await ledger.NewAsync();
        await sandbox.As("otto").ResumeAsync(receipt.HaltId);
        double? last = made.Count > 0 && made[^1] > called ? (made[^1] - called).TotalMilliseconds : null;
        return new Kill(took.TotalMilliseconds, last, receipt.Unresolved.Count(attempt => !attempt.Stopped), made.Count(at => at > called + took));
    }

    private static int Print(List<Kill> kills, int clients, int paid, TextWriter output)
    {
        output.WriteLine($"\n{kills.Count} kills under {clients} clients, {paid} refunds paid in between");
        output.WriteLine("ms from the call to                 p50       p90       p99       max");
        Line("its return", [.. kills.Select(kill => kill.ReturnedMs)]);
        Line("the last effect (where any)", [.. kills.Select(kill => kill.LastEffectMs).OfType<double>()]);
        var (after, unnamed) = (kills.Sum(kill => kill.After), kills.Sum(kill => Math.Max(0, kill.After - kill.Named)));
        output.WriteLine($"effects after the return: {after}; of them not named in the receipt: {unnamed}");
        var ratio = kills.Max(kill => kill.ReturnedMs) / PermitRenewal.TimeToLive.TotalMilliseconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"slowest return = {ratio:N3} x the permit's time-to-live of {PermitRenewal.TimeToLive.TotalSeconds:0} s"));
        return unnamed == 0 && ratio <= 1 ? 0 : 1;

        void Line(string name, List<double> values)
        {
            values.Sort();
            double At(double share) => values.Count == 0 ? 0 : values[Math.Min(values.Count - 1, (int)(values.Count * share))];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-30} {At(0.5),9:N2} {At(0.9),9:N2} {At(0.99),9:N2} {(values.Count == 0 ? 0 : values[^1]),9:N2}"));
        }
    }

    /// <summary>When the payments service recorded what, read on from where the last reading ended.</summary>
    private sealed class Ledger(PaymentsProcess payments)
    {
        private long _seq;

        internal async Task<IReadOnlyList<DateTimeOffset>> NewAsync()
        {
            var times = new List<DateTimeOffset>();
            for (var more = true; more;)
            {
                var page = await payments.ReadAsync($"/ledger?after={_seq.ToString(CultureInfo.InvariantCulture)}&limit=1000");
                foreach (var entry in page.GetProperty("data").EnumerateArray())
                {
                    _seq = entry.GetProperty("seq").GetInt64();
                    times.Add(entry.GetProperty("at").Deserialize<DateTimeOffset>());
                }

                more = page.GetProperty("has_more").GetBoolean();
            }

            return times;
        }
    }

    /// <summary>Clients that pay out small amounts all the time; refusals during a halt are part of it.</summary>
    private sealed class Load(AgentClient agent) : IDisposable
    {
        private readonly SemaphoreSlim _made = new(0);
        private int _paid;
        private int _count;

        public void Dispose() => _made.Dispose();

        internal int Paid => Volatile.Read(ref _paid);

        /// <summary>Completes when so many more payments were made.</summary>
        internal async Task MoreAsync(int count)
        {
            while (_made.CurrentCount > 0) await _made.WaitAsync();
            for (var i = 0; i < count; i++) await _made.WaitAsync();
        }

        internal async Task RunAsync(int clients, CancellationToken ending)
        {
            var task = await Sandbox.OpenTaskAsync(agent);
            await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
            {
                while (!ending.IsCancellationRequested)
                {
                    var call = new ActionCall(Sandbox.Refund("ord_000005", 1, "USD"), task, IdempotencyKey: "bench-kill-" + Interlocked.Increment(ref _count).ToString("D12", CultureInfo.InvariantCulture));
                    if ((await agent.ProposeAsync("issue_refund", call, CancellationToken.None)).Action is not { State: "succeeded" }) continue;
                    Interlocked.Increment(ref _paid);
                    _made.Release();
                }
            }, CancellationToken.None)));
        }
    }
}
