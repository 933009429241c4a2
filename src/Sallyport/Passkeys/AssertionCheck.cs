using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Sallyport.Contracts.Json;

namespace Sallyport.Passkeys;

/// <summary>What checking a signature gave.</summary>
/// <param name="Fault">Why it does not count; null when it does.</param>
/// <param name="SignCount">The authenticator's counter.</param>
public sealed record AssertionResult(string? Fault, long SignCount = 0);

/// <summary>
/// Checks an assertion (WebAuthn, section 7.2) whose challenge is a digest of ours: the right key signed exactly this, at our origin, with the
/// person present and verified.
/// </summary>
public static class AssertionCheck
{
    private const int MaxBytes = 4_096;
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;

    /// <summary>Checks a signature.</summary>
    /// <param name="passkey">The key that is said to have signed.</param>
    /// <param name="assertion">The signature.</param>
    /// <param name="challenge">What had to be signed.</param>
    public static AssertionResult Run(Passkey passkey, PasskeyAssertion assertion, ReadOnlySpan<byte> challenge)
    {
        if (Decode(assertion.AuthenticatorData) is not { } data || Decode(assertion.ClientData) is not { } client || Decode(assertion.Signature) is not { } signature)
            return new AssertionResult("A member of the signature is not base64url, or too long.");
        if (ClientFault(client, "webauthn.get", challenge, [passkey.Origin]) is { } fault) return new AssertionResult(fault);
        if (data.Length < 37 || !data.AsSpan(0, 32).SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(passkey.RpId)))) return new AssertionResult("The authenticator signed for another site.");
        if ((data[32] & UserPresent) == 0 || (data[32] & UserVerified) == 0) return new AssertionResult("The authenticator did not verify the person.");
        if (!Verifies(Convert.FromBase64String(passkey.PublicKey), [.. data, .. SHA256.HashData(client)], signature)) return new AssertionResult("The signature does not verify.");
        var count = BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(33, 4));
        // A counter that does not grow means that a second device holds the key (section 6.1.1). Many authenticators do not count at all.
        return (count != 0 || passkey.SignCount != 0) && count <= passkey.SignCount ? new AssertionResult("The authenticator's counter went back: its key may have been copied.") : new AssertionResult(null, count);
    }

    /// <summary>Whether a key signed these bytes: ES256, or RS256 for devices that have nothing else.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo.</param>
    /// <param name="covered">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public static bool Verifies(byte[] publicKey, byte[] covered, byte[] signature)
    {
        var key = PublicKey.CreateFromSubjectPublicKeyInfo(publicKey, out _);
        using var ecdsa = key.GetECDsaPublicKey();
        if (ecdsa is not null) return ecdsa.VerifyData(covered, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        using var rsa = key.GetRSAPublicKey();
        return rsa is not null && rsa.VerifyData(covered, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>What is wrong with client data, or null.</summary>
    /// <param name="client">The JSON that the browser made.</param>
    /// <param name="type"><c>webauthn.create</c> or <c>webauthn.get</c>.</param>
    /// <param name="challenge">The challenge that it must repeat.</param>
    /// <param name="origins">Where it may come from.</param>
    public static string? ClientFault(ReadOnlyMemory<byte> client, string type, ReadOnlySpan<byte> challenge, IReadOnlyCollection<string> origins)
    {
        if (Parse(client) is not { ValueKind: JsonValueKind.Object } json) return "The client data is no JSON object.";
        if (Text(json, "type") != type) return $"The client data is of type \"{Text(json, "type")}\", not \"{type}\".";
        if (Decode(Text(json, "challenge") ?? "") is not { } given || !CryptographicOperations.FixedTimeEquals(given, challenge)) return "The browser answered another challenge.";
        if (!origins.Contains(Text(json, "origin") ?? "", StringComparer.Ordinal)) return "The signature comes from another origin.";
        return json.TryGetProperty("crossOrigin", out var cross) && cross.ValueKind == JsonValueKind.True ? "The signature was made inside another site's page." : null;
    }

    /// <summary>Base64url without padding (RFC 4648, section 5); null when it is not, or longer than anything that belongs here.</summary>
    public static byte[]? Decode(string text)
    {
        if (text.Length is 0 or > MaxBytes * 4 / 3) return null;
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return CanonicalJson.Parse(json);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
