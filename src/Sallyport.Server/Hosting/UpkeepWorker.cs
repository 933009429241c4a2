using Sallyport.Actions;
using Sallyport.Protocol;

namespace Sallyport.Server.Hosting;

/// <summary>Drives <see cref="ActionUpkeep"/>: at once when an action moves, and at least every second.</summary>
internal sealed partial class UpkeepWorker(ActionUpkeep upkeep, ActionSignals signals, ILogger<UpkeepWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Subscribe before working: what is announced meanwhile wakes the next round.
                var wake = signals.DueAsync(Pause, stoppingToken);
                if (await upkeep.RunOnceAsync(stoppingToken) == 0) await wake;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailableException fault)
            {
                Log.StoreUnavailable(logger, fault);
                await signals.DueAsync(Pause, stoppingToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6010, LogLevel.Error, "Upkeep waits: the store is unavailable.")]
        internal static partial void StoreUnavailable(ILogger logger, Exception fault);
    }
}
