using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>npm's maildev: a real mail server that shows what it received over HTTP.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private MailServer(Process process, int port, int web) => (_process, Port, _http) = (process, port, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{web}") });

    /// <summary>Its SMTP port.</summary>
    internal int Port { get; }

    /// <summary>Starts it, or skips the test where it cannot be had.</summary>
    internal static async Task<MailServer> StartAsync()
    {
        if (await NpmPackages.Integrations.UnavailableAsync() is { } why) Assert.Skip(why);
        var (smtp, web) = (FreePort(), FreePort());
        var program = NpmPackages.Integrations.PathOf("maildev", "dist", "bin", "maildev.js");
        string[] arguments = [program, "--smtp", $"{smtp}", "--web", $"{web}", "--ip", "127.0.0.1", "--web-ip", "127.0.0.1", "--silent"];
        var server = new MailServer(Process.Start(new ProcessStartInfo("node", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!, smtp, web);
        await TestGate.UntilAsync(async () =>
        {
            try
            {
                return (await server._http.GetAsync("/api/email", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return server;
    }

    /// <summary>What has arrived.</summary>
    internal async Task<IReadOnlyList<JsonElement>> MailsAsync() =>
        [.. JsonElement.Parse(await _http.GetByteArrayAsync("/api/email", TestContext.Current.CancellationToken)).EnumerateArray()];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
