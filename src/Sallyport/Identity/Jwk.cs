using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Sallyport.Contracts.Identity;

namespace Sallyport.Identity;

/// <summary>A public P-256 key as a JSON Web Key (RFC 7517, RFC 7518 section 6.2).</summary>
/// <param name="X">x coordinate, 32 bytes.</param>
/// <param name="Y">y coordinate, 32 bytes.</param>
public sealed record Jwk(byte[] X, byte[] Y)
{
    /// <summary>The thumbprint of RFC 7638: SHA-256 over the required members in order.</summary>
    public string Thumbprint => PublicKeys.Thumbprint(ToJson());

    /// <summary>The required members, in the order of the thumbprint.</summary>
    public string ToJson() => PublicKeys.ToJwk(X, Y);

    /// <summary>Reads a public key; on a fault returns null and says why. A private key is refused: it must never reach the server.</summary>
    public static Jwk? Parse(JsonElement json, out string fault)
    {
        fault = "The key must be a JWK object with kty EC, crv P-256, x and y.";
        if (json.ValueKind != JsonValueKind.Object) return null;
        if (json.TryGetProperty("d", out _))
        {
            fault = "This is a private key. Send only the public members; treat the key as leaked and make a new one.";
            return null;
        }

        if (Text(json, "kty") != "EC" || Text(json, "crv") != "P-256" || Coordinate(json, "x") is not { } x || Coordinate(json, "y") is not { } y) return null;
        var key = new Jwk(x, y);
        try
        {
            using var check = key.ToEcdsa();
        }
        catch (CryptographicException)
        {
            fault = "The coordinates are no point of the curve P-256.";
            return null;
        }

        fault = "";
        return key;
    }

    /// <summary>The key for verifying; the caller disposes it.</summary>
    public ECDsa ToEcdsa() => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = X, Y = Y } });

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Coordinate(JsonElement json, string name)
    {
        try
        {
            return Text(json, name) is { Length: 43 } text && Base64Url.DecodeFromChars(text) is { Length: 32 } bytes ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
