using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Server.Tests.Integrations;

/// <summary>A receiver of Standard Webhooks: checks the signature over the raw body and the timestamp, and knows a message that it had before.</summary>
internal sealed class WebhookStub(string secret) : VendorStub
{
    private readonly HashSet<string> _seen = [];

    /// <summary>Messages that were taken, each once.</summary>
    public List<VendorRequest> Messages { get; } = [];

    protected override VendorReply Take(VendorRequest request)
    {
        var (id, stamp) = (request.Header("webhook-id"), request.Header("webhook-timestamp"));
        if (request.Method != "POST" || request.Header("content-type") != "application/json" || id.Length == 0) return Refuse(400, "no webhook");
        if (!long.TryParse(stamp, out var seconds) || Math.Abs(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - seconds) > 300) return Refuse(400, "too old");
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{stamp}."), .. request.Body];
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
        if (!request.Header("webhook-signature").Split(' ').Contains(expected)) return Refuse(401, "bad signature");
        lock (_seen)
            if (_seen.Add(id)) Messages.Add(request);
        return new VendorReply(204);
    }
}
