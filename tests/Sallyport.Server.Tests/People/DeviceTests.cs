using Microsoft.Extensions.DependencyInjection;
using Sallyport.Server.Tests.Support;
using Sallyport.Testing;

namespace Sallyport.Server.Tests.People;

/// <summary>The device grant: a program asks, a signed-in person confirms on a plain page, and nobody else can.</summary>
public sealed class DeviceTests(TestGate gate) : IClassFixture<TestGate>
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:device_code";

    [Fact]
    public async Task Program_ThatIsLetIn_GetsASessionOfThatPersonOnce()
    {
        var (own, time) = await TimedAsync();
        await using var _ = own;
        var codes = (await AskAsync(own)).MustBe(200);
        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", codes.Str("user_code"));
        Assert.Equal((own.Url + "/device", 600, 5), (codes.Str("verification_uri"), codes.Body.GetProperty("expires_in").GetInt32(), codes.Body.GetProperty("interval").GetInt32()));
        Assert.Equal("authorization_pending", (await PollAsync(own, codes)).MustBe(400).Str("error"));
        Assert.Equal("slow_down", (await PollAsync(own, codes)).MustBe(400).Str("error"));

        using var browser = new TestBrowser(own.Url);
        var led = await browser.GetAsync("/device?user_code=" + codes.Str("user_code"));
        Assert.Equal("/signin?return=" + Uri.EscapeDataString("/device?user_code=" + codes.Str("user_code")), led.Headers["location"]);
        await browser.SignInAsync("dana");
        var page = (await browser.GetAsync("/device?user_code=" + codes.Str("user_code")!.ToLowerInvariant().Replace("-", " "))).MustBeText(200);
        Assert.Contains("a test program", page);
        Assert.Contains("127.0.0.1", page);
        Assert.StartsWith("/signin", (await browser.PostAsync("/device", ("form_token", "forged"), ("user_code", codes.Str("user_code")!), ("answer", "approve"))).Headers["location"], StringComparison.Ordinal);
        Assert.Contains("signed in as you", (await AnswerAsync(browser, page, codes, "approve")).MustBeText(200));
        Assert.Equal(404, (await AnswerAsync(browser, page, codes, "deny")).Status);

        time.Advance(TimeSpan.FromSeconds(5));
        var token = (await PollAsync(own, codes)).MustBe(200).Str("access_token")!;
        Assert.StartsWith("sps_", token, StringComparison.Ordinal);
        Assert.Equal("dana", (await own.SendAsync(HttpMethod.Get, "/v1/sessions/current", null, token)).MustBe(200).Str("username"));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("invalid_grant", (await PollAsync(own, codes)).MustBe(400).Str("error"));
    }

    [Fact]
    public async Task Program_ThatIsRefusedOrTooLate_GetsNothing()
    {
        var (own, time) = await TimedAsync();
        await using var _ = own;
        using var browser = new TestBrowser(own.Url);
        await browser.SignInAsync("dana");
        var refused = (await AskAsync(own)).MustBe(200);
        var page = (await browser.GetAsync("/device?user_code=" + refused.Str("user_code"))).MustBeText(200);
        Assert.Contains("Refused", (await AnswerAsync(browser, page, refused, "deny")).MustBeText(200));
        Assert.Equal("access_denied", (await PollAsync(own, refused)).MustBe(400).Str("error"));

        var late = (await AskAsync(own)).MustBe(200);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(404, (await browser.GetAsync("/device?user_code=" + late.Str("user_code"))).Status);
        Assert.Equal("expired_token", (await PollAsync(own, late)).MustBe(400).Str("error"));
    }

    [Fact]
    public async Task Person_LockedAfterTheirAnswer_LetsNothingIn()
    {
        await using var own = await TestGate.StartAsync();
        using var browser = new TestBrowser(own.Url);
        await browser.SignInAsync("dana");
        var codes = (await AskAsync(own)).MustBe(200);
        var page = (await browser.GetAsync("/device?user_code=" + codes.Str("user_code"))).MustBeText(200);
        (await AnswerAsync(browser, page, codes, "approve")).MustBeText(200);
        (await own.SendAsync(HttpMethod.Post, "/v1/people/dana/lock", new { reason = "left" }, await own.SessionAsync("otto"))).MustBe(200);

        Assert.Equal("invalid_grant", (await PollAsync(own, codes)).MustBe(400).Str("error"));
    }

    [Fact]
    public async Task Codes_AreGuessedByNobody()
    {
        await using var own = await TestGate.StartAsync(options => options.SignIn.AttemptsPerUsername = 5);
        using var browser = new TestBrowser(own.Url);
        await browser.SignInAsync("dana");
        for (var at = 0; at < 5; at++) Assert.Equal(404, (await browser.GetAsync("/device?user_code=BBBB-BBB" + "BCDFG"[at])).Status);
        var codes = (await AskAsync(own)).MustBe(200);

        Assert.Equal(429, (await browser.GetAsync("/device?user_code=" + codes.Str("user_code"))).Status);
    }

    [Theory]
    [InlineData(""), InlineData("ünicode"), InlineData("a\nb")]
    public async Task Program_WithoutAName_IsRefused(string name) => Assert.Equal("invalid_request", (await AskAsync(gate, name)).MustBe(400).Str("error"));

    [Fact]
    public async Task Poll_OfACodeThatIsNone_IsRefused()
    {
        foreach (var code in (string[])["spv_" + new string('0', 64), "x"])
            Assert.Equal("invalid_grant", (await gate.SendAsync(HttpMethod.Post, "/oauth/token", Form(("grant_type", Grant), ("device_code", code)), null)).MustBe(400).Str("error"));
        Assert.Equal("invalid_request", (await gate.SendAsync(HttpMethod.Post, "/oauth/token", Form(("grant_type", Grant)), null)).MustBe(400).Str("error"));
    }

    [Fact]
    public async Task CommandLine_Login_ShowsTheCodeAndStoresTheSession()
    {
        var home = Directory.CreateTempSubdirectory("sallyport-login-").FullName;
        using var process = CommandLine.Start(["login", "--server", gate.Url], home, ("SALLYPORT_CONFIG", home));
        string? code = null;
        while (code is null && await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.Contains("user_code=", StringComparison.Ordinal)) code = line.Split("user_code=")[1].Trim();
        using var browser = new TestBrowser(gate.Url);
        await browser.SignInAsync("erin");
        var page = (await browser.GetAsync("/device?user_code=" + code)).MustBeText(200);
        await browser.PostAsync("/device", ("form_token", TestBrowser.Field(page, "form_token")), ("user_code", code!), ("answer", "approve"));

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("Signed in as erin", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        var sessions = (await CommandLine.RunAsync(["person", "sessions", "erin", "--server", gate.Url, "--json"], home, ("SALLYPORT_CONFIG", home))).MustExit(0);
        Assert.NotEmpty(sessions.Json.GetProperty("sessions").EnumerateArray());
        (await CommandLine.RunAsync(["logout", "--server", gate.Url], home, ("SALLYPORT_CONFIG", home))).MustExit(0);
        (await CommandLine.RunAsync(["approvals", "--server", gate.Url], home, ("SALLYPORT_CONFIG", home))).MustExit(1);
        Directory.Delete(home, recursive: true);
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static Task<GateReply> AskAsync(TestGate own, string name = "a test program") => own.SendAsync(HttpMethod.Post, "/oauth/device_authorization", Form(("client_id", name)), null);

    private static Task<GateReply> PollAsync(TestGate own, GateReply codes) => own.SendAsync(HttpMethod.Post, "/oauth/token", Form(("grant_type", Grant), ("device_code", codes.Str("device_code")!)), null);

    private static Task<GateReply> AnswerAsync(TestBrowser browser, string page, GateReply codes, string answer) =>
        browser.PostAsync("/device", ("form_token", TestBrowser.Field(page, "form_token")), ("user_code", codes.Str("user_code")!), ("answer", answer));

    private static async Task<(TestGate Gate, ManualTimeProvider Time)> TimedAsync()
    {
        var time = new ManualTimeProvider();
        time.Advance(TimeProvider.System.GetUtcNow() - time.GetUtcNow());
        return (await TestGate.StartAsync(null, builder => builder.Services.AddSingleton<TimeProvider>(time)), time);
    }
}
