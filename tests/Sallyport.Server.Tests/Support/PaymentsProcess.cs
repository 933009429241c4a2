using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Sallyport.Server.Tests.Support;

/// <summary>One ledger entry of the payments service.</summary>
public sealed record LedgerEntry(long Seq, string Kind, string Refund, string Order, long Amount, string Currency, string IdempotencyKey, int? Attempt);

/// <summary>The sample payments service as a child process with a ledger of its own.</summary>
public sealed class PaymentsProcess : IAsyncDisposable
{
    public const string ApiKey = "test-payments-api-key";
    private const string AdminKey = "test-payments-admin-key";
    private static readonly JsonSerializerOptions SnakeCase = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string _data;
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private Process? _process;
    private Task _drained = Task.CompletedTask;

    private PaymentsProcess(string data) => _data = data;

    public string Url { get; private set; } = "";

    public static async Task<PaymentsProcess> StartAsync(string data)
    {
        var payments = new PaymentsProcess(data);
        await payments.LaunchAsync("http://127.0.0.1:0");
        return payments;
    }

    /// <summary>SIGKILL, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _drained;
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts again on the same ledger and the same address.</summary>
    public Task RestartAsync() => LaunchAsync(Url);

    /// <summary>Every entry that moved money, in order.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> LedgerAsync()
    {
        var all = new List<LedgerEntry>();
        for (var more = true; more;)
        {
            var page = await GetAsync($"/ledger?after={(all.Count == 0 ? 0 : all[^1].Seq)}&limit=1000");
            all.AddRange(page.GetProperty("data").Deserialize<LedgerEntry[]>(SnakeCase)!);
            more = page.GetProperty("has_more").GetBoolean();
        }

        return all;
    }

    /// <summary>Entries that one action caused.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> LedgerOfAsync(string actionId) => [.. (await LedgerAsync()).Where(entry => entry.IdempotencyKey == actionId)];

    public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, ApiKey);

    /// <summary>What only the administrator of the service may read: its switches.</summary>
    public Task<JsonElement> GetAdminAsync(string path) => SendAsync(HttpMethod.Get, path, null, AdminKey);

    /// <summary>Switches a fault on for effects: the modes are in the service's README; null for every matching request.</summary>
    public Task FaultAsync(string mode, int? times = 1, int delayMs = 0, string pathPrefix = "/refunds", string method = "POST") => SendAsync(
        HttpMethod.Put, "/faults", new { mode, times, delay_ms = delayMs, match = new { path_prefix = pathPrefix, method } }, AdminKey);

    /// <summary>Switches every fault off.</summary>
    public Task HealAsync() => FaultAsync("none", null);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, string key)
    {
        using var request = new HttpRequestMessage(method, Url + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"payments {method} {path}: {(int)answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    private async Task LaunchAsync(string urls)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Repository.PaymentsProgram, "--urls", urls, "--data", _data])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        start.Environment["PAYMENTS_API_KEY"] = ApiKey;
        start.Environment["PAYMENTS_ADMIN_KEY"] = AdminKey;
        _process = Process.Start(start)!;
        const string Ready = "payments listening on ";
        var line = await _process.StandardOutput.ReadLineAsync(CancellationToken.None);
        if (line?.StartsWith(Ready, StringComparison.Ordinal) != true)
        {
            await KillAsync();
            throw new InvalidOperationException($"The payments service did not start: {line}");
        }

        Url = line[Ready.Length..];
        // Nobody reads on; without this a full pipe would block the service.
        _drained = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
    }
}
