using System.Security.Cryptography;
using Sallyport.Contracts.Json;

namespace Sallyport.Identity;

/// <summary>The claims of a client assertion that was verified.</summary>
/// <param name="ClientId">The agent.</param>
/// <param name="Id">Its <c>jti</c>, usable once.</param>
/// <param name="ExpiresAt">Its <c>exp</c>.</param>
public sealed record AssertionClaims(string ClientId, string Id, DateTimeOffset ExpiresAt);

/// <summary>
/// private_key_jwt client authentication (RFC 7523, section 2.2): one algorithm, ES256; a life of at most a minute; single use.
/// </summary>
public static class ClientAssertion
{
    private const int MaxLength = 4096;
    private static readonly TimeSpan MaxLife = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(5);

    /// <summary>The client that an assertion says it is from, before anything is verified; null when it is not readable.</summary>
    public static string? ReadIssuer(string jwt) => Jws.Parse(jwt, MaxLength) is { } parts ? Jws.Text(parts.Claims, "iss") : null;

    /// <summary>Verifies; on a fault returns null and says why, without secrets.</summary>
    public static AssertionClaims? Verify(string jwt, AgentIdentity agent, IReadOnlyList<string> audiences, DateTimeOffset now, out string fault)
    {
        if (Jws.Parse(jwt, MaxLength) is not { } parts) return Fail("It is not a compact JWS.", out fault);
        if (Jws.Text(parts.Header, "alg") != "ES256") return Fail("alg must be ES256.", out fault);
        if (parts.Header.TryGetProperty("crit", out _)) return Fail("crit is not supported.", out fault);
        // Without a kid (optional in RFC 7515, section 4.1.4) every key of this agent that is still valid may have signed; there are few.
        var kid = parts.Header.TryGetProperty("kid", out _) ? Jws.Text(parts.Header, "kid") ?? "" : null;
        var keys = agent.Keys.Where(candidate => (kid is null || candidate.Kid == kid) && (candidate.ExpiresAt is not { } until || until > now)).ToList();
        if (keys.Count == 0) return Fail("kid names no key of this agent that is still valid.", out fault);
        if (!keys.Any(key => Signed(key, parts))) return Fail("The signature does not fit.", out fault);
        var claims = parts.Claims;
        if (Jws.Text(claims, "iss") != agent.Id || Jws.Text(claims, "sub") != agent.Id) return Fail("iss and sub must both be the client id.", out fault);
        if (!Jws.Texts(claims, "aud").Any(audiences.Contains)) return Fail("aud must be this server's issuer or token endpoint.", out fault);
        if (Jws.Time(claims, "exp") is not { } expires || expires + Leeway <= now) return Fail("exp is missing or over.", out fault);
        if (expires > now + MaxLife + Leeway) return Fail("exp may be at most 60 seconds ahead.", out fault);
        if (Jws.Time(claims, "nbf") is { } notBefore && notBefore > now + Leeway) return Fail("nbf is in the future.", out fault);
        if (Jws.Time(claims, "iat") is { } issued && issued > now + Leeway) return Fail("iat is in the future.", out fault);
        if (Jws.Text(claims, "jti") is not { Length: >= 8 and <= 200 } id) return Fail("jti must have 8 to 200 characters.", out fault);
        fault = "";
        return new AssertionClaims(agent.Id, id, expires + Leeway);
    }

    private static bool Signed(AgentKey key, Jws parts)
    {
        using var ecdsa = Jwk.Parse(CanonicalJson.Parse(key.Jwk), out _)!.ToEcdsa();
        return ecdsa.VerifyData(parts.Signed, parts.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static AssertionClaims? Fail(string why, out string fault)
    {
        fault = why;
        return null;
    }
}
