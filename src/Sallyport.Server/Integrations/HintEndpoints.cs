using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Connectors.Http;
using Sallyport.Connectors.PagerDuty;
using Sallyport.Connectors.Tickets;

namespace Sallyport.Server.Integrations;

/// <summary>
/// Webhooks of tickets and pagers. They are verified and then only make the server look again; nothing that they say is taken as true, and no
/// acknowledgement is an approval.
/// </summary>
internal sealed class HintEndpoints(SignedRequests requests, IServiceProvider services, IAuditStore audit)
{
    private const int MostKey = 255;

    internal async Task GitHubAsync(HttpContext http, SecretSource secret)
    {
        var delivery = http.Request.Headers["X-GitHub-Delivery"].ToString();
        var body = await requests.ReadAsync(http, "github", async bytes => delivery.Length is > 0 and <= 100
            && HubSignature.Verify(await secret.ReadAsync(http.RequestAborted), http.Request.Headers["X-Hub-Signature-256"].ToString(), bytes), _ => delivery, repeats: true);
        if (body is null) return;
        services.GetService<TicketDirectory>()?.Forget();
        http.Response.StatusCode = 202;
    }

    internal async Task JiraAsync(HttpContext http, SecretSource secret)
    {
        var body = await requests.ReadAsync(http, "jira", async bytes =>
            HubSignature.Verify(await secret.ReadAsync(http.RequestAborted), http.Request.Headers["X-Hub-Signature"].ToString(), bytes), repeats: true);
        if (body is null) return;
        services.GetService<TicketDirectory>()?.Forget();
        services.GetService<JiraApprovals>()?.Hint();
        http.Response.StatusCode = 202;
    }

    internal async Task PagerDutyAsync(HttpContext http, IReadOnlyList<SecretSource> secrets)
    {
        // The signature has no time in it: the event's id is what cannot come twice.
        var body = await requests.ReadAsync(http, "pagerduty", async bytes =>
        {
            var keys = new List<string>();
            foreach (var secret in secrets) keys.Add(await secret.ReadAsync(http.RequestAborted));
            return PagerDutySignature.Verify(keys, http.Request.Headers["X-PagerDuty-Signature"].ToString(), bytes);
        }, bytes => Event(bytes) is { } seen ? LeafText.Of(seen, "id") : null, repeats: true);
        if (body is null) return;
        services.GetService<OncallDirectory>()?.Forget();
        if (Event(body) is { } happened
            && LeafText.Of(happened, "event_type") == "incident.acknowledged" && happened.TryGetProperty("data", out var incident)
            && LeafText.Of(incident, "incident_key") is { Length: <= MostKey } key && key.StartsWith("sallyport:", StringComparison.Ordinal))
        {
            // Recorded because it is known who is at it; it decides nothing.
            await audit.AppendAsync("default", new AuditDraft("pager.acknowledged", "system")
            {
                Fields = new() { ["alert"] = key },
                Payload = happened.TryGetProperty("agent", out var agent) && LeafText.Of(agent, "id") is { } who ? new() { ["account"] = who } : null,
            }, http.RequestAborted);
        }

        http.Response.StatusCode = 202;
    }

    private static JsonElement? Event(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("event", out var found) && found.ValueKind == JsonValueKind.Object ? found : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
