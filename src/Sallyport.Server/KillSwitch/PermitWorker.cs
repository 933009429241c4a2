using Sallyport.KillSwitch;
using Sallyport.Protocol;

namespace Sallyport.Server.KillSwitch;

/// <summary>Renews this process's permit six times per time-to-live. Without the store the permit lapses, and nothing leaves.</summary>
internal sealed partial class PermitWorker(PermitRenewal renewal, TimeProvider time, ILogger<PermitWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PermitRenewal.TimeToLive / 6, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await renewal.RenewAsync(stoppingToken);
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

    private static partial class Log
    {
        [LoggerMessage(6033, LogLevel.Error, "The permit to send could not be renewed; effects stop within 3 seconds unless the store comes back.")]
        internal static partial void NotRenewed(ILogger logger, Exception fault);
    }
}
