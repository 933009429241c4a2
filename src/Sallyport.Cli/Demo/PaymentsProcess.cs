using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Sallyport.Cli.Demo;

/// <summary>The sample payments service as a child process with its own ledger.</summary>
internal sealed class PaymentsProcess : IAsyncDisposable
{
    internal const string ApiKeyVariable = "PAYMENTS_API_KEY";
    private const string AdminKeyVariable = "PAYMENTS_ADMIN_KEY";
    private const string Project = "Sallyport.Samples.Payments";
    private readonly Process _process;
    private readonly HttpClient _http;

    private readonly string _adminKey;

    private PaymentsProcess(Process process, HttpClient http, string adminKey) => (_process, _http, _adminKey) = (process, http, adminKey);

    internal string Url => _http.BaseAddress!.ToString().TrimEnd('/');

    /// <exception cref="InvalidOperationException">The service is not built, or did not start.</exception>
    internal static async Task<PaymentsProcess> StartAsync(string data, string apiKey, CancellationToken cancellation)
    {
        Directory.CreateDirectory(data);
        var ready = Path.Combine(data, "ready");
        File.Delete(ready);
        var start = new ProcessStartInfo("dotnet", [Program(), "--urls", "http://127.0.0.1:0", "--data", data, "--ready-file", ready]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[ApiKeyVariable] = apiKey;
        var adminKey = start.Environment[AdminKeyVariable] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var process = Process.Start(start) ?? throw new InvalidOperationException("The sample payments service did not start.");
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!File.Exists(ready) || new FileInfo(ready).Length == 0)
        {
            if (process.HasExited) throw new InvalidOperationException($"The sample payments service ended with exit code {process.ExitCode}.");
            await timer.WaitForNextTickAsync(limit.Token);
        }

        var http = new HttpClient { BaseAddress = new Uri((await File.ReadAllTextAsync(ready, cancellation)).Trim()) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        return new PaymentsProcess(process, http, adminKey!);
    }

    /// <summary>What moved money, as the payments service itself recorded it.</summary>
    internal async Task<IReadOnlyList<JsonElement>> LedgerAsync()
    {
        var entries = new List<JsonElement>();
        while (true)
        {
            var after = entries.Count == 0 ? 0 : entries[^1].GetProperty("seq").GetInt64();
            var page = JsonSerializer.Deserialize<JsonElement>(await _http.GetStringAsync($"/ledger?after={after}"));
            entries.AddRange(page.GetProperty("data").EnumerateArray());
            if (!page.GetProperty("has_more").GetBoolean()) return entries;
        }
    }

    /// <summary>Makes the service misbehave with the next refunds; the modes are in its README.</summary>
    internal async Task FaultAsync(string mode, int times, int delayMs = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/faults");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _adminKey);
        request.Content = JsonContent.Create(new { mode, times, delay_ms = delayMs, match = new { path_prefix = "/refunds", method = "POST" } });
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Reads something as the service's own operator would.</summary>
    internal async Task<JsonElement> ReadAsync(string path) => JsonSerializer.Deserialize<JsonElement>(await _http.GetStringAsync(path));

    /// <summary>The status that the service answers to a credential.</summary>
    internal async Task<int> StatusAsync(string path, string bearer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var answer = await _http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    /// <summary>How many ledger entries an action made; its id is the idempotency key.</summary>
    internal async Task<int> EffectsAsync(string actionId) => (await LedgerAsync()).Count(entry => entry.GetProperty("idempotency_key").GetString() == actionId);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>The built service, beside this program's own output.</summary>
    private static string Program()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (var configuration in new[] { "release", "debug" })
            {
                var file = Path.Combine(folder.FullName, "artifacts", "bin", Project, configuration, "sallyport-payments.dll");
                if (File.Exists(file)) return file;
            }
        }

        throw new InvalidOperationException($"The sample payments service is not built. Run: dotnet build workflows/refund/payments -c Release");
    }
}
