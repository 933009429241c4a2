using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Sallyport.Identity;

/// <summary>
/// A public key that verifies signatures of ES256, ES384, RS256 or PS256 and of nothing else. What a key can verify follows from the key,
/// never from the token, so that a public key can not be taken for a shared secret.
/// </summary>
public sealed class JwsKey
{
    private const int LeastRsaBits = 2_048;
    private const int MostRsaBits = 8_192;
    private readonly ECParameters? _curve;
    private readonly RSAParameters? _rsa;

    private JwsKey(string? kid, IReadOnlyList<string> algorithms, ECParameters? curve, RSAParameters? rsa) =>
        (Kid, Algorithms, _curve, _rsa) = (kid, algorithms, curve, rsa);

    /// <summary>Its name in the set, where it has one.</summary>
    public string? Kid { get; }

    /// <summary>What it verifies.</summary>
    public IReadOnlyList<string> Algorithms { get; }

    /// <summary>Reads a JSON Web Key (RFC 7517); null when it is of another kind, for another use, or too weak.</summary>
    public static JwsKey? Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || Jws.Text(json, "use") is not (null or "sig")) return null;
        var (kid, stated) = (Jws.Text(json, "kid"), Jws.Text(json, "alg"));
        try
        {
            var key = Jws.Text(json, "kty") switch
            {
                "EC" => Curve(json, kid),
                "RSA" => Rsa(json, kid),
                _ => null,
            };
            if (key is null || stated is null) return key;
            return key.Algorithms.Contains(stated) ? new JwsKey(kid, [stated], key._curve, key._rsa) : null;
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether a signature of this algorithm fits.</summary>
    public bool Verifies(string algorithm, byte[] signed, byte[] signature)
    {
        if (!Algorithms.Contains(algorithm)) return false;
        if (_curve is { } curve)
        {
            using var ecdsa = ECDsa.Create(curve);
            return ecdsa.VerifyData(signed, signature, algorithm == "ES384" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        using var rsa = RSA.Create(_rsa!.Value);
        return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static JwsKey? Curve(JsonElement json, string? kid)
    {
        var (curve, size, algorithm) = Jws.Text(json, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32, "ES256"),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48, "ES384"),
            _ => default,
        };
        if (algorithm is null || Bytes(json, "x") is not { } x || Bytes(json, "y") is not { } y || x.Length != size || y.Length != size) return null;
        var parameters = new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } };
        using var check = ECDsa.Create(parameters);
        return new JwsKey(kid, [algorithm], parameters, null);
    }

    private static JwsKey? Rsa(JsonElement json, string? kid)
    {
        if (Bytes(json, "n") is not { } n || Bytes(json, "e") is not { Length: >= 1 and <= 8 } e) return null;
        var parameters = new RSAParameters { Modulus = n, Exponent = e };
        using var check = RSA.Create(parameters);
        return check.KeySize is >= LeastRsaBits and <= MostRsaBits ? new JwsKey(kid, ["RS256", "PS256"], null, parameters) : null;
    }

    private static byte[]? Bytes(JsonElement json, string name) => Jws.Text(json, name) is { Length: > 0 and <= 2_048 } text ? Base64Url.DecodeFromChars(text) : null;
}
