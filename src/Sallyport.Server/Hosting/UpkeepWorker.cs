using System.Collections.Concurrent;
using Sallyport.Actions;
using Sallyport.Protocol;

namespace Sallyport.Server.Hosting;

/// <summary>Drives <see cref="ActionUpkeep"/>: at once when an action moves, and at least every second.</summary>
internal sealed partial class UpkeepWorker(ActionUpkeep upkeep, ActionSignals signals, ILogger<UpkeepWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Task, bool> _steps = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Subscribe before working: what is announced meanwhile wakes the next round.
                var wake = signals.DueAsync(Pause, stoppingToken);
                foreach (var step in await upkeep.StartDueAsync(stoppingToken)) _ = ObserveAsync(step);
                await wake;
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

    /// <summary>Finishes what is under way before the process ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // How each ended is observed elsewhere; a step that stopping itself interrupted must not fail the stop.
        foreach (var step in _steps.Keys) await step.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>A step that fails must not fail silently; its action stays where it was and is tried again.</summary>
    private async Task ObserveAsync(Task step)
    {
        _steps[step] = true;
        try
        {
            await step;
        }
        catch (StoreUnavailableException fault)
        {
            Log.StoreUnavailable(logger, fault);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.StepFailed(logger, fault);
        }
        finally
        {
            _steps.TryRemove(step, out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6010, LogLevel.Error, "Upkeep waits: the store is unavailable.")]
        internal static partial void StoreUnavailable(ILogger logger, Exception fault);

        [LoggerMessage(6011, LogLevel.Error, "A step of the upkeep failed; it will be tried again.")]
        internal static partial void StepFailed(ILogger logger, Exception fault);
    }
}
