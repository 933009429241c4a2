using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Contracts.Identity;

/// <summary>Public P-256 keys as JSON Web Keys (RFC 7517), as they are sent to the server.</summary>
public static class PublicKeys
{
    /// <summary>The public JWK with exactly the members that the thumbprint covers, in its order.</summary>
    public static string ToJwk(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return ToJwk(point.X!, point.Y!);
    }

    /// <summary>The same from coordinates of 32 bytes.</summary>
    public static string ToJwk(byte[] x, byte[] y) => $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}""";

    /// <summary>The key id: the thumbprint of RFC 7638.</summary>
    public static string Thumbprint(string jwk) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(jwk)));
}
