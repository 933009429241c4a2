using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.Identity.OpenId;

/// <summary>What an id_token must be, or it is refused.</summary>
/// <param name="Issuer">The issuer that was asked.</param>
/// <param name="ClientId">This server at that issuer.</param>
/// <param name="Nonce">The nonce of this sign-in.</param>
/// <param name="AccessToken">The access token that came with it.</param>
public sealed record IdTokenTerms(string Issuer, string ClientId, string Nonce, string AccessToken)
{
    /// <summary>The person must have authenticated at or after this time; null where the provider's own session is enough.</summary>
    public DateTimeOffset? AuthenticatedSince { get; init; }

    /// <summary>Authentication context classes, one of which must be stated; empty for any.</summary>
    public IReadOnlyList<string> AcrValues { get; init; } = [];

    /// <summary>Authentication methods that must all be stated (RFC 8176); empty for any.</summary>
    public IReadOnlyList<string> Amr { get; init; } = [];
}

/// <summary>An id_token that was verified.</summary>
/// <param name="Subject">The person's id at the issuer.</param>
/// <param name="AuthenticatedAt">When the person authenticated there; null when the issuer does not say.</param>
/// <param name="Claims">Everything that it says.</param>
public sealed record IdToken(string Subject, DateTimeOffset? AuthenticatedAt, JsonElement Claims)
{
    private const int MaxLength = 32_768;

    /// <summary>How far the provider's clock may be off.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    private static readonly string[] Algorithms = ["ES256", "ES384", "RS256", "PS256"];

    /// <summary>The key id and algorithm of a token, before anything is verified; null when its algorithm is not on the list.</summary>
    public static (string? Kid, string Algorithm)? ReadKey(string text, out SignInFault fault)
    {
        fault = SignInFault.TokenMalformed;
        if (Jws.Parse(text, MaxLength) is not { } parts) return null;
        fault = SignInFault.AlgorithmRefused;
        // A critical extension that is not understood changes what is signed (RFC 7515, section 4.1.11).
        if (Jws.Text(parts.Header, "alg") is not { } algorithm || !Algorithms.Contains(algorithm) || parts.Header.TryGetProperty("crit", out _)) return null;
        return (parts.Header.TryGetProperty("kid", out _) ? Jws.Text(parts.Header, "kid") ?? "" : null, algorithm);
    }

    /// <summary>Verifies a token in the order of OpenID Connect Core, section 3.1.3.7; on a fault returns null and names it.</summary>
    public static IdToken? Verify(string text, JwsKeySet keys, IdTokenTerms terms, DateTimeOffset now, out SignInFault fault)
    {
        if (ReadKey(text, out fault) is not var (kid, algorithm)) return null;
        var candidates = keys.Find(kid, algorithm);
        var parts = Jws.Parse(text, MaxLength)!;
        var claims = parts.Claims;
        SignInFault? found = candidates.Count == 0 ? SignInFault.UnknownKey
            : !candidates.Any(key => key.Verifies(algorithm, parts.Signed, parts.Signature)) ? SignInFault.SignatureWrong
            : Jws.Text(claims, "iss") != terms.Issuer ? SignInFault.IssuerWrong
            : !IsForUs(claims, terms.ClientId) ? SignInFault.AudienceWrong
            : Jws.Time(claims, "exp") is not { } expires || expires + Leeway <= now ? SignInFault.Expired
            : Jws.Time(claims, "iat") is not { } issued || issued > now + Leeway || Jws.Time(claims, "nbf") > now + Leeway ? SignInFault.NotYetValid
            : !Same(Jws.Text(claims, "nonce"), terms.Nonce) ? SignInFault.NonceWrong
            : claims.TryGetProperty("at_hash", out _) && !Same(Jws.Text(claims, "at_hash"), HalfHash(terms.AccessToken, algorithm)) ? SignInFault.AccessTokenWrong
            : Jws.Text(claims, "sub") is not { Length: > 0 and <= 255 } ? SignInFault.SubjectMissing
            : terms.AuthenticatedSince is { } since && !(Jws.Time(claims, "auth_time") + Leeway >= since) ? SignInFault.NotFresh
            : terms.AcrValues.Count > 0 && !terms.AcrValues.Contains(Jws.Text(claims, "acr")) ? SignInFault.TooWeak
            : terms.Amr.Except(Jws.Texts(claims, "amr"), StringComparer.Ordinal).Any() ? SignInFault.TooWeak : null;
        if (found is { } refused)
        {
            fault = refused;
            return null;
        }

        return new IdToken(Jws.Text(claims, "sub")!, Jws.Time(claims, "auth_time"), claims);
    }

    /// <summary>For this client and no other: a token that others accept too could have been taken from one of them.</summary>
    private static bool IsForUs(JsonElement claims, string clientId) =>
        Jws.Texts(claims, "aud") is [var only] && only == clientId && (!claims.TryGetProperty("azp", out _) || Jws.Text(claims, "azp") == clientId);

    /// <summary>at_hash: the left half of the digest that goes with the algorithm (OpenID Connect Core, section 3.1.3.6).</summary>
    private static string HalfHash(string accessToken, string algorithm)
    {
        var bytes = Encoding.ASCII.GetBytes(accessToken);
        var digest = algorithm == "ES384" ? SHA384.HashData(bytes) : SHA256.HashData(bytes);
        return Base64Url.EncodeToString(digest.AsSpan(0, digest.Length / 2));
    }

    private static bool Same(string? given, string expected) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
