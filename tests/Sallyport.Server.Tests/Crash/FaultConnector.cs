using System.Diagnostics.Tracing;
using System.Text.Json;
using Sallyport.Execution;

namespace Sallyport.Server.Tests.Crash;

/// <summary>The real connector, with points around its exchanges and inside the one request of an effect.</summary>
internal sealed class FaultConnector(IConnector inner, FaultTrigger trigger) : IConnector
{
    private readonly WireListener _wire = new(trigger);

    public string Name => inner.Name;

    public string? Check(JsonElement request, bool effect) => inner.Check(request, effect);

    public async Task<ReadOutcome> ReadAsync(JsonElement request, CancellationToken cancellation)
    {
        var isProbe = request.GetRawText().Contains("idempotency_key=", StringComparison.Ordinal);
        if (isProbe) trigger.Hit(FaultPoint.ProbeBefore);
        var outcome = await inner.ReadAsync(request, cancellation);
        if (isProbe) trigger.Hit(FaultPoint.ProbeAfter);
        return outcome;
    }

    public async Task<EffectOutcome> SendAsync(JsonElement request, EffectPass pass, TimeSpan timeout)
    {
        trigger.Hit(FaultPoint.GateEntered);
        _wire.IsEffect.Value = true;
        var outcome = await inner.SendAsync(request, pass, timeout);
        trigger.Hit(FaultPoint.ResponseReceived);
        return outcome;
    }

    public async Task<bool> FenceAsync(JsonElement request, CancellationToken cancellation)
    {
        trigger.Hit(FaultPoint.FenceBefore);
        var confirmed = await inner.FenceAsync(request, cancellation);
        trigger.Hit(FaultPoint.FenceAfter);
        return confirmed;
    }

    /// <summary>The platform's own HTTP events, raised on the sender's thread: no product code is touched to know when the bytes left.</summary>
    private sealed class WireListener(FaultTrigger trigger) : EventListener
    {
        internal AsyncLocal<bool> IsEffect { get; } = new();

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Net.Http") EnableEvents(eventSource, EventLevel.Informational);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            // Raised for sources that exist already while the base class is still being constructed.
            if (IsEffect?.Value != true) return;
            if (eventData.EventName == "RequestHeadersStart") trigger.Hit(FaultPoint.FirstByteBefore);
            else if (eventData.EventName == "RequestContentStop") trigger.Hit(FaultPoint.RequestSent);
            else if (eventData.EventName == "ResponseHeadersStart") trigger.Hit(FaultPoint.ResponseArriving);
        }
    }
}
