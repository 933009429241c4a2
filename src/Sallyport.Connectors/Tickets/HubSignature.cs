using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Connectors.Tickets;

/// <summary>The signature of GitHub's webhooks (<c>X-Hub-Signature-256</c>), and of Jira's (<c>X-Hub-Signature</c>): <c>sha256=</c> and HMAC-SHA256 over the raw body.</summary>
public static class HubSignature
{
    /// <summary>Whether these bytes were signed with the secret.</summary>
    public static bool Verify(string secret, string? header, ReadOnlySpan<byte> body)
    {
        var expected = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(header ?? ""));
    }
}
