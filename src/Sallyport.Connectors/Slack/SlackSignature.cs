using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Connectors.Slack;

/// <summary>Slack's request signature: <c>v0=</c> and HMAC-SHA256 over <c>v0:timestamp:body</c>, in constant time, over the bytes as they came.</summary>
public static class SlackSignature
{
    /// <summary>How old (or how far ahead) a request may be.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Whether Slack signed these bytes just now.</summary>
    /// <param name="secret">The app's signing secret.</param>
    /// <param name="timestamp">Header <c>X-Slack-Request-Timestamp</c>.</param>
    /// <param name="signature">Header <c>X-Slack-Signature</c>.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="now">The time.</param>
    public static bool Verify(string secret, string? timestamp, string? signature, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (signature is null || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        if (Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > (decimal)Tolerance.TotalSeconds) return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"v0:{timestamp}:"), .. body];
        var expected = "v0=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature));
    }
}
