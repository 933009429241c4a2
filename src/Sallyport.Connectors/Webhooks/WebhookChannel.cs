using System.Net.Http.Headers;
using System.Text.Json;
using Sallyport.Audit;
using Sallyport.Connectors.Http;
using Sallyport.Outbox;

namespace Sallyport.Connectors.Webhooks;

/// <summary>One receiver of webhooks.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Url">Where messages go; nothing that an agent says can change it.</param>
/// <param name="Secrets">Signing secrets, the newest first; several during a rotation.</param>
/// <param name="Events">Filters such as <c>action.decided</c> or <c>effect.*</c>.</param>
public sealed record WebhookReceiver(string Name, Uri Url, IReadOnlyList<SecretSource> Secrets, IReadOnlyList<string> Events);

/// <summary>Sends signed webhooks (Standard Webhooks 1.0) to one receiver. Its answer's body is not even read.</summary>
/// <param name="receiver">The receiver.</param>
/// <param name="address">The console's address, for links.</param>
/// <param name="time">The clock.</param>
public sealed class WebhookChannel(WebhookReceiver receiver, Func<string> address, TimeProvider time) : IOutboxChannel, IDisposable
{
    private readonly VendorHttp _http = new(receiver.Url, null, time);

    /// <inheritdoc/>
    public string Name => "webhook:" + receiver.Name;

    /// <inheritdoc/>
    public bool Wants(StoredEntry entry) =>
        WebhookEvents.TypeOf(entry) is { } type && receiver.Events.Any(filter => WebhookEvents.Fits(filter, type)) && !IsOwnDeath(entry);

    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(Delivery delivery, StoredEntry entry, CancellationToken cancellation)
    {
        if (WebhookEvents.TypeOf(entry) is not { } type) return SendOutcome.Taken;
        var body = WebhookEvents.Body(type, entry, address());
        var now = time.GetUtcNow();
        string signature;
        try
        {
            var secrets = new List<string>();
            foreach (var source in receiver.Secrets) secrets.Add(await source.ReadAsync(cancellation));
            signature = WebhookSignature.Sign(secrets, delivery.Id, now, body);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException)
        {
            return SendOutcome.Later("a signing secret is not available");
        }

        var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", delivery.Id);
        request.Headers.Add("webhook-timestamp", WebhookSignature.Timestamp(now));
        request.Headers.Add("webhook-signature", signature);
        var answer = await _http.SendAsync(request, 0, cancellation);
        // Standard Webhooks: anything but 2xx may pass, except 410, by which the receiver unsubscribes.
        return answer.IsSuccess ? SendOutcome.Taken : answer.Status == 410 ? SendOutcome.Refused("status 410: the receiver is gone") : SendOutcome.Later(answer.Reason, answer.RetryAfter);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>A receiver that is gone is not told, again and again, that it is gone.</summary>
    private bool IsOwnDeath(StoredEntry entry) =>
        entry.Kind == "delivery.dead" && JsonElement.Parse(entry.Leaf).TryGetProperty("channel", out var channel) && channel.GetString() == Name;
}
