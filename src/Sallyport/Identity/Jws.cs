using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Sallyport.Contracts.Json;

namespace Sallyport.Identity;

/// <summary>A JSON Web Signature in its compact form (RFC 7515, section 3.1), taken apart and not verified.</summary>
/// <param name="Header">The protected header.</param>
/// <param name="Claims">The payload, a JSON object.</param>
/// <param name="Signed">What the signature covers.</param>
/// <param name="Signature">The signature.</param>
public sealed record Jws(JsonElement Header, JsonElement Claims, byte[] Signed, byte[] Signature)
{
    /// <summary>Takes a text apart; null when it is no compact JWS over a JSON object, repeats a member or is longer than allowed.</summary>
    public static Jws? Parse(string text, int maxLength)
    {
        if (text.Length > maxLength || text.Split('.') is not [var header, var payload, var signature]) return null;
        try
        {
            var head = CanonicalJson.Parse(Base64Url.DecodeFromChars(header));
            var body = CanonicalJson.Parse(Base64Url.DecodeFromChars(payload));
            if (head.ValueKind != JsonValueKind.Object || body.ValueKind != JsonValueKind.Object) return null;
            return new Jws(head, body, Encoding.ASCII.GetBytes($"{header}.{payload}"), Base64Url.DecodeFromChars(signature));
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>A text member of an object, or null.</summary>
    internal static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A member that is one text or a list of texts; what is neither is left out.</summary>
    internal static IReadOnlyList<string> Texts(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!] : [];

    /// <summary>A NumericDate (RFC 7519, section 2) of whole seconds, or null.</summary>
    internal static DateTimeOffset? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
            && seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
