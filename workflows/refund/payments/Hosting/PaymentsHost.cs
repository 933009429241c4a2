using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging.Console;
using Sallyport.Samples.Payments.Customers;
using Sallyport.Samples.Payments.Faults;
using Sallyport.Samples.Payments.Fences;
using Sallyport.Samples.Payments.Http;
using Sallyport.Samples.Payments.Ledger;
using Sallyport.Samples.Payments.Orders;
using Sallyport.Samples.Payments.Refunds;
using Sallyport.Samples.Payments.Storage;

namespace Sallyport.Samples.Payments.Hosting;

/// <summary>
/// One running payments service: Kestrel on loopback over one ledger. The request passes, in this order: problem pages, key check,
/// fault switches, endpoint.
/// </summary>
internal sealed class PaymentsHost : IAsyncDisposable
{
    private const int MaxBodyBytes = 16 * 1024;

    private readonly WebApplication _app;
    private readonly LedgerDatabase _database;
    private readonly LedgerWriter _writer;

    private PaymentsHost(WebApplication app, LedgerDatabase database, LedgerWriter writer)
    {
        _app = app;
        _database = database;
        _writer = writer;
        Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    /// <summary>The base URL with the port that was really taken.</summary>
    public string Url { get; }

    /// <summary>Opens the ledger and starts to listen.</summary>
    /// <exception cref="StartRefusedException">The ledger does not fit the options, or the port is taken.</exception>
    public static async Task<PaymentsHost> StartAsync(PaymentsOptions options, TimeProvider clock)
    {
        var database = LedgerDatabase.Open(options.DataDirectory, options.Seed, clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));

        // Standard output carries only the ready line, so that a parent process can read it.
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Warning);

        // A failed start is reported once, in words, by Program.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        var app = builder.Build();
        var writer = new LedgerWriter(database, reason => FailStop(app, reason));
        Wire(app, options, database, writer, clock);
        try
        {
            await app.StartAsync();
        }
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            await app.DisposeAsync();
            writer.Dispose();
            database.Dispose();
            throw new StartRefusedException($"cannot listen on port {options.Port}: {taken.Message}", taken);
        }

        return new PaymentsHost(app, database, writer);
    }

    /// <summary>Serves until a signal or a storage failure stops it; the process exit code.</summary>
    public async Task<int> RunUntilStoppedAsync()
    {
        await _app.WaitForShutdownAsync();
        return _writer.HasFailed ? 1 : 0;
    }

    /// <summary>Stops serving and closes the ledger.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _writer.Dispose();
        _database.Dispose();
    }

    private static void Wire(WebApplication app, PaymentsOptions options, LedgerDatabase database, LedgerWriter writer, TimeProvider clock)
    {
        var faults = new FaultSwitch();
        app.UseProblemPages();
        app.UseApiKeys(options.ApiKey, options.AdminKey);
        app.UseFaults(faults, clock, app.Lifetime.ApplicationStopping);
        app.UseRouting();
        app.MapAnswer(HttpMethods.Get, "/healthz", _ => Task.FromResult(Answer.Ok(new { status = "ok" })));
        app.MapCustomers(database);
        app.MapOrders(database);
        app.MapRefunds(database, writer, clock);
        app.MapFences(database, writer, clock);
        app.MapLedger(database);
        app.MapFaults(faults);
    }

    /// <summary>
    /// After a storage error nobody knows whether the last commit is on disk, and a further commit could overwrite it. So the process
    /// ends; the next start reads what is really there.
    /// </summary>
    private static void FailStop(WebApplication app, Exception reason)
    {
        app.Logger.LogCritical(reason, "The ledger failed; the service stops so that a restart can read what is on disk.");
        app.Lifetime.StopApplication();
    }
}
