using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Execution;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Protocol;

namespace Sallyport.Server.KillSwitch;

/// <summary>Drains the gate when the break-glass is pulled, confirms it in a file, and records it as soon as the store can.</summary>
internal sealed partial class BreakGlassWorker(BreakGlass glass, EffectGate gate, IAuditStore audit, ReplicaPermit permit, TimeProvider time, ILogger<BreakGlassWorker> logger) : BackgroundService
{
    private const string Closing = "break-glass";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly Queue<AuditDraft> _unrecorded = new();
    private bool _isClosed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            do
            {
                if (glass.IsPulled != _isClosed) await FollowAsync();
                await RecordAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; whoever starts it next finds the file.
        }
    }

    private async Task FollowAsync()
    {
        if (!_isClosed)
        {
            await gate.CloseAsync("all", Closing);
            _isClosed = true;
            Log.Pulled(logger, glass.File);
            Confirm();
            _unrecorded.Enqueue(new AuditDraft("kill.break_glass", "system")
            {
                Fields = new JsonObject { ["replica"] = permit.ReplicaId, ["closed_at"] = AuditEntry.Timestamp(time.Now()) }, Payload = new JsonObject { ["note"] = glass.Note() },
            });
            return;
        }

        gate.Open(Closing);
        _isClosed = false;
        Log.Lifted(logger);
        File.Delete(glass.Confirmation);
        _unrecorded.Enqueue(new AuditDraft("kill.break_glass_lifted", "system") { Fields = new JsonObject { ["replica"] = permit.ReplicaId, ["opened_at"] = AuditEntry.Timestamp(time.Now()) } });
    }

    private void Confirm()
    {
        try
        {
            File.WriteAllText(glass.Confirmation, $"{AuditEntry.Timestamp(time.Now())} {permit.ReplicaId}\n");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The gate is closed; only the confirmation cannot be written, for example on a full disk.
            Log.Unconfirmed(logger, fault);
        }
    }

    private async Task RecordAsync(CancellationToken cancellation)
    {
        while (_unrecorded.TryPeek(out var draft))
        {
            try
            {
                await audit.AppendAsync("default", draft, cancellation);
                _unrecorded.Dequeue();
            }
            catch (StoreUnavailableException)
            {
                // Kept in memory, and tried again at the next look: the stop does not depend on it.
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6030, LogLevel.Critical, "The break-glass {File} was pulled: nothing leaves this server any more.")]
        internal static partial void Pulled(ILogger logger, string file);

        [LoggerMessage(6031, LogLevel.Warning, "The break-glass was taken back: effects may leave again.")]
        internal static partial void Lifted(ILogger logger);

        [LoggerMessage(6032, LogLevel.Error, "The break-glass is in force, but its confirmation could not be written.")]
        internal static partial void Unconfirmed(ILogger logger, Exception fault);
    }
}
