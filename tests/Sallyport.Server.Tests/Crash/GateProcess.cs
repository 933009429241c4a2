using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Crash;

/// <summary>The server as users start it: <c>sallyport serve</c> in a process of its own, which can be killed.</summary>
internal sealed class GateProcess(string data, string paymentsUrl, string? bundle = null) : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 128 }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly string _bundle = bundle ?? Repository.RefundBundle;
    private Process? _process;

    /// <summary>Where it listens, once it has started; the same address in its next life.</summary>
    internal string Url { get; set; } = "http://127.0.0.1:0";

    /// <summary>A program in front of the server's, for example a tracer.</summary>
    internal IReadOnlyList<string> Wrapper { get; set; } = [];

    /// <summary>Further environment variables of the next start.</summary>
    internal IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    /// <summary>Ends itself at this point; null for the program that users run.</summary>
    internal string? Armed { get; set; }

    /// <summary>Its process, or that of the program in front of it.</summary>
    internal int Pid => _process!.Id;

    /// <summary>What the server complained of in all its lives.</summary>
    internal ConcurrentQueue<string> Complaints { get; } = [];

    internal async Task StartAsync()
    {
        if (!await TryStartAsync()) throw new InvalidOperationException("The server did not start: " + string.Join('\n', Complaints.TakeLast(20)));
    }

    /// <summary>Starts it; false when it ended before it listened.</summary>
    internal async Task<bool> TryStartAsync()
    {
        _process = Process.Start(StartInfo())!;
        _ = KeepAsync(_process.StandardError);
        var line = await _process.StandardOutput.ReadLineAsync(CancellationToken.None);
        if (line is null) return false;
        Url = JsonElement.Parse(line).GetProperty("listening").GetString()!;
        _ = KeepAsync(_process.StandardOutput);
        return true;
    }

    /// <summary>Waits for its end and returns the exit code; null when it is still running after a limit.</summary>
    internal async Task<int?> ExitAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await _process!.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        return _process.ExitCode;
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    internal async Task KillAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
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

    private ProcessStartInfo StartInfo()
    {
        var dotnet = System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] program = Armed is null
            ? [CommandLine.Program, "serve", "--json", "--data", data, "--listen", Url, "--bundle", _bundle, "--connector", "payments=" + paymentsUrl]
            : [typeof(GateProcess).Assembly.Location, "crash-host", data, Url, _bundle, paymentsUrl];
        string[] all = [.. Wrapper, dotnet, .. program];
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["PAYMENTS_API_KEY"] = PaymentsProcess.ApiKey;
        start.Environment["SALLYPORT_ADMIN_PASSWORD"] = TestGate.Password;
        if (Armed is not null) start.Environment[CrashHost.Armed] = Armed;
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        return start;
    }

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
}
