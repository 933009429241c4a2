using Sallyport.Contracts.Identity;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sallyport.Identity;

namespace Sallyport.Server.Tests.Support;

/// <summary>An agent with its own private key, which only the test holds.</summary>
public sealed class TestAgent : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAgent()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        PublicKey = new Jwk(point.X!, point.Y!);
    }

    /// <summary>Its id, also the OAuth client id; set once the server knows it.</summary>
    public string Id { get; set; } = "";

    public Jwk PublicKey { get; }

    public object PublicJwk => new { kty = "EC", crv = "P-256", x = Base64Url.EncodeToString(PublicKey.X), y = Base64Url.EncodeToString(PublicKey.Y) };

    /// <summary>A client assertion, good for one token.</summary>
    public string Assertion(string audience, string jti) => ClientAssertionWriter.Create(_key, PublicKey.Thumbprint, Id, audience, jti, TimeProvider.System.GetUtcNow());

    /// <summary>Signs whatever header and claims a test thinks of.</summary>
    public string Sign(IReadOnlyDictionary<string, object> header, IReadOnlyDictionary<string, object> claims)
    {
        var signed = Encode(header) + "." + Encode(claims);
        return signed + "." + Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    /// <summary>One part of a compact JWS.</summary>
    public static string Encode(object json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));

    public void Dispose() => _key.Dispose();
}
