using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.People;

/// <summary>Sign-in through a provider that behaves, and through one that lies: every lie is refused by name and signs nobody in.</summary>
[Trait("req", "A2.3")]
public sealed class ProviderFlowTests(ProviderGate gates) : IClassFixture<ProviderGate>, IDisposable
{
    private readonly TestBrowser _browser = gates.Browser();

    private TestProvider Provider => gates.Provider;

    private TestGate Gate => gates.Gate;

    public void Dispose()
    {
        _browser.Dispose();
        (Provider.Claims, Provider.Header, Provider.Metadata, Provider.Sign, Provider.TokenStatus, Provider.Down) = (static _ => { }, static _ => { }, static _ => { }, null, 200, false);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task SignIn_FirstTime_MakesThePersonAndLandsWhereTheyWanted()
    {
        var landed = await _browser.ThroughAsync(Provider, "/signin/with/corp?return=/activity");

        Assert.Equal(200, landed.Status);
        Assert.Equal("0;url=/activity", landed.Headers["refresh"]);
        Assert.Contains("samesite=strict", landed.Headers["set-cookie"]);
        Assert.Equal(200, (await _browser.GetAsync("/activity")).Status);
        var me = (await Gate.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, _browser.Session)).MustBe(200);
        Assert.Equal(("pat", "corp"), (me.Str("username"), me.Str("provider")));
        Assert.Equal(["approver"], me.Body.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.Contains("support-leads", me.Text);
        var entries = string.Join('\n', await gates.LastEntriesAsync(50));
        Assert.Contains("\"kind\":\"person.added\"", entries);
        Assert.DoesNotContain("Pat Provider", entries);
        Assert.DoesNotContain("pat@example.com", entries);
    }

    [Fact]
    public async Task SignIn_Again_RefreshesWhatTheProviderSaysAndKeepsTheUsername()
    {
        await _browser.ThroughAsync(Provider);
        Provider.Claims = claims =>
        {
            claims["preferred_username"] = "somebody.else";
            claims["name"] = "Pat P. Provider";
            claims["groups"] = new JsonArray("finance-leads", "sallyport-approvers", "Not A Group Name", 7);
        };
        using var again = gates.Browser();
        await again.ThroughAsync(Provider);

        var me = (await Gate.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, again.Session)).MustBe(200);
        Assert.Equal("pat", me.Str("username"));
        Assert.Equal(["finance-leads", "sallyport-approvers"], me.Body.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
        Assert.Contains(await gates.LastEntriesAsync(10), entry => entry.Contains("\"kind\":\"person.changed\"", StringComparison.Ordinal));
        // The session from before sees the person as they are now.
        Assert.Contains("finance-leads", (await Gate.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, _browser.Session)).MustBe(200).Text);
    }

    public static TheoryData<string, string> Lies => new()
    {
        { "alg none", "algorithm_refused" }, { "alg HS256 with the public key", "algorithm_refused" }, { "another key", "signature_wrong" }, { "unknown kid", "unknown_key" },
        { "wrong issuer", "issuer_wrong" }, { "wrong audience", "audience_wrong" }, { "two audiences", "audience_wrong" }, { "wrong azp", "audience_wrong" }, { "expired", "expired" },
        { "of the future", "not_yet_valid" }, { "wrong nonce", "nonce_wrong" }, { "no nonce", "nonce_wrong" }, { "wrong at_hash", "access_token_wrong" }, { "no subject", "subject_missing" },
        { "no role", "no_role" }, { "username of a local account", "username_taken" }, { "username with markup", "username_unusable" }, { "no username", "username_unusable" },
        { "token endpoint refuses", "code_refused" }, { "token endpoint fails", "provider_unavailable" },
    };

