using Sallyport.Approvals;
using Sallyport.Protocol;

namespace Sallyport.Server.Approvals;

/// <summary>Puts pending approvals to people, about every second; apart from the upkeep, since a slow pager must not hold up effects.</summary>
internal sealed partial class ApprovalWorker(ApprovalAsker asker, TimeProvider time, ILogger<ApprovalWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await asker.AskDueAsync(stoppingToken);
            }
            catch (StoreUnavailableException fault)
            {
                Log.StoreUnavailable(logger, fault);
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6050, LogLevel.Error, "Nobody can be asked for approval now: the store is unavailable.")]
        internal static partial void StoreUnavailable(ILogger logger, Exception fault);
    }
}
