using System.Text.Json.Nodes;
using Sallyport.Connectors.Approvals;
using Sallyport.Connectors.Http;
using Sallyport.Outbox;

namespace Sallyport.Connectors.PagerDuty;

/// <summary>What an event does to the alert of its key.</summary>
public enum PagerStep
{
    /// <summary>Somebody is needed.</summary>
    Trigger,

    /// <summary>Somebody is at it.</summary>
    Acknowledge,

    /// <summary>It is over.</summary>
    Resolve,
}

/// <summary>An alert.</summary>
/// <param name="Key">What joins the events of one alert.</param>
/// <param name="Step">What this event does.</param>
/// <param name="Severity"><c>critical</c>, <c>error</c>, <c>warning</c> or <c>info</c>.</param>
/// <param name="Summary">One line.</param>
/// <param name="Details">Ids and states.</param>
/// <param name="Link">The page that shows more; null for the console's first.</param>
public sealed record PagerEvent(string Key, PagerStep Step, string Severity, string Summary, JsonObject Details, string? Link);

/// <summary>PagerDuty's Events API v2.</summary>
/// <param name="root">Where events go.</param>
/// <param name="routingKey">Source of the integration key.</param>
/// <param name="time">The clock.</param>
public sealed class PagerDutyEvents(Uri root, SecretSource routingKey, TimeProvider time) : IDisposable
{
    /// <summary>Longest key.</summary>
    private const int MostKey = 255;

    /// <summary>Longest summary.</summary>
    private const int MostSummary = 1_024;

    private readonly VendorHttp _http = new(root, null, time);

    /// <summary>Sends an event. Repeating it changes nothing: the key joins it to the same alert.</summary>
    public async Task<SendOutcome> SendAsync(PagerEvent alert, string console, DateTimeOffset at, CancellationToken cancellation)
    {
        string key;
        try
        {
            key = await routingKey.ReadAsync(cancellation);
        }
        catch (InvalidOperationException)
        {
            return SendOutcome.Later("the routing key is not available");
        }

        if (alert.Key.Length > MostKey) throw new ArgumentException("The key is longer than PagerDuty takes.", nameof(alert));
        var body = new JsonObject { ["routing_key"] = key, ["event_action"] = Contracts.Wire.WireName.Of(alert.Step), ["dedup_key"] = alert.Key };
        if (alert.Step == PagerStep.Trigger)
        {
            body["payload"] = new JsonObject
            {
                ["summary"] = PlainText.Of(alert.Summary, MostSummary), ["source"] = new Uri(console).Authority, ["severity"] = alert.Severity,
                ["timestamp"] = Audit.AuditEntry.Timestamp(at),
                ["component"] = "sallyport", ["custom_details"] = alert.Details.DeepClone(),
            };
            body["client"] = "Sallyport";
            body["client_url"] = console;
            body["links"] = new JsonArray(new JsonObject { ["href"] = alert.Link ?? console, ["text"] = "Open in the console" });
        }

        return (await _http.SendAsync(HttpMethod.Post, "/v2/enqueue", body, cancellation)).Outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