    [Theory, MemberData(nameof(Lies))]
    public async Task SignIn_ThroughALiar_IsRefusedByName(string lie, string reason)
    {
        Tell(lie);

        var answer = await _browser.ThroughAsync(Provider);

        Assert.True(answer.Status is 401 or 503, answer.Text);
        Assert.Contains($"Reason: {reason}.", answer.Text);
        Assert.Null(_browser.Session);
        Assert.Contains(await gates.LastEntriesAsync(3), entry => entry.Contains("\"session.refused\"", StringComparison.Ordinal) && entry.Contains($"\"{reason}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answer_OfAnotherIssuerOrOfNone_IsRefused()
    {
        foreach (var iss in new[] { "&iss=https%3A%2F%2Fevil.example", "" })
        {
            var asked = await _browser.BeginAsync();
            Provider.Agree(asked["nonce"], asked["code_challenge"]);
            var redeemed = Provider.Redeemed;
            Refused(await _browser.GetAsync($"/signin/callback?code=c-1&state={asked["state"]}{iss}"), "issuer_mixed_up");
            Assert.Equal(redeemed, Provider.Redeemed);
        }
    }

    [Fact]
    public async Task Answer_WithAForgedOrForeignState_IsRefused()
    {
        var asked = await _browser.BeginAsync();
        Provider.Agree(asked["nonce"], asked["code_challenge"]);
        var answer = $"/signin/callback?code=c-1&iss={Uri.EscapeDataString(Provider.Issuer)}&state=";
        Refused(await _browser.GetAsync(answer + "forged"), "state_mismatch");
        Refused(await _browser.GetAsync(answer), "state_mismatch");

        // Login CSRF: the attacker's own answer, opened in a browser that never asked for it.
        using var attacker = gates.Browser();
        var theirs = await attacker.BeginAsync();
        Provider.Agree(theirs["nonce"], theirs["code_challenge"]);
        using var victim = gates.Browser();
        Refused(await victim.GetAsync(answer + theirs["state"]), "state_mismatch");
        await victim.BeginAsync();
        Refused(await victim.GetAsync(answer + theirs["state"]), "state_mismatch");
        Assert.Null(victim.Session);
    }

    [Fact]
    public async Task Answer_Replayed_IsRefused()
    {
        var asked = await _browser.BeginAsync();
        var secret = _browser.Cookie("sallyport_signin")!;
        Provider.Agree(asked["nonce"], asked["code_challenge"]);
        var answer = $"/signin/callback?code=c-1&iss={Uri.EscapeDataString(Provider.Issuer)}&state={asked["state"]}";
        Assert.Equal(200, (await _browser.GetAsync(answer)).Status);
        var redeemed = Provider.Redeemed;

        using var thief = gates.Browser();
        thief.Plant("sallyport_signin", secret);
        Refused(await thief.GetAsync(answer), "state_mismatch");

        Assert.Equal(redeemed, Provider.Redeemed);
    }

    [Fact]
    public async Task Answer_ThatIsAnError_SignsNobodyIn()
    {
        var asked = await _browser.BeginAsync();
        Refused(await _browser.GetAsync($"/signin/callback?error=access_denied&error_description=%3Cscript%3E&iss={Uri.EscapeDataString(Provider.Issuer)}&state={asked["state"]}"), "provider_refused");
    }

    [Fact]
    public async Task Request_ToTheProvider_CarriesPkceStateNonceAndNothingOfOurs()
    {
        var asked = await _browser.BeginAsync("/signin/with/corp?return=/approvals/apr_1");

        Assert.Equal(("code", "S256", TestProvider.ClientId, Gate.Url + "/signin/callback"), (asked["response_type"], asked["code_challenge_method"], asked["client_id"], asked["redirect_uri"]));
        Assert.All((string[])["state", "nonce", "code_challenge"], name => Assert.Equal(43, asked[name].Length));
        Assert.DoesNotContain("apr_1", string.Join(' ', asked.Values));
    }

    [Fact]
    public async Task Fresh_AtTheProvider_AsksAnewAndReplacesTheSession()
    {
        await _browser.ThroughAsync(Provider);
        var old = _browser.Session!;
        var asked = await _browser.BeginAsync("/signin/fresh?return=/approvals/apr_1");
        Assert.Equal(("login", "0"), (asked["prompt"], asked["max_age"]));
        Provider.Agree(asked["nonce"], asked["code_challenge"]);
        var answer = $"/signin/callback?code=c-1&state={asked["state"]}&iss={Uri.EscapeDataString(Provider.Issuer)}";
        // A provider that takes the old sign-in for a new one.
        Refused(await _browser.GetAsync(answer), "not_fresh");

        Provider.Claims = claims => claims["auth_time"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var landed = await _browser.ThroughAsync(Provider, "/signin/fresh?return=/approvals/apr_1");

        Assert.Equal("0;url=/approvals/apr_1", landed.Headers["refresh"]);
        Assert.NotEqual(old, _browser.Session);
        (await Gate.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, old)).MustBe(401);
        var sessions = (await Gate.SendAsync(HttpMethod.Get, "/v1/people/pat/sessions", null, _browser.Session)).MustBe(200).Body.GetProperty("sessions");
        Assert.True(sessions[0].TryGetProperty("authenticated_at", out _));
    }

    [Fact]
    public async Task Fresh_BySomebodyElse_IsRefusedAndKeepsTheSession()
    {
        await _browser.ThroughAsync(Provider);
        Provider.Claims = claims =>
        {
            (claims["sub"], claims["preferred_username"]) = ("sub-quinn", "quinn");
            claims["auth_time"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        };
        Refused(await _browser.ThroughAsync(Provider, "/signin/fresh"), "another_person");
        (await Gate.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, _browser.Session)).MustBe(200);
    }

    [Fact]
    public async Task SignIn_WithoutAuthTime_NeverCountsAsFresh()
    {
        await _browser.ThroughAsync(Provider);
        var sessions = (await Gate.SendAsync(HttpMethod.Get, "/v1/people/pat/sessions", null, _browser.Session)).MustBe(200).Body.GetProperty("sessions");
        Assert.False(sessions[0].TryGetProperty("authenticated_at", out _));
    }

    [Fact]
    public async Task SignOut_EndsTheSessionAndLeadsToTheProvider()
    {
        await _browser.ThroughAsync(Provider);
        var session = _browser.Session!;
        var left = await _browser.PostAsync("/signout", ("form_token", await _browser.FormTokenAsync()));
        Assert.Equal("/signedout?from=corp", left.Headers["location"]);
        (await Gate.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, session)).MustBe(401);
        var page = await _browser.GetAsync(left.Headers["location"]);
        Assert.Equal($"0;url={Provider.Issuer}/bye?client_id={TestProvider.ClientId}", page.Headers["refresh"]);
    }

    [Fact]
    public async Task Person_LockedHere_CannotComeBackThroughTheProvider()
    {
        Provider.Claims = claims => (claims["sub"], claims["preferred_username"]) = ("sub-robin", "robin");
        await _browser.ThroughAsync(Provider);
        (await Gate.SendAsync(HttpMethod.Post, "/v1/people/robin/lock", new { reason = "laptop stolen" }, await Gate.SessionAsync("otto"))).MustBe(200);

        (await Gate.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, _browser.Session)).MustBe(401);
        Refused(await _browser.ThroughAsync(Provider), "person_locked");
    }

    private static void Refused(GateReply answer, string reason)
    {
        Assert.NotEqual(200, answer.Status);
        Assert.Contains($"Reason: {reason}.", answer.Text);
        Assert.DoesNotContain("<script", answer.Text);
    }

    private void Tell(string lie)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        switch (lie)
        {
            case "alg none": (Provider.Header, Provider.Sign) = (header => header["alg"] = "none", static _ => ""); break;
            case "alg HS256 with the public key":
                Provider.Header = header => header["alg"] = "HS256";
                Provider.Sign = signed => Base64Url.EncodeToString(HMACSHA256.HashData(Provider.PublicKey, Encoding.ASCII.GetBytes(signed)));
                break;
            case "another key": Provider.Sign = static signed => Stranger(signed); break;
            case "unknown kid": Provider.Header = header => header["kid"] = "key-nobody-knows"; break;
            case "wrong issuer": Provider.Claims = claims => claims["iss"] = "https://evil.example"; break;
            case "wrong audience": Provider.Claims = claims => claims["aud"] = "another-client"; break;
            case "two audiences": Provider.Claims = claims => claims["aud"] = new JsonArray(TestProvider.ClientId, "another-client"); break;
            case "wrong azp": Provider.Claims = claims => claims["azp"] = "another-client"; break;
            case "expired": Provider.Claims = claims => claims["exp"] = now - 60; break;
            case "of the future": Provider.Claims = claims => claims["iat"] = now + 120; break;
            case "wrong nonce": Provider.Claims = claims => claims["nonce"] = "another"; break;
            case "no nonce": Provider.Claims = claims => claims.Remove("nonce"); break;
            case "wrong at_hash": Provider.Claims = claims => claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA"; break;
            case "no subject": Provider.Claims = claims => claims.Remove("sub"); break;
            case "no role": Provider.Claims = claims => (claims["sub"], claims["groups"]) = ("sub-none", new JsonArray("support-leads")); break;
            case "username of a local account": Provider.Claims = claims => (claims["sub"], claims["preferred_username"]) = ("sub-dana", "dana"); break;
            case "username with markup": Provider.Claims = claims => (claims["sub"], claims["preferred_username"]) = ("sub-x", "<b>x</b>"); break;
            case "no username": Provider.Claims = claims => { claims["sub"] = "sub-y"; claims.Remove("preferred_username"); }; break;
            case "token endpoint refuses": Provider.TokenStatus = 400; break;
            case "token endpoint fails": Provider.TokenStatus = 502; break;
            default: throw new InvalidOperationException(lie);
        }
    }

    private static string Stranger(string signed)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }
}
