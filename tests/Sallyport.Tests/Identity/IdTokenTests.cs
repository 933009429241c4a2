using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Identity;
using Sallyport.Identity.OpenId;

namespace Sallyport.Tests.Identity;

[Trait("req", "A2.3")]
public sealed class IdTokenTests : IDisposable
{
    private const string AccessToken = "access-token-1";
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly IdTokenTerms Terms = new("https://idp.example", "client-1", "nonce-1", AccessToken);
    private readonly ECDsa _p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly RSA _rsa = RSA.Create(2_048);

    public void Dispose()
    {
        _p256.Dispose();
        _p384.Dispose();
        _rsa.Dispose();
    }

    [Theory]
    [InlineData("ES256"), InlineData("ES384"), InlineData("RS256"), InlineData("PS256")]
    public void Verify_GoodToken_OfEveryAlgorithm_IsTaken(string algorithm)
    {
        var claims = Claims();
        claims["at_hash"] = HalfHash(algorithm);
        claims["auth_time"] = Seconds(-60);

        var token = IdToken.Verify(Sign(Header(algorithm), claims, algorithm), Keys(), Terms with { AuthenticatedSince = Now.AddSeconds(-61) }, Now, out _);

        Assert.Equal("sub-1", token?.Subject);
        Assert.Equal(Now.AddSeconds(-60), token!.AuthenticatedAt);
    }

    public static TheoryData<string, string, SignInFault> FalseClaims => new()
    {
        { "iss", "\"https://idp.example/\"", SignInFault.IssuerWrong }, { "iss", "null", SignInFault.IssuerWrong },
        { "aud", "\"client-2\"", SignInFault.AudienceWrong }, { "aud", "[\"client-1\",\"client-2\"]", SignInFault.AudienceWrong }, { "aud", "[]", SignInFault.AudienceWrong },
        { "azp", "\"client-2\"", SignInFault.AudienceWrong }, { "azp", "7", SignInFault.AudienceWrong },
        { "exp", "1769860769", SignInFault.Expired }, { "exp", "\"1769861000\"", SignInFault.Expired }, { "exp", "null", SignInFault.Expired },
        { "iat", "1769860831", SignInFault.NotYetValid }, { "iat", "null", SignInFault.NotYetValid }, { "nbf", "1769860831", SignInFault.NotYetValid },
        { "nonce", "\"nonce-2\"", SignInFault.NonceWrong }, { "nonce", "null", SignInFault.NonceWrong },
        { "at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"", SignInFault.AccessTokenWrong }, { "at_hash", "null", SignInFault.AccessTokenWrong },
        { "sub", "\"\"", SignInFault.SubjectMissing }, { "sub", "5", SignInFault.SubjectMissing },
    };

    [Theory, MemberData(nameof(FalseClaims))]
    public void Verify_FalseClaim_IsRefusedByName(string claim, string json, SignInFault expected)
    {
        var claims = Claims();
        claims[claim] = JsonNode.Parse(json);

        Refused(expected, Sign(Header("ES256"), claims, "ES256"));
    }

    [Theory]
    [InlineData("none", SignInFault.AlgorithmRefused), InlineData("HS256", SignInFault.AlgorithmRefused), InlineData("RS512", SignInFault.AlgorithmRefused),
     InlineData("es256", SignInFault.AlgorithmRefused), InlineData("RS256", SignInFault.UnknownKey), InlineData("ES384", SignInFault.UnknownKey)]
    public void Verify_AlgorithmThatTheKeyIsNotFor_IsRefused(string algorithm, SignInFault expected)
    {
        var header = Header("ES256");
        header["alg"] = algorithm;

        Refused(expected, Sign(header, Claims(), "ES256"));
    }

    [Fact]
    public void Verify_PublicKeyAsSharedSecret_IsRefused()
    {
        var header = Header("ES256");
        header["alg"] = "HS256";
        var signed = Part(header) + "." + Part(Claims());

        Refused(SignInFault.AlgorithmRefused, signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(_p256.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(signed))));
    }

    [Fact]
    public void Verify_UnknownKeyStrangersSignatureOrChangedClaim_IsRefused()
    {
        var unknown = Header("ES256");
        unknown["kid"] = "k-other";
        Refused(SignInFault.UnknownKey, Sign(unknown, Claims(), "ES256"));
        var critical = Header("ES256");
        critical["crit"] = new JsonArray("exp");
        Refused(SignInFault.AlgorithmRefused, Sign(critical, Claims(), "ES256"));
        var good = Sign(Header("ES256"), Claims(), "ES256").Split('.');
        var changed = Claims();
        changed["sub"] = "sub-2";
        Refused(SignInFault.SignatureWrong, $"{good[0]}.{Part(changed)}.{good[2]}");
        Refused(SignInFault.SignatureWrong, $"{good[0]}.{good[1]}.");
        Refused(SignInFault.TokenMalformed, $"{good[0]}.{good[1]}");
        Refused(SignInFault.TokenMalformed, new string('a', 40_000));
    }

