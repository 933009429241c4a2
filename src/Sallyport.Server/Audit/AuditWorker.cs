using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Server.Hosting;

namespace Sallyport.Server.Audit;

/// <summary>Publishes at least every second when something is new, asks the witnesses, retires old keys and erases what has outlived its retention.</summary>
internal sealed partial class AuditWorker(
    CheckpointPublisher publisher, WitnessCircle witnesses, LogSigner signer, IAuditStore audit, IHostApplicationLifetime lifetime, IOptions<ServerOptions> options, TimeProvider time,
    ILogger<AuditWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetentionPause = TimeSpan.FromHours(1);
    private bool _witnessesAnswer = true;
    private DateTimeOffset _nextErasure = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is StoreUnavailableException or IOException or UnauthorizedAccessException)
            {
                Log.NotPublished(logger, fault);
            }
            catch (AuditLogException fault)
            {
                // What was signed is no longer what is stored: going on would sign a lie.
                Log.LogBroken(logger, fault);
                lifetime.StopApplication();
                return;
            }
        }
    }

    /// <summary>What was recorded until the stop is signed too.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await publisher.PublishAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or IOException or UnauthorizedAccessException or AuditLogException)
        {
            Log.NotPublished(logger, fault);
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task RoundAsync(CancellationToken stopping)
    {
        signer.Retire(time.GetUtcNow());
        if (witnesses.Count == 0) await publisher.PublishAsync(stopping);
        else await CosignAsync(stopping);
        if (options.Value.Audit.PayloadRetentionDays is not { } days || time.GetUtcNow() < _nextErasure) return;
        _nextErasure = time.GetUtcNow() + RetentionPause;
        await audit.EraseAsync("default", new ErasureScope(time.Now() - TimeSpan.FromDays(days), null), "system", stopping);
    }

    /// <summary>One alarm when witnesses stop answering and one when they are back, not one a second.</summary>
    private async Task CosignAsync(CancellationToken stopping)
    {
        var (checkpoint, round) = await publisher.CosignAsync(witnesses.Count, stopping);
        if (round.LargerSize is { } larger) throw new AuditLogException($"a witness has seen {larger} entries of it, more than the store has");
        var answering = round.Faults.Count == 0;
        if (answering == _witnessesAnswer) return;
        _witnessesAnswer = answering;
        if (!_witnessesAnswer) Log.WitnessMissing(logger, string.Join(" ", round.Faults));
        var draft = new AuditDraft(_witnessesAnswer ? "alarm.witness_back" : "alarm.witness_missing", "system")
        {
            Fields = new JsonObject { ["cosignatures"] = checkpoint.Cosignatures, ["witnesses"] = witnesses.Count },
        };
        await audit.AppendAsync("default", draft, stopping);
    }

    private static partial class Log
    {
        [LoggerMessage(6040, LogLevel.Error, "The audit log's checkpoint could not be made durable; it was not released and will be tried again.")]
        internal static partial void NotPublished(ILogger logger, Exception fault);

        [LoggerMessage(6041, LogLevel.Critical, "The audit log is not what was signed; the server stops.")]
        internal static partial void LogBroken(ILogger logger, Exception fault);

        [LoggerMessage(6042, LogLevel.Warning, "The audit log lacks witnesses; actions whose risk demands them wait. {Faults}")]
        internal static partial void WitnessMissing(ILogger logger, string faults);
    }
}
