using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Data.Sqlite;
using Sallyport.Cli.Demo;
using Sallyport.Client;
using Sallyport.Contracts.Wire;

namespace Sallyport.Bench;

/// <summary>
/// Governed refunds (token, contract, scope, limits, facts, policy, two durable commits with audit, one effect) beside what bounds them: the
/// payments service called directly, and a bare durable commit on the same disk.
/// </summary>
internal sealed class RefundContest : IAsyncDisposable
{
    private readonly Sandbox _sandbox;
    private readonly AgentClient _agent;
    private readonly HttpClient _payments;
    private readonly SqliteConnection _disk;
    private readonly Lock _diskLock = new();
    private readonly string _data;
    private string _task = "";
    private int _count;

    private RefundContest(Sandbox sandbox, AgentClient agent, HttpClient payments, SqliteConnection disk, string data) =>
        (_sandbox, _agent, _payments, _disk, _data) = (sandbox, agent, payments, disk, data);

    internal static async Task<RefundContest> StartAsync()
    {
        var data = Path.GetFullPath(Path.Combine(".sallyport", "bench"));
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        Directory.CreateDirectory(data);
        var sandbox = await Sandbox.StartAsync(data, UnlimitedBundle.Write(data), "http://127.0.0.1:0", CancellationToken.None);
        var (agent, _) = await sandbox.AddAgentAsync("bench", "order:read", "customer:read", "refund:issue");
        var payments = new HttpClient { BaseAddress = new Uri(sandbox.Payments.Url) };
        payments.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await File.ReadAllTextAsync(Path.Combine(data, "payments.key")));
        var disk = new SqliteConnection($"Data Source={Path.Combine(data, "bare.db")};Pooling=False");
        disk.Open();
        using var command = disk.CreateCommand();
        command.CommandText = "pragma journal_mode = wal; pragma synchronous = full; create table row (id integer primary key, body text)";
        command.ExecuteNonQuery();
        return new RefundContest(sandbox, agent, payments, disk, data);
    }

    internal async Task WarmUpAsync(TimeSpan time)
    {
        await MeasureAsync(new Measurement("warm-up"), 8, time / 2, GovernedAsync);
        await MeasureAsync(new Measurement("warm-up"), 8, time / 4, DirectAsync);
        await MeasureAsync(new Measurement("warm-up"), 1, time / 4, CommitAsync);
    }

    internal async Task<IReadOnlyList<Measurement>> RunAsync(int clients, int rounds, TimeSpan time)
    {
        (Measurement Measurement, Func<Task> Work)[] contenders =
        [
            (new Measurement("governed refund"), GovernedAsync), (new Measurement("payments called directly"), DirectAsync),
            (new Measurement("one bare durable commit"), CommitAsync),
        ];
        for (var round = 0; round < rounds; round++)
            foreach (var (measurement, work) in contenders) await MeasureAsync(measurement, clients, time, work);
        return [.. contenders.Select(contender => contender.Measurement)];
    }

    public async ValueTask DisposeAsync()
    {
        _disk.Dispose();
        _payments.Dispose();
        await _sandbox.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private async Task MeasureAsync(Measurement measurement, int clients, TimeSpan time, Func<Task> work)
    {
        // A task takes a limited number of calls, so every stretch gets a fresh one.
        _task = (await _agent.OpenTaskAsync(new TaskCall("refund", "ticket", Contracts.Json.CanonicalJson.Parse("""{"ticket_id":"B-1","order_id":"ord_000005","message":"bench"}""")))).TaskId;
        var latencies = new ConcurrentBag<double>();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var begun = Stopwatch.GetTimestamp();
                await work();
                latencies.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        })));
        measurement.Add(Stopwatch.GetElapsedTime(started).TotalSeconds, latencies);
    }

    private async Task GovernedAsync()
    {
        var reply = await _agent.ProposeAsync("issue_refund", new ActionCall(Sandbox.Refund("ord_000005", 1, "USD"), _task, IdempotencyKey: Key()));
        if (reply.Action?.State != "succeeded") throw new InvalidOperationException($"A governed refund did not succeed: {reply.Problem?.Code} {reply.Problem?.Detail} {reply.Action?.State}");
    }

    private async Task DirectAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/refunds")
        {
            Content = new StringContent("""{"order":"ord_000005","amount":1,"currency":"USD","reason":"damaged"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", Key());
        using var answer = await _payments.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private Task CommitAsync()
    {
        lock (_diskLock)
        {
            using var command = _disk.CreateCommand();
            command.CommandText = "insert into row (body) values ('one durable row of about the size of an audit entry, committed on its own')";
            command.ExecuteNonQuery();
        }

        return Task.CompletedTask;
    }

    private string Key() => "bench-" + Interlocked.Increment(ref _count).ToString("D12", CultureInfo.InvariantCulture);
}
