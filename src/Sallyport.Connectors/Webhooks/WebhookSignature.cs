using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Connectors.Webhooks;

/// <summary>
/// The signature of Standard Webhooks 1.0: <c>v1,</c> and the Base64 of HMAC-SHA256 over <c>id.timestamp.body</c>. During a rotation there is
/// one signature per secret, separated by spaces; a receiver accepts the message when one of them fits.
/// </summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The value of the header <c>webhook-signature</c>.</summary>
    /// <param name="secrets">Secrets, the newest first.</param>
    /// <param name="id">The message's id, the same on every attempt.</param>
    /// <param name="at">When this attempt is made.</param>
    /// <param name="body">The bytes that are sent.</param>
    /// <exception cref="FormatException">A secret is none; the message holds nothing of it.</exception>
    public static string Sign(IEnumerable<string> secrets, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        byte[] message = [.. Encoding.UTF8.GetBytes($"{id}.{Timestamp(at)}."), .. body];
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key(secret), message))));
    }

    /// <summary>The value of the header <c>webhook-timestamp</c>: seconds since the epoch.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The key of a secret: 24 to 64 bytes in Base64 after <c>whsec_</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static byte[] Key(string secret)
    {
        var buffer = new byte[secret.Length];
        var isKey = secret.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(secret[Prefix.Length..], buffer, out var length) && length is >= 24 and <= 64;
        return isKey ? Convert.FromBase64String(secret[Prefix.Length..]) : throw new FormatException("A webhook secret is whsec_ and 24 to 64 bytes in Base64.");
    }
}
