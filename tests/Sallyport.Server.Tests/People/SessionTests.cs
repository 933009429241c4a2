using Microsoft.Extensions.DependencyInjection;
using Sallyport.Server.Tests.Support;
using Sallyport.Testing;

namespace Sallyport.Server.Tests.People;

/// <summary>Sessions: how they begin, how long they last, who may end them, and what a thief can do with one.</summary>
public sealed class SessionTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact]
    public async Task SignIn_InABrowserWithAPlantedSession_GetsANewOne()
    {
        // Session fixation: the attacker's own session, planted before the victim signs in.
        using var browser = new TestBrowser(gate.Url);
        var planted = (await SignInAsync("erin")).MustBe(201).Str("token")!;
        browser.Plant("sallyport_session", planted);

        await browser.SignInAsync("dana");

        Assert.NotEqual(planted, browser.Session);
        (await CurrentAsync(planted)).MustBe(401);
        Assert.Equal("dana", (await CurrentAsync(browser.Session!)).MustBe(200).Str("username"));
    }

    [Theory]
    [InlineData("https://evil.example/"), InlineData("//evil.example"), InlineData("/\\evil.example"), InlineData("/%2f%2fevil.example"), InlineData("/\t//evil.example"), InlineData("javascript:alert(1)")]
    public async Task Return_ToAnotherSite_LeadsHome(string wanted)
    {
        using var browser = new TestBrowser(gate.Url);
        var page = await browser.GetAsync("/signin?return=" + Uri.EscapeDataString(wanted));
        Assert.DoesNotContain("evil", page.Text);

        var answer = await browser.PostAsync("/signin", ("username", "dana"), ("password", TestGate.Password), ("return", wanted));

        Assert.Equal("/", answer.Headers["location"]);
    }

    [Fact]
    public async Task Return_ToAPageOfOurs_IsKept()
    {
        using var browser = new TestBrowser(gate.Url);
        var led = await browser.GetAsync("/approvals/apr_1?x=1");
        Assert.Contains("value=\"/approvals/apr_1?x=1\"", (await browser.GetAsync(led.Headers["location"])).Text);
        var answer = await browser.PostAsync("/signin", ("username", "dana"), ("password", TestGate.Password), ("return", "/approvals/apr_1?x=1"));
        Assert.Equal("/approvals/apr_1?x=1", answer.Headers["location"]);
    }

    [Fact]
    public async Task Fresh_ByPassword_ReplacesTheSession()
    {
        using var browser = new TestBrowser(gate.Url);
        await browser.SignInAsync("grace");
        var old = browser.Session!;
        var form = await browser.FormTokenAsync("/signin/fresh?return=/emergency");

        Assert.Equal(401, (await browser.PostAsync("/signin/fresh", ("form_token", form), ("password", "not-her-password"), ("return", "/emergency"))).Status);
        Assert.Equal(old, browser.Session);
        var answer = await browser.PostAsync("/signin/fresh", ("form_token", form), ("password", TestGate.Password), ("return", "/emergency"));

        Assert.Equal("/emergency", answer.Headers["location"]);
        Assert.NotEqual(old, browser.Session);
        (await CurrentAsync(old)).MustBe(401);
    }

    [Fact]
    public async Task AccountPage_ListsSessions_AndItsFormEndsThemAll()
    {
        using var browser = new TestBrowser(gate.Url);
        await browser.SignInAsync("erin");
        var elsewhere = (await SignInAsync("erin")).MustBe(201).Str("token")!;
        var page = (await browser.GetAsync("/account")).Text;
        Assert.Contains("this session", page);
        Assert.True(page.Split("ends by").Length > 2, "Both sessions are listed.");

        Assert.Equal(302, (await browser.PostAsync("/account/sessions/end", ("form_token", "forged"))).Status);
        (await CurrentAsync(elsewhere)).MustBe(200);
        Assert.Equal(302, (await browser.PostAsync("/account/sessions/end", ("form_token", TestBrowser.Field(page, "form_token")))).Status);
        (await CurrentAsync(elsewhere)).MustBe(401);
        Assert.Equal(302, (await browser.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task Sessions_OfOneself_AreListedAndEndTogether()
    {
        var first = (await SignInAsync("frank")).MustBe(201).Str("token")!;
        var second = (await SignInAsync("frank")).MustBe(201).Str("token")!;
        var listed = (await gate.SendAsync(HttpMethod.Get, "/v1/people/frank/sessions", null, first)).MustBe(200);
        Assert.True(listed.Body.GetProperty("sessions").GetArrayLength() >= 2);
        Assert.DoesNotContain("sps_", listed.Text);

        var ended = (await gate.SendAsync(HttpMethod.Delete, "/v1/people/frank/sessions", null, second)).MustBe(200);

        Assert.True(ended.Body.GetProperty("ended").GetInt32() >= 2);
        foreach (var token in (string[])[first, second]) (await CurrentAsync(token)).MustBe(401);
    }

    [Fact, Trait("req", "A5.1")]
    public async Task Person_Locked_LosesEverySessionAtOnceAndCannotComeBack()
    {
        await using var own = await TestGate.StartAsync();
        var pending = (await own.RefundAsync("ord_000003", 9_100, "EUR")).MustBe(202, "pending");
        var stolen = await own.SessionAsync("dana");
        using var browser = new TestBrowser(own.Url);
        await browser.SignInAsync("dana");
        var page = (await browser.GetAsync("/actions/" + pending.ActionId)).Text;

        (await own.SendAsync(HttpMethod.Post, "/v1/people/dana/lock", new { reason = "laptop stolen" }, await own.SessionAsync("otto"))).MustBe(200);

        // The thief has the token, the cookie, a page with its form token, and even the password.
        (await own.SendAsync(HttpMethod.Get, "/v1/approvals", null, stolen)).MustBe(401);
        var decided = await browser.PostAsync($"/actions/{pending.ActionId}/decision", ("form_token", TestBrowser.Field(page, "form_token")), ("digest", TestBrowser.Field(page, "digest")), ("decision", "approve"));
        Assert.StartsWith("/signin", decided.Headers["location"], StringComparison.Ordinal);
        (await own.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = "dana", password = TestGate.Password }, null)).MustBe(401, "sign_in_refused");
        Assert.Equal("pending", (await own.WaitAsync(pending.ActionId, 0)).State);

        (await own.SendAsync(HttpMethod.Delete, "/v1/people/dana/lock", null, await own.SessionAsync("otto"))).MustBe(403, "role_required");
        foreach (var by in (string[])["otto", "admin"]) (await own.SendAsync(HttpMethod.Post, "/v1/people/admin/lock", new { reason = "mutiny" }, await own.SessionAsync(by))).MustBe(403, "role_required");
        (await own.SendAsync(HttpMethod.Delete, "/v1/people/dana/lock", null, await own.SessionAsync("admin"))).MustBe(200);
        (await own.SendAsync(HttpMethod.Get, "/v1/approvals", null, stolen)).MustBe(401);
        (await own.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = "dana", password = TestGate.Password }, null)).MustBe(201);
    }

    [Fact]
    public async Task Session_Unused_OrOld_IsOver()
    {
        var (own, time) = await TimedAsync(options => (options.SessionMinutes, options.IdleMinutes) = (30, 10));
        await using var _ = own;
        var idle = await TokenAsync(own, "dana");
        var used = await TokenAsync(own, "erin");
        for (var minute = 0; minute < 30; minute += 6)
        {
            (await own.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, used)).MustBe(200);
            time.Advance(TimeSpan.FromMinutes(6));
        }

        (await own.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, idle)).MustBe(401);
        (await own.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, used)).MustBe(401);
    }

    [Fact]
    public async Task Session_OneMoreThanAllowed_EndsTheLeastRecentlyUsed()
    {
        var (own, time) = await TimedAsync(options => options.SessionsPerPerson = 2);
        await using var _ = own;
        var tokens = new List<string>();
        for (var at = 0; at < 3; at++)
        {
            tokens.Add(await TokenAsync(own, "dana"));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        (await own.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, tokens[0])).MustBe(401);
        foreach (var token in tokens.Skip(1)) (await own.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, token)).MustBe(200);
    }

    [Fact]
    public async Task SignIn_TooOften_WaitsByNameAndByAddress()
    {
        var (strict, clock) = await TimedAsync(options => (options.AttemptsPerUsername, options.AttemptsPerAddress) = (8, 14));
        await using var _ = strict;
        clock.Advance(TimeSpan.FromMinutes(1));
        for (var at = 0; at < 8; at++) (await strict.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = "nobody", password = "wrong-password" }, null)).MustBe(401);
        Assert.NotNull((await strict.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = "nobody", password = "wrong-password" }, null)).MustBe(429, "rate_limited").Headers["retry-after"]);
        using var browser = new TestBrowser(strict.Url);
        Assert.Equal(429, (await browser.PostAsync("/signin", ("username", "nobody"), ("password", "wrong-password"))).Status);
        // Another name still gets in, until the address has had its share.
        (await strict.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = "erin", password = TestGate.Password }, null)).MustBe(201);
        for (var at = 0; at < 3; at++) (await strict.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = $"other{at}", password = "wrong-password" }, null)).MustBe(401);
        (await strict.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = "erin", password = TestGate.Password }, null)).MustBe(429, "rate_limited");
        clock.Advance(TimeSpan.FromMinutes(1));
        (await strict.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = "erin", password = TestGate.Password }, null)).MustBe(201);
    }

    [Fact]
    public async Task LocalAccounts_Off_TakesNoPasswordAndNoOldSession()
    {
        await using var own = await TestGate.StartAsync();
        var old = await own.SessionAsync("admin");
        var provider = new Sallyport.Server.Hosting.ProviderOptions
        {
            Name = "corp", Issuer = "https://idp.example", ClientId = "sallyport", Roles = new Dictionary<string, IReadOnlyList<string>> { ["admins"] = ["administrator"] },
        };
        await own.RestartServerAsync(options => options.SignIn = new() { LocalAccounts = false, Providers = [provider] });

        (await own.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = "admin", password = TestGate.Password }, null)).MustBe(403, "local_accounts_off");
        (await own.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, old)).MustBe(401);
        using var browser = new TestBrowser(own.Url);
        var page = await browser.GetAsync("/signin");
        Assert.DoesNotContain("type=\"password\"", page.Text);
        Assert.Contains("/signin/with/corp?return=", page.Text);
        Assert.Equal(403, (await browser.PostAsync("/signin", ("username", "admin"), ("password", TestGate.Password))).Status);
    }

    private Task<GateReply> SignInAsync(string person) => gate.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = person, password = TestGate.Password }, null);

    private Task<GateReply> CurrentAsync(string token) => gate.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, token);

    private static async Task<string> TokenAsync(TestGate own, string person) =>
        (await own.SendAsync(HttpMethod.Post, "/v1/sessions", new { username = person, password = TestGate.Password }, null)).MustBe(201).Str("token")!;

    private static async Task<(TestGate Gate, ManualTimeProvider Time)> TimedAsync(Action<Sallyport.Server.Hosting.SignInOptions> change)
    {
        var time = new ManualTimeProvider();
        time.Advance(TimeProvider.System.GetUtcNow() - time.GetUtcNow());
        return (await TestGate.StartAsync(options => change(options.SignIn), builder => builder.Services.AddSingleton<TimeProvider>(time)), time);
    }
}
