using System.Net;
using System.Text.RegularExpressions;

namespace Sallyport.Server.Tests.People;

/// <summary>Sign-in through a certified provider, over HTTP: its login page, its consent page, its tokens under RS256 and ES256.</summary>
[Trait("req", "A2.3")]
public sealed class NpmProviderTests(NpmProvider npm) : IClassFixture<NpmProvider>
{
    [Theory]
    [InlineData("rsa", "pat", "approver"), InlineData("curve", "quinn", "administrator")]
    public async Task SignIn_ThroughTheProvidersPages_StartsASession(string provider, string person, string role)
    {
        if (npm.Unavailable is { } why) Assert.Skip(why);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        using var browser = new HttpClient(handler);

        var landed = await WalkAsync(browser, npm.Gate.Url + $"/signin/with/{provider}?return=/activity", person);

        Assert.Contains($"You are signed in as {person}.", landed);
        var session = handler.CookieContainer.GetCookies(new Uri(npm.Gate.Url))["sallyport_session"]!.Value;
        var me = (await npm.Gate.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, session)).MustBe(200);
        Assert.Equal((person, provider), (me.Str("username"), me.Str("provider")));
        Assert.Contains(role, me.Body.GetProperty("roles").EnumerateArray().Select(one => one.GetString()));
        var sessions = (await npm.Gate.SendAsync(HttpMethod.Get, $"/v1/people/{person}/sessions", null, session)).MustBe(200).Body.GetProperty("sessions");
        Assert.True(sessions[0].TryGetProperty("authenticated_at", out _), sessions.GetRawText());
        var page = await browser.GetStringAsync(npm.Gate.Url + "/activity", TestContext.Current.CancellationToken);
        Assert.Contains(person, page);
    }

    [Fact]
    public async Task SignIn_ThatThePersonAborts_SignsNobodyIn()
    {
        if (npm.Unavailable is { } why) Assert.Skip(why);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        using var browser = new HttpClient(handler);

        var landed = await WalkAsync(browser, npm.Gate.Url + "/signin/with/rsa", null);

        Assert.Contains("Reason: provider_refused.", landed);
        Assert.Null(handler.CookieContainer.GetCookies(new Uri(npm.Gate.Url))["sallyport_session"]);
    }

    /// <summary>Follows redirects and fills the provider's forms (or, without a name, aborts) until a page of ours is there.</summary>
    private static async Task<string> WalkAsync(HttpClient browser, string address, string? person)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        for (var step = 0; step < 20; step++)
        {
            using var answer = await browser.SendAsync(request, TestContext.Current.CancellationToken);
            var here = request.RequestUri!;
            if (answer.Headers.Location is { } next)
            {
                request = new HttpRequestMessage(HttpMethod.Get, new Uri(here, next));
                continue;
            }

            var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (Attribute(page, "action=\"([^\"]*/interaction/[^\"]*)\"") is not { } action) return page;
            if (person is null)
            {
                request = new HttpRequestMessage(HttpMethod.Get, new Uri(here, Attribute(page, "href=\"([^\"]*/abort)\"")!));
                continue;
            }

            var form = new Dictionary<string, string> { ["prompt"] = Attribute(page, "name=\"prompt\" value=\"([^\"]+)\"")! };
            if (form["prompt"] == "login") (form["login"], form["password"]) = (person, "any");
            request = new HttpRequestMessage(HttpMethod.Post, new Uri(here, action)) { Content = new FormUrlEncodedContent(form) };
        }

        throw new InvalidOperationException("The walk does not end.");
    }

    private static string? Attribute(string page, string pattern) =>
        Regex.Match(page, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
}
