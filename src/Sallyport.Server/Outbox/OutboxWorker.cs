using Sallyport.Identity;
using Sallyport.Outbox;
using Sallyport.Protocol;

namespace Sallyport.Server.Outbox;

/// <summary>Follows the log and sends, in a loop of its own for every channel: one that hangs or fails delays nobody else.</summary>
internal sealed partial class OutboxWorker(
    IEnumerable<IOutboxChannel> channels, OutboxPump pump, OutboxSender sender, IOutboxStore store, TimeProvider time, ILogger<OutboxWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(channels.Select(channel => Task.Run(() => FollowAsync(channel, stoppingToken), CancellationToken.None)));

    private async Task FollowAsync(IOutboxChannel channel, CancellationToken stopping)
    {
        var circuit = new ChannelCircuit(time);
        using var timer = new PeriodicTimer(Pause, time);
        var nextForgetting = DateTimeOffset.MinValue;
        try
        {
            do
            {
                try
                {
                    while (await pump.StepAsync(channel, stopping) | await sender.SendDueAsync(channel, circuit, stopping)) stopping.ThrowIfCancellationRequested();
                    if (time.GetUtcNow() < nextForgetting) continue;
                    nextForgetting = time.GetUtcNow() + TimeSpan.FromHours(1);
                    await store.ForgetAsync(time.Now() - Kept, stopping);
                }
                catch (StoreUnavailableException fault)
                {
                    Log.StoreUnavailable(logger, channel.Name, fault);
                }
                catch (Exception fault) when (fault is not OperationCanceledException || !stopping.IsCancellationRequested)
                {
                    // A defect in one channel must not silence the others. Its delivery stays claimed until the lease lapses.
                    circuit.Failed();
                    Log.ChannelFailed(logger, channel.Name, fault);
                }
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was claimed is tried again after its lease.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6060, LogLevel.Error, "The outbox of {Channel} waits: the store is unavailable.")]
        internal static partial void StoreUnavailable(ILogger logger, string channel, Exception fault);

        [LoggerMessage(6061, LogLevel.Error, "The outbox of {Channel} failed; it will be tried again.")]
        internal static partial void ChannelFailed(ILogger logger, string channel, Exception fault);
    }
}
