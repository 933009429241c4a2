using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.BadInput;

/// <summary>The token endpoint takes exactly one kind of proof: a fresh ES256 assertion of the agent's own key, once, for this server.</summary>
[Trait("req", "A2.1")]
public sealed class TokenTests(TestGate gate) : IClassFixture<TestGate>, IDisposable
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private readonly ECDsa _stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static int _count;

    public void Dispose() => _stranger.Dispose();

    public static TheoryData<string> Claims =>
    [
        "expired", "endless life", "no exp", "exp as text", "future nbf", "future iat", "another audience", "no audience", "another subject", "another issuer", "no jti", "short jti", "jti as number",
    ];

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task Assertion_WithAFalseClaim_IsRefused(string fault)
    {
        var claims = GoodClaims();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        switch (fault)
        {
            case "expired": claims["exp"] = now - 60; break;
            case "endless life": claims["exp"] = now + 3_600; break;
            case "no exp": claims.Remove("exp"); break;
            case "exp as text": claims["exp"] = (now + 30).ToString(System.Globalization.CultureInfo.InvariantCulture); break;
            case "future nbf": claims["nbf"] = now + 60; break;
            case "future iat": claims["iat"] = now + 60; break;
            case "another audience": claims["aud"] = "https://another.example"; break;
            case "no audience": claims.Remove("aud"); break;
            case "another subject": claims["sub"] = gate.EuAgent.Id; break;
            case "another issuer": claims["iss"] = "agt_unknown"; break;
            case "no jti": claims.Remove("jti"); break;
            case "short jti": claims["jti"] = "1234567"; break;
            case "jti as number": claims["jti"] = 12345678; break;
            default: throw new InvalidOperationException(fault);
        }

        Refused(await PostAsync(gate.Agent.Sign(Header(), claims)), 401, "invalid_client");
    }

    public static TheoryData<string> Headers => ["alg none", "alg HS256", "alg RS256", "alg es256", "no alg", "wrong kid", "crit"];

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Assertion_WithAFalseHeader_IsRefused(string fault)
    {
        var header = Header();
        switch (fault)
        {
            case "alg none": header["alg"] = "none"; break;
            case "alg HS256": header["alg"] = "HS256"; break;
            case "alg RS256": header["alg"] = "RS256"; break;
            case "alg es256": header["alg"] = "es256"; break;
            case "no alg": header.Remove("alg"); break;
            case "wrong kid": header["kid"] = new string('A', 43); break;
            case "crit": header["crit"] = new[] { "exp" }; break;
            default: throw new InvalidOperationException(fault);
        }

        Refused(await PostAsync(gate.Agent.Sign(header, GoodClaims())), 401, "invalid_client");
    }

    [Fact]
    public async Task Assertion_WithoutAKid_IsVerifiedWithTheAgentsOwnKeys()
    {
        var header = Header();
        header.Remove("kid");
        Assert.Equal(200, (await PostAsync(gate.Agent.Sign(header, GoodClaims()))).Status);
    }

    public static TheoryData<string> Texts { get; } = new(
        "", "a.b", "a.b.c", "a.b.c.d", "e30.e30.e30", "....", "not a token", "W10.W10.AA", new string('a', 5_000), "eyJhIjoiXHVkODAwIn0.eyJpc3MiOiJcdWQ4MDAifQ.AA",
        "eyJhIjoxLCJhIjoyfQ.e30.AA");

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Assertion_ThatIsNone_IsRefused(string text) => Refused(await PostAsync(text), 401, "invalid_client");

    [Fact]
    public async Task Assertion_SignedWithTheSharedSecretOfThePublicKey_IsRefused()
    {
        // The classic confusion: the public key, which everybody knows, used as an HMAC secret.
        var header = Header();
        header["alg"] = "HS256";
        var signed = TestAgent.Encode(header) + "." + TestAgent.Encode(GoodClaims());
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(gate.Agent.PublicKey.ToJson()), Encoding.ASCII.GetBytes(signed));

        Refused(await PostAsync(signed + "." + Base64Url.EncodeToString(mac)), 401, "invalid_client");
    }

    [Fact]
    public async Task Assertion_SignedByAStranger_OrWithoutASignature_IsRefused()
    {
        var signed = TestAgent.Encode(Header()) + "." + TestAgent.Encode(GoodClaims());
        var forged = _stranger.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

        Refused(await PostAsync(signed + "." + Base64Url.EncodeToString(forged)), 401, "invalid_client");
        Refused(await PostAsync(signed + "."), 401, "invalid_client");
        Refused(await PostAsync(signed + "." + Base64Url.EncodeToString(new byte[64])), 401, "invalid_client");
    }

    [Fact]
    public async Task Assertion_OfAnotherAgentsKey_IsRefused()
    {
        var claims = GoodClaims();
        (claims["iss"], claims["sub"]) = (gate.EuAgent.Id, gate.EuAgent.Id);

        Refused(await PostAsync(gate.Agent.Sign(Header(), claims)), 401, "invalid_client");
    }

    [Fact]
    public async Task Assertion_UsedTwice_GivesOneToken()
    {
        var assertion = gate.Agent.Sign(Header(), GoodClaims());

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PostAsync(assertion)));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Where(answer => answer.Status != 200)) Refused(answer, 401, "invalid_client");
    }

    [Theory]
    [InlineData("refund:everything", "invalid_scope")]
    [InlineData("refund", "invalid_scope")]
    [InlineData("REFUND:ISSUE", "invalid_scope")]
    public async Task Scope_TheAgentDoesNotHave_IsRefused(string scope, string error) =>
        Refused(await PostAsync(gate.Agent.Sign(Header(), GoodClaims()), ("scope", scope)), 400, error);

    [Fact]
    public async Task Scope_WiderThanTheAgents_IsRefused() => Refused(await gate.RequestTokenAsync(gate.EuAgent, "refund:issue"), 400, "invalid_scope");

    [Theory]
    [InlineData("grant_type", "password", 400, "unsupported_grant_type")]
    [InlineData("grant_type", "authorization_code", 400, "unsupported_grant_type")]
    [InlineData("client_assertion_type", "urn:x", 401, "invalid_client")]
    [InlineData("client_secret", "s3cret", 401, "invalid_client")]
    [InlineData("resource", "https://another.example", 400, "invalid_target")]
    public async Task Form_WithAFalseParameter_IsRefused(string name, string value, int status, string error) =>
        Refused(await PostAsync(gate.Agent.Sign(Header(), GoodClaims()), (name, value)), status, error);

    [Fact]
    public async Task Form_Malformed_IsRefused()
    {
        var twice = $"grant_type=client_credentials&grant_type=client_credentials&client_assertion_type={Uri.EscapeDataString(AssertionType)}&client_assertion=a.b.c";
        Refused(await FormAsync(new StringContent(twice, Encoding.ASCII, "application/x-www-form-urlencoded")), 400, "invalid_request");
        Refused(await FormAsync(new StringContent("{}", Encoding.ASCII, "application/json")), 400, "invalid_request");
        Refused(await FormAsync(new StringContent(new string('a', 20_000), Encoding.ASCII, "application/x-www-form-urlencoded")), 400, "invalid_request");
        var many = string.Join('&', Enumerable.Range(0, 2_000).Select(index => $"{index:x}=1"));
        Refused(await FormAsync(new StringContent(many, Encoding.ASCII, "application/x-www-form-urlencoded")), 400, "invalid_request");
        using var parts = new MultipartFormDataContent { { new StringContent("client_credentials"), "grant_type" } };
        Refused(await FormAsync(parts), 400, "invalid_request");
    }

    [Fact]
    public async Task Token_IsForThisServerOnly_AndHasNoMoreScopesThanAskedFor()
    {
        var token = (await gate.RequestTokenAsync(gate.Agent, "order:read")).MustBe(200);
        Assert.Equal("order:read", token.Str("scope"));
        Assert.Equal(300, token.Body.GetProperty("expires_in").GetInt32());
        var task = await gate.OpenTaskAsync();

        var call = new { arguments = TestGate.RefundArguments("ord_000001", 700, "EUR"), task_id = task, idempotency_key = gate.NewKey() };
        (await gate.SendAsync(HttpMethod.Post, "/v1/tools/issue_refund/actions", call, token.Str("access_token"))).MustBeProblem(403, "insufficient_scope");
        Assert.Empty(await gate.Payments.LedgerAsync());
    }

    private Dictionary<string, object> Header() => new() { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = gate.Agent.PublicKey.Thumbprint };

    private Dictionary<string, object> GoodClaims()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new() { ["iss"] = gate.Agent.Id, ["sub"] = gate.Agent.Id, ["aud"] = gate.Url, ["jti"] = $"token-test-{Interlocked.Increment(ref _count):D8}", ["iat"] = now, ["exp"] = now + 50 };
    }

    private Task<GateReply> PostAsync(string assertion, params (string Name, string Value)[] others)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_assertion_type"] = AssertionType, ["client_assertion"] = assertion };
        foreach (var (name, value) in others) form[name] = value;
        return FormAsync(new FormUrlEncodedContent(form));
    }

    private Task<GateReply> FormAsync(HttpContent form) => gate.SendAsync(HttpMethod.Post, "/oauth/token", form, null);

    /// <summary>RFC 6749, section 5.2: the token endpoint has an error format of its own.</summary>
    private static void Refused(GateReply reply, int status, string error)
    {
        Assert.True(reply.Status == status && reply.Str("error") == error, $"Expected {status} {error}, got {reply.Status}: {reply.Text}");
        Assert.False(string.IsNullOrWhiteSpace(reply.Str("error_description")));
        Assert.Equal("no-store", reply.Headers["cache-control"]);
        Assert.DoesNotContain("Exception", reply.Text, StringComparison.Ordinal);
    }
}
