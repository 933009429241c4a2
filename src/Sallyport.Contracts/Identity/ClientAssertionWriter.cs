using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.Contracts.Identity;

/// <summary>Writes client assertions for private_key_jwt (RFC 7523, section 2.2) with ES256, as agents send them.</summary>
public static class ClientAssertionWriter
{
    /// <summary>Life of an assertion, seconds; the server accepts at most 60.</summary>
    public const int LifeSeconds = 55;

    /// <summary>Signs an assertion.</summary>
    /// <param name="privateKey">The agent's P-256 key.</param>
    /// <param name="kid">RFC 7638 thumbprint of its public part.</param>
    /// <param name="clientId">The agent's id.</param>
    /// <param name="audience">The server's URL.</param>
    /// <param name="id">A fresh random id; each is accepted once.</param>
    /// <param name="now">The time.</param>
    public static string Create(ECDsa privateKey, string kid, string clientId, string audience, string id, DateTimeOffset now)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", typ = "JWT", kid });
        var payload = JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = clientId, sub = clientId, aud = audience, jti = id, iat = now.ToUnixTimeSeconds(), exp = now.AddSeconds(LifeSeconds).ToUnixTimeSeconds(),
        });
        var signed = Base64Url.EncodeToString(header) + "." + Base64Url.EncodeToString(payload);
        var signature = privateKey.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return signed + "." + Base64Url.EncodeToString(signature);
    }
}
