using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Crash;

/// <summary>SIGKILL for the server and for payments while money moves. What each of them recorded must agree in the end.</summary>
[Trait("req", "AC.3")]
public sealed class CrashTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Agents = 8;
    private const int RefundsPerAgent = 25;
    private const int Kills = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-crash-").FullName;
    private PaymentsProcess _payments = null!;
    private GateProcess _gate = null!;
    private int _sent;

    public async ValueTask InitializeAsync()
    {
        _payments = await PaymentsProcess.StartAsync(Path.Combine(_folder, "payments"));
        _gate = new GateProcess(Path.Combine(_folder, "server"), _payments.Url);
        await _gate.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.DisposeAsync();
        await _payments.DisposeAsync();
        foreach (var line in _gate.Complaints) output.WriteLine("server: " + line);
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(20_261_121)]
    public async Task Refunds_ThroughKillsOfBothSides_LandOnceAndBothLedgersAgree(int seed)
    {
        output.WriteLine($"seed {seed}");
        var admin = (await _gate.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = "admin", password = TestGate.Password }, null)).MustBe(201).Str("token")!;
        var agents = Enumerable.Range(0, Agents).Select(number => new CrashAgent(_gate, number) { Sending = () => Interlocked.Increment(ref _sent) }).ToList();
        foreach (var agent in agents) await agent.RegisterAsync(admin);

        var work = Task.WhenAll(agents.Select(agent => agent.RefundManyAsync(RefundsPerAgent)));
        await KillAtRandomAsync(new Random(seed), work);
        await work;

        var ended = agents.SelectMany(agent => agent.Ended).ToDictionary(StringComparer.Ordinal);
        var succeeded = ended.Where(entry => entry.Value == "succeeded").Select(entry => entry.Key).Order(StringComparer.Ordinal).ToList();
        var ledger = await _payments.LedgerAsync();
        output.WriteLine($"{_sent} requests, {ended.Count} refunds, {succeeded.Count} succeeded, {ledger.Count} ledger entries");
        Assert.True(ended.Count == Agents * RefundsPerAgent, $"seed {seed}: {ended.Count} refunds ended");
        Assert.True(succeeded.SequenceEqual(ledger.Select(entry => entry.IdempotencyKey).Order(StringComparer.Ordinal)),
            $"seed {seed}: only at the server: {string.Join(", ", succeeded.Except(ledger.Select(entry => entry.IdempotencyKey)))}; only in the ledger: "
            + $"{string.Join(", ", ledger.Select(entry => entry.IdempotencyKey).Except(succeeded))}; entries {ledger.Count}, distinct {ledger.Select(entry => entry.IdempotencyKey).Distinct().Count()}");
        Assert.True(succeeded.Count > ended.Count / 2, $"seed {seed}: only {succeeded.Count} of {ended.Count} succeeded");
        await MustAgreeAsync(ended, admin, seed);
        await MustVerifyAsync(admin, ledger.Count);
        foreach (var agent in agents) agent.Dispose();
    }

    /// <summary>Kills one side or both after a random number of further requests, at a random moment of the next one, and starts it again.</summary>
    private async Task KillAtRandomAsync(Random random, Task work)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (var kill = 0; kill < Kills && !work.IsCompleted; kill++)
        {
            var at = Volatile.Read(ref _sent) + random.Next(5, 40);
            while (Volatile.Read(ref _sent) < at && !work.IsCompleted) await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            for (var wait = random.Next(30); wait > 0; wait--) await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            var victim = random.Next(3);
            output.WriteLine($"kill {kill} after {Volatile.Read(ref _sent)} requests: {(victim == 0 ? "payments" : victim == 1 ? "server" : "both")}");
            if (victim != 1) await _payments.KillAsync();
            if (victim != 0) await _gate.KillAsync();
            if (victim != 1) await _payments.RestartAsync();
            if (victim != 0) await _gate.StartAsync();
        }
    }

    /// <summary>The server says now what it said then: nothing that was answered is forgotten or changed by a crash.</summary>
    private async Task MustAgreeAsync(Dictionary<string, string> ended, string admin, int seed)
    {
        foreach (var (action, end) in ended)
        {
            var now = (await _gate.SendAsync(HttpMethod.Get, "/v1/actions/" + action, null, admin)).MustBe(200).State;
            var same = end switch { "succeeded" => now == "succeeded", "failed" => now == "failed", _ => now is "cancelled" or "failed" };
            Assert.True(same, $"seed {seed}: {action} was answered as {end} and is {now}");
        }
    }

    /// <summary>The audit log of all the lives of the server verifies offline, and shows as many effects as the ledger.</summary>
    private async Task MustVerifyAsync(string admin, int effects)
    {
        var export = Path.Combine(_folder, "export");
        (await CommandLine.RunAsync(["audit", "export", export, "--server", _gate.Url], null, ("SALLYPORT_SESSION", admin))).MustExit(0);
        (await CommandLine.RunAsync(["audit", "verify", export, "--json"])).MustExit(0);
        var leaves = (await File.ReadAllLinesAsync(Path.Combine(export, "entries.ndjson"), TestContext.Current.CancellationToken))
            .Select(line => JsonElement.Parse(Convert.FromBase64String(JsonElement.Parse(line).GetProperty("leaf").GetString()!))).ToList();
        var applied = leaves.Count(leaf => leaf.TryGetProperty("state", out var state) && state.GetString() == "succeeded" && leaf.GetProperty("kind").GetString() is "effect.succeeded" or "effect.probed");
        output.WriteLine($"{leaves.Count} entries: {leaves.Count(leaf => leaf.GetProperty("kind").GetString() == "effect.unknown")} doubts, "
            + $"{leaves.Count(leaf => leaf.GetProperty("kind").GetString() == "effect.probed")} settled by the probe");
        Assert.Equal(effects, applied);
    }
}
