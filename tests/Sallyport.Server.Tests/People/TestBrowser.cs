using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.People;

/// <summary>A browser without script: cookies, links and forms; redirects are looked at, not followed.</summary>
public sealed class TestBrowser(string url) : IDisposable
{
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
    private HttpClient? _http;

    private HttpClient Http => _http ??= new HttpClient(_handler) { BaseAddress = new Uri(url) };

    public string? Session => Cookie("sallyport_session");

    public string? Cookie(string name) => _handler.CookieContainer.GetCookies(new Uri(url))[name]?.Value;

    public void Plant(string name, string value) => _handler.CookieContainer.Add(new Uri(url), new Cookie(name, value, "/"));

    public async Task<GateReply> GetAsync(string path) => await ReplyAsync(await Http.GetAsync(path, TestContext.Current.CancellationToken));

    public async Task<GateReply> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await ReplyAsync(await Http.PostAsync(path, form, TestContext.Current.CancellationToken));
    }

    public async Task SignInAsync(string person, string password = TestGate.Password) =>
        Assert.Equal(302, (await PostAsync("/signin", ("username", person), ("password", password))).Status);

    /// <summary>Begins at the provider "corp": what the browser would be sent there with.</summary>
    public async Task<Dictionary<string, string>> BeginAsync(string path = "/signin/with/corp")
    {
        var answer = await GetAsync(path);
        Assert.True(answer.Status == 302, answer.Text);
        return QueryHelpers.ParseQuery(new Uri(answer.Headers["location"]).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
    }

    /// <summary>The whole way through a provider that agrees.</summary>
    public async Task<GateReply> ThroughAsync(TestProvider provider, string path = "/signin/with/corp")
    {
        var asked = await BeginAsync(path);
        provider.Agree(asked["nonce"], asked["code_challenge"]);
        return await GetAsync($"/signin/callback?code=c-1&state={asked["state"]}&iss={Uri.EscapeDataString(provider.Issuer)}");
    }

    public async Task<string> FormTokenAsync(string path = "/") => Field((await GetAsync(path)).Text, "form_token");

    public static string Field(string page, string name) => Regex.Match(page, $"name=\"{name}\" value=\"([^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;

    public void Dispose()
    {
        _http?.Dispose();
        _handler.Dispose();
    }

    private static async Task<GateReply> ReplyAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value), StringComparer.Ordinal);
            return new GateReply((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), headers);
        }
    }
}
