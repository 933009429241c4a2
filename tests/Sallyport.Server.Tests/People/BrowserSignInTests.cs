using Microsoft.Playwright;

namespace Sallyport.Server.Tests.People;

/// <summary>Sign-in as a person does it: Chromium, our pages, the certified provider's pages, from site to site and back.</summary>
[Trait("req", "A2.3")]
public sealed class BrowserSignInTests(NpmProvider npm) : IClassFixture<NpmProvider>
{
    private const string Chromium = "/usr/bin/chromium";

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task SignIn_ThroughTheProvider_WithAndWithoutScript_LandsOnThePageThatWasWanted(bool script)
    {
        if (npm.Unavailable is { } why) Assert.Skip(why);
        if (!File.Exists(Chromium)) Assert.Skip("chromium is not installed");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
        var context = await browser.NewContextAsync(new() { JavaScriptEnabled = script });
        // The provider's development pages ask for a font elsewhere; nothing here leaves this machine.
        await context.RouteAsync(static url => !new Uri(url).IsLoopback, static route => route.AbortAsync());
        var page = await context.NewPageAsync();
        var gate = npm.Gate.Url;

        await page.GotoAsync(gate + "/activity");
        await page.ClickAsync("text=Sign in with Npm rsa");
        await AtTheProviderAsync(page);
        await page.WaitForURLAsync(gate + "/activity");
        Assert.Contains("pat", await page.InnerTextAsync("header"));
        var first = await SessionAsync(context);

        // Proving it again: the provider asks although it knows the person, and a new session takes the place of the old one.
        await page.GotoAsync(gate + "/signin/fresh?return=/emergency");
        await AtTheProviderAsync(page);
        await page.WaitForURLAsync(gate + "/emergency");
        Assert.NotEqual(first, await SessionAsync(context));
        (await npm.Gate.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, first)).MustBe(401);

        // Signing out leads on to the provider's own page for that.
        await page.ClickAsync("text=Sign out");
        await page.WaitForURLAsync(new System.Text.RegularExpressions.Regex("/session/end", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GotoAsync(gate + "/activity");
        await page.WaitForURLAsync("**/signin?return=**");
    }

    /// <summary>Types the name where the provider asks for one, and agrees to whatever else it asks.</summary>
    internal static async Task AtTheProviderAsync(IPage page, string name = "pat")
    {
        await page.FillAsync("input[name=login]", name);
        await page.FillAsync("input[name=password]", "any");
        await page.ClickAsync("button[type=submit]");
        await page.WaitForLoadStateAsync();
        if (page.Url.Contains("/interaction/", StringComparison.Ordinal)) await page.ClickAsync("button[type=submit]");
    }

    private static async Task<string> SessionAsync(IBrowserContext context) => (await context.CookiesAsync()).Single(cookie => cookie.Name == "sallyport_session").Value;
}