    [Fact]
    public void Verify_WithoutAKeyId_OnlyTheOneFittingKeyIsTried()
    {
        var header = Header("ES256");
        header.Remove("kid");
        var token = Sign(header, Claims(), "ES256");
        Assert.NotNull(IdToken.Verify(token, Keys(), Terms, Now, out _));

        var twice = new JsonObject { ["keys"] = new JsonArray(Curve(_p256, "P-256", "a"), Curve(_p256, "P-256", "b")) };
        Assert.Null(IdToken.Verify(token, JwsKeySet.Parse(JsonSerializer.SerializeToElement(twice))!, Terms, Now, out var fault));
        Assert.Equal(SignInFault.UnknownKey, fault);
    }

    [Theory]
    [InlineData(null, SignInFault.NotFresh), InlineData(-100, SignInFault.NotFresh)]
    public void Verify_FreshSignInAskedFor_NeedsARecentAuthTime(int? seconds, SignInFault expected)
    {
        var claims = Claims();
        if (seconds is { } at) claims["auth_time"] = Seconds(at);

        Refused(expected, Sign(Header("ES256"), claims, "ES256"), Terms with { AuthenticatedSince = Now });
    }

    [Fact]
    public void Verify_DemandedStrength_MustBeStated()
    {
        var claims = Claims();
        claims["acr"] = "silver";
        claims["amr"] = new JsonArray("pwd", "otp");
        var token = Sign(Header("ES256"), claims, "ES256");

        Assert.NotNull(IdToken.Verify(token, Keys(), Terms with { AcrValues = ["gold", "silver"], Amr = ["otp"] }, Now, out _));
        Refused(SignInFault.TooWeak, token, Terms with { AcrValues = ["gold"] });
        Refused(SignInFault.TooWeak, token, Terms with { Amr = ["otp", "hwk"] });
    }

    [Fact]
    public void KeySet_KeysThatAreNotForSignaturesOrTooWeak_AreLeftOut()
    {
        using var weak = RSA.Create(1_024);
        var forEncryption = Curve(_p256, "P-256", "enc");
        forEncryption["use"] = "enc";
        var set = new JsonObject { ["keys"] = new JsonArray(Rsa(weak, "weak"), forEncryption, new JsonObject { ["kty"] = "oct", ["k"] = "AAAA", ["kid"] = "oct" }, new JsonObject(), 7) };
        var keys = JwsKeySet.Parse(JsonSerializer.SerializeToElement(set))!;

        foreach (var kid in (string[])["weak", "enc", "oct"])
            foreach (var algorithm in (string[])["ES256", "RS256", "HS256"]) Assert.Empty(keys.Find(kid, algorithm));
        Assert.Null(JwsKeySet.Parse(JsonElement.Parse("[]")));
        Assert.Null(JwsKeySet.Parse(JsonElement.Parse($"{{\"keys\":[{string.Join(',', Enumerable.Repeat("{}", 51))}]}}")));
    }

    private void Refused(SignInFault expected, string token, IdTokenTerms? terms = null)
    {
        Assert.Null(IdToken.Verify(token, Keys(), terms ?? Terms, Now, out var fault));
        Assert.Equal(expected, fault);
    }

    private static JsonObject Claims() => new()
    {
        ["iss"] = Terms.Issuer, ["aud"] = Terms.ClientId, ["sub"] = "sub-1", ["nonce"] = Terms.Nonce, ["iat"] = Seconds(-10), ["exp"] = Seconds(290),
    };

    private static long Seconds(int from) => Now.AddSeconds(from).ToUnixTimeSeconds();

    private static JsonObject Header(string algorithm) => new() { ["alg"] = algorithm, ["kid"] = "k-" + (algorithm == "PS256" ? "RS256" : algorithm) };

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static string HalfHash(string algorithm)
    {
        var digest = algorithm == "ES384" ? SHA384.HashData(Encoding.ASCII.GetBytes(AccessToken)) : SHA256.HashData(Encoding.ASCII.GetBytes(AccessToken));
        return Base64Url.EncodeToString(digest.AsSpan(0, digest.Length / 2));
    }

    private string Sign(JsonObject header, JsonObject claims, string algorithm)
    {
        var signed = Part(header) + "." + Part(claims);
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = algorithm switch
        {
            "ES256" => _p256.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            "ES384" => _p384.SignData(bytes, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            _ => _rsa.SignData(bytes, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
        };
        return signed + "." + Base64Url.EncodeToString(signature);
    }

    private JwsKeySet Keys()
    {
        var rsa = Rsa(_rsa, "k-RS256");
        var set = new JsonObject { ["keys"] = new JsonArray(Curve(_p256, "P-256", "k-ES256"), Curve(_p384, "P-384", "k-ES384"), rsa) };
        return JwsKeySet.Parse(JsonSerializer.SerializeToElement(set))!;
    }

    private static JsonObject Curve(ECDsa key, string name, string kid)
    {
        var point = key.ExportParameters(false).Q;
        return new JsonObject { ["kty"] = "EC", ["crv"] = name, ["kid"] = kid, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }

    private static JsonObject Rsa(RSA key, string kid)
    {
        var parameters = key.ExportParameters(false);
        return new JsonObject { ["kty"] = "RSA", ["kid"] = kid, ["n"] = Base64Url.EncodeToString(parameters.Modulus), ["e"] = Base64Url.EncodeToString(parameters.Exponent) };
    }
}
