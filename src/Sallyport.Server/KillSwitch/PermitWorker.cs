using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Protocol;

namespace Sallyport.Server.KillSwitch;

/// <summary>
/// Renews this process's permit six times per time-to-live; without the store the permit lapses, and nothing leaves. Alarms when the
/// machine's clock has jumped, which suspends sending too.
/// </summary>
internal sealed partial class PermitWorker(PermitRenewal renewal, SteadyClock clock, IAuditStore audit, ILogger<PermitWorker> logger) : BackgroundService
{
    private bool _wasSane = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PermitRenewal.TimeToLive / 6, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await renewal.RenewAsync(stoppingToken);
                if (clock.IsSane != _wasSane) await AlarmAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailableException fault)
            {
                Log.NotRenewed(logger, fault);
            }
        }
    }

    private async Task AlarmAsync(CancellationToken cancellation)
    {
        var (sane, drift) = (clock.IsSane, clock.Drift);
        if (sane) Log.ClockAgrees(logger);
        else Log.ClockJumped(logger, drift);
        var kind = sane ? "alarm.clock_agrees" : "alarm.clock_jumped";
        await audit.AppendAsync("default", new AuditDraft(kind, "system") { Fields = new JsonObject { ["drift_seconds"] = Math.Round(drift.TotalSeconds, 3) } }, cancellation);
        _wasSane = sane;
    }

    private static partial class Log
    {
        [LoggerMessage(6034, LogLevel.Critical, "The machine's clock is {Drift} away from the time that this server counts. Nothing is sent until they agree; if the machine's clock is right, restart the server (with --accept-clock if it was set back).")]
        internal static partial void ClockJumped(ILogger logger, TimeSpan drift);

        [LoggerMessage(6035, LogLevel.Warning, "The machine's clock agrees again; effects may leave.")]
        internal static partial void ClockAgrees(ILogger logger);

        [LoggerMessage(6033, LogLevel.Error, "The permit to send could not be renewed; effects stop within 3 seconds unless the store comes back.")]
        internal static partial void NotRenewed(ILogger logger, Exception fault);
    }
}
