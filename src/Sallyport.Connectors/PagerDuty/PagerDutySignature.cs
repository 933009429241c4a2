using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Connectors.PagerDuty;

/// <summary>
/// PagerDuty's webhook signature (v3): a list of <c>v1=</c> and HMAC-SHA256 over the raw body, one per secret in force. It has no time in it, so
/// whoever takes a request must know the events that it has had.
/// </summary>
public static class PagerDutySignature
{
    /// <summary>Whether one of the signatures was made with one of the secrets.</summary>
    public static bool Verify(IReadOnlyList<string> secrets, string? header, ReadOnlySpan<byte> body)
    {
        var fits = false;
        // At most a handful: a header of thousands would be work for nothing.
        foreach (var part in (header ?? "").Split(',', 9, StringSplitOptions.TrimEntries).Take(8))
        {
            foreach (var secret in secrets)
            {
                var expected = "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
                fits |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(part));
            }
        }

        return fits;
    }
}
