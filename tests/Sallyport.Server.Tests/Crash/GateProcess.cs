using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Crash;

/// <summary>The server as users start it: <c>sallyport serve</c> in a process of its own, which can be killed.</summary>
internal sealed class GateProcess(string data, string paymentsUrl) : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { Timeout = TimeSpan.FromSeconds(30) };
    private Process? _process;

    internal string Url { get; private set; } = "http://127.0.0.1:0";

    internal async Task StartAsync()
    {
        _process = CommandLine.Start(
            ["serve", "--json", "--data", data, "--listen", Url, "--bundle", Repository.RefundBundle, "--connector", "payments=" + paymentsUrl], null,
            ("PAYMENTS_API_KEY", PaymentsProcess.ApiKey), ("SALLYPORT_ADMIN_PASSWORD", TestGate.Password));
        var line = await _process.StandardOutput.ReadLineAsync(CancellationToken.None);
        if (line is null) throw new InvalidOperationException("The server did not start: " + await _process.StandardError.ReadToEndAsync(CancellationToken.None));
        Url = JsonElement.Parse(line).GetProperty("listening").GetString()!;
        _ = KeepAsync(_process.StandardOutput);
        _ = KeepAsync(_process.StandardError);
    }

    /// <summary>What the server complained of in all its lives.</summary>
    internal ConcurrentQueue<string> Complaints { get; } = [];

    private async Task KeepAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
                if (Complaints.Count < 400) Complaints.Enqueue(line);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // Killed while it spoke.
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    internal async Task KillAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _process = null;
    }

    /// <summary>A request; null when the server is not there or went away before it answered.</summary>
    internal async Task<GateReply?> TrySendAsync(HttpMethod method, string path, object? body, string? bearer)
    {
        try
        {
            using var request = new HttpRequestMessage(method, Url + path);
            request.Content = body switch { null => null, HttpContent content => content, _ => JsonContent.Create(body) };
            if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
            return new GateReply((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), new Dictionary<string, string>());
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            return null;
        }
    }

    internal async Task<GateReply> SendAsync(HttpMethod method, string path, object? body, string? bearer) =>
        await TrySendAsync(method, path, body, bearer) ?? throw new InvalidOperationException($"The server did not answer {method} {path}.");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
    }
}
