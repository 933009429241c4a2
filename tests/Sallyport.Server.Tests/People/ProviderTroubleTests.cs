using System.Text.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Server.Hosting;
using Sallyport.Server.Tests.Support;
using Sallyport.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Sallyport.Server.Tests.People;

/// <summary>Providers that are away, that misdescribe themselves or that change their keys; and configurations that cannot be meant.</summary>
public sealed class ProviderTroubleTests
{
    [Fact]
    public async Task Provider_Away_SignsNobodyInAndSaysSo()
    {
        await using var gate = await StartAsync();
        gate.Provider.Down = true;
        using var browser = gate.Browser();

        var answer = await browser.GetAsync("/signin/with/corp");

        Assert.Equal(503, answer.Status);
        Assert.Contains("provider_unavailable", answer.Text);
        Assert.Null(browser.Session);
        // Local accounts still work.
        await browser.SignInAsync("dana");
    }

    [Theory]
    [InlineData("issuer", "https://evil.example"), InlineData("token_endpoint", "http://evil.example/token"), InlineData("authorization_endpoint", "javascript:alert(1)"),
     InlineData("jwks_uri", null), InlineData("code_challenge_methods_supported", "plain")]
    public async Task Metadata_ThatCannotBeTrusted_IsNotUsed(string member, string? value)
    {
        await using var gate = await StartAsync();
        gate.Provider.Metadata = metadata =>
        {
            if (value is null) metadata.Remove(member);
            else metadata[member] = member.EndsWith("supported", StringComparison.Ordinal) ? new System.Text.Json.Nodes.JsonArray(value) : value;
        };
        using var browser = gate.Browser();

        Assert.Equal(503, (await browser.GetAsync("/signin/with/corp")).Status);
    }

    [Fact]
    public async Task Keys_Rotated_AreReadAgainButNotForEveryForgery()
    {
        await using var gate = await StartAsync();
        using var browser = gate.Browser();
        Assert.Equal(200, (await browser.ThroughAsync(gate.Provider)).Status);
        Assert.Equal(1, gate.Provider.KeyReads);

        gate.Provider.Header = header => header["kid"] = "forged";
        for (var at = 0; at < 3; at++) Assert.Equal(401, (await browser.ThroughAsync(gate.Provider)).Status);
        Assert.Equal(1, gate.Provider.KeyReads);

        gate.Provider.Header = static _ => { };
        gate.Provider.Kid = "key-2";
        gate.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(200, (await browser.ThroughAsync(gate.Provider)).Status);
        Assert.Equal(2, gate.Provider.KeyReads);
        Assert.Equal(200, (await browser.ThroughAsync(gate.Provider)).Status);
        Assert.Equal(2, gate.Provider.KeyReads);
    }

    [Fact]
    public async Task Flow_LeftLyingForTenMinutes_IsOver()
    {
        await using var gate = await StartAsync();
        using var browser = gate.Browser();
        var asked = await browser.BeginAsync();
        gate.Provider.Agree(asked["nonce"], asked["code_challenge"]);
        gate.Time.Advance(TimeSpan.FromMinutes(10));

        var answer = await browser.GetAsync($"/signin/callback?code=c-1&state={asked["state"]}&iss={Uri.EscapeDataString(gate.Provider.Issuer)}");

        Assert.Contains("state_mismatch", answer.Text);
    }

    [Theory]
    [InlineData("name: Corp"), InlineData("name: local"), InlineData("issuer: http://idp.example"), InlineData("issuer: https://idp.example?x=1"), InlineData("scopes: profile"),
     InlineData("role: king"), InlineData("twice"), InlineData("no local accounts, no administrator"), InlineData("no idle time"), InlineData("no secret")]
    public async Task Configuration_ThatCannotBeMeant_RefusesTheStart(string fault)
    {
        var provider = new ProviderOptions { Name = "corp", Issuer = "https://idp.example", ClientId = "sallyport", DefaultRoles = ["viewer"] };
        var options = new ServerOptions { Data = Directory.CreateTempSubdirectory("sallyport-config-").FullName, Listen = "http://127.0.0.1:0" };
        options.SignIn.Providers = [provider];
        switch (fault)
        {
            case "name: Corp": provider.Name = "Corp"; break;
            case "name: local": provider.Name = "local"; break;
            case "issuer: http://idp.example": provider.Issuer = "http://idp.example"; break;
            case "issuer: https://idp.example?x=1": provider.Issuer = "https://idp.example?x=1"; break;
            case "scopes: profile": provider.Scopes = ["profile"]; break;
            case "role: king": provider.DefaultRoles = ["king"]; break;
            case "twice": options.SignIn.Providers = [provider, provider]; break;
            case "no local accounts, no administrator": options.SignIn.LocalAccounts = false; break;
            case "no secret": provider.ClientSecretFile = "/nowhere/client.secret"; break;
            case "no idle time": options.SignIn.IdleMinutes = 0; break;
            default: throw new InvalidOperationException(fault);
        }

        var refused = await Assert.ThrowsAsync<ServerStartException>(() => SallyportServer.StartAsync(options));
        Assert.Contains("sign_in", refused.Message);
        Directory.Delete(options.Data, recursive: true);
    }

    [Fact]
    public void Configuration_OfTheDocument_IsOneThatTheServerReads()
    {
        var json = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operate", "people.md")).Split("```json")[1].Split("```")[0];

        var options = JsonSerializer.Deserialize<ServerOptions>(json, WireJson.Options)!.SignIn;

        Assert.False(options.LocalAccounts);
        Assert.Equal(("corp", "https://idp.example.com", "/run/secrets/corp"), (options.Providers[0].Name, options.Providers[0].Issuer, options.Providers[0].ClientSecretFile));
        Assert.Equal(["administrator"], options.Providers[0].Roles["platform-admins"]);
    }

    private static async Task<Started> StartAsync()
    {
        var time = new ManualTimeProvider();
        // The provider stamps its tokens with the machine's time, so the manual clock begins there.
        time.Advance(TimeProvider.System.GetUtcNow() - time.GetUtcNow());
        var provider = await TestProvider.StartAsync();
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, TestProvider.Secret);
        provider.Claims = claims => (claims["iat"], claims["exp"]) = (time.GetUtcNow().ToUnixTimeSeconds(), time.GetUtcNow().ToUnixTimeSeconds() + 300);
        var gate = await TestGate.StartAsync(options => options.SignIn.Providers = [provider.Options(secret)], builder => builder.Services.AddSingleton<TimeProvider>(time));
        return new Started(gate, provider, time, secret);
    }

    private sealed record Started(TestGate Gate, TestProvider Provider, ManualTimeProvider Time, string Secret) : IAsyncDisposable
    {
        internal TestBrowser Browser() => new(Gate.Url);

        public async ValueTask DisposeAsync()
        {
            await Gate.DisposeAsync();
            await Provider.DisposeAsync();
            File.Delete(Secret);
        }
    }
}
