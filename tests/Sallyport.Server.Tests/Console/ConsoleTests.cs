using System.Net;
using System.Text.RegularExpressions;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Console;

/// <summary>The console as a browser without script uses it: pages, cookies and plain forms.</summary>
public sealed class ConsoleTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact]
    public async Task Pages_WithoutASession_LeadToSignIn()
    {
        using var browser = Browser();
        foreach (var path in new[] { "/", "/activity", "/emergency", "/approvals/apr_x" })
        {
            using var answer = await browser.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            Assert.Equal("/signin", answer.Headers.Location!.ToString());
        }
    }

    [Fact]
    public async Task SignIn_WrongPassword_SaysNoMoreThanThat()
    {
        using var browser = Browser();
        using var wrong = await PostAsync(browser, "/signin", ("username", "dana"), ("password", "not-her-password"));
        using var nobody = await PostAsync(browser, "/signin", ("username", "nobody"), ("password", "not-her-password"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(await wrong.Content.ReadAsStringAsync(Cancel), await nobody.Content.ReadAsStringAsync(Cancel));
    }

    [Fact, Trait("req", "A3.D")]
    public async Task Approval_ByForm_ExecutesTheActionOnce()
    {
        var pending = (await gate.RefundAsync("ord_000003", 9_100, "EUR")).MustBe(202, "pending");
        using var browser = await SignedInAsync("dana");
        Assert.Contains(pending.ApprovalId!, await browser.GetStringAsync("/", Cancel));
        var page = await browser.GetStringAsync("/approvals/" + pending.ApprovalId, Cancel);
        Assert.Contains("91.00 EUR", page);
        using var answer = await PostAsync(browser, "/approvals/" + pending.ApprovalId, ("form_token", Field(page, "form_token")), ("digest", Field(page, "digest")), ("decision", "approve"), ("reason", ""));
        Assert.Contains("Your approval is recorded", await answer.Content.ReadAsStringAsync(Cancel));
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await gate.Payments.LedgerOfAsync(pending.ActionId));
    }

    [Fact]
    public async Task Denial_ByForm_NeedsAReasonAndEndsTheAction()
    {
        var pending = (await gate.RefundAsync("ord_000003", 9_200, "EUR")).MustBe(202, "pending");
        using var browser = await SignedInAsync("dana");
        var page = await browser.GetStringAsync("/approvals/" + pending.ApprovalId, Cancel);
        using var without = await PostAsync(browser, "/approvals/" + pending.ApprovalId, ("form_token", Field(page, "form_token")), ("digest", Field(page, "digest")), ("decision", "deny"), ("reason", " "));
        Assert.Contains("Say why you deny", await without.Content.ReadAsStringAsync(Cancel));
        using var denied = await PostAsync(browser, "/approvals/" + pending.ApprovalId, ("form_token", Field(page, "form_token")), ("digest", Field(page, "digest")), ("decision", "deny"), ("reason", "withdrawn"));
        Assert.Contains("Denied", await denied.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("denied", (await gate.WaitAsync(pending.ActionId)).State);
    }

    [Fact]
    public async Task Form_WithoutItsToken_DoesNothing()
    {
        var pending = (await gate.RefundAsync("ord_000003", 9_300, "EUR")).MustBe(202, "pending");
        using var browser = await SignedInAsync("dana");
        var page = await browser.GetStringAsync("/approvals/" + pending.ApprovalId, Cancel);
        foreach (var token in new[] { "", new string('0', 64) })
        {
            using var answer = await PostAsync(browser, "/approvals/" + pending.ApprovalId, ("form_token", token), ("digest", Field(page, "digest")), ("decision", "approve"));
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        }

        Assert.Equal("pending", (await gate.WaitAsync(pending.ActionId, 0)).State);
    }

    [Fact]
    public async Task Form_FromAnotherSite_IsRefused()
    {
        using var browser = await SignedInAsync("otto");
        var page = await browser.GetStringAsync("/emergency", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/emergency") { Content = Form(("form_token", Field(page, "form_token")), ("scope", "tool:void_refund"), ("reason", "forged")) };
        request.Headers.Add("Origin", "https://evil.example");
        using var answer = await browser.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("forged", await browser.GetStringAsync("/emergency", Cancel));
    }

    [Fact]
    public async Task Approval_SomebodyElses_IsShownWithoutAForm()
    {
        var pending = (await gate.RefundAsync("ord_000003", 9_400, "EUR")).MustBe(202, "pending");
        using var browser = await SignedInAsync("frank");
        var page = await browser.GetStringAsync("/approvals/" + pending.ApprovalId, Cancel);
        Assert.Contains("not among those who may decide", page);
        Assert.DoesNotContain("name=\"decision\"", page);
    }

    [Fact]
    public async Task AgentText_WithMarkup_IsShownAsText()
    {
        var task = await gate.OpenTaskAsync();
        var call = new { arguments = TestGate.RefundArguments("ord_000003", 9_500, "EUR"), task_id = task, idempotency_key = gate.NewKey(), reason = "<script>alert(1)</script><img src=x onerror=alert(2)>" };
        var pending = (await gate.SendAsync(HttpMethod.Post, "/v1/tools/issue_refund/actions", call, await gate.TokenAsync())).MustBe(202, "pending");
        using var browser = await SignedInAsync("dana");
        foreach (var path in new[] { "/approvals/" + pending.ApprovalId, "/activity?id=" + pending.ActionId })
        {
            var page = await browser.GetStringAsync(path, Cancel);
            Assert.DoesNotContain("<script>alert", page);
            Assert.DoesNotContain("<img src=x", page);
        }
    }

    [Fact, Trait("req", "A5.1")]
    public async Task Halt_ByForm_StopsAToolUntilItIsResumed()
    {
        using var dana = await SignedInAsync("dana");
        Assert.DoesNotContain("Stop now", await dana.GetStringAsync("/emergency", Cancel));
        using var otto = await SignedInAsync("otto");
        var page = await otto.GetStringAsync("/emergency", Cancel);
        using var halted = await PostAsync(otto, "/emergency", ("form_token", Field(page, "form_token")), ("scope", "tool:void_refund"), ("reason", "console test"));
        page = await halted.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("tool:void_refund is stopped", page);
        (await gate.ProposeAsync("void_refund", new { refund_id = "re_000001", order_id = "ord_000001" }, await gate.OpenTaskAsync(), gate.NewKey())).MustBe(503, "halted");
        using var resumed = await PostAsync(otto, "/emergency/resume", ("form_token", Field(page, "form_token")), ("halt_id", Field(page, "halt_id")));
        Assert.Contains("The halt is lifted", await resumed.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Pages_AllOfThem_HaveNoScriptAndStaySmall()
    {
        using var browser = await SignedInAsync("otto");
        foreach (var path in new[] { "/", "/activity", "/emergency" })
        {
            using var answer = await browser.GetAsync(path, Cancel);
            var page = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.DoesNotContain("<script", page);
            Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.True(page.Length < 100_000);
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(gate.Url) };

    private async Task<HttpClient> SignedInAsync(string person)
    {
        var browser = Browser();
        using var answer = await PostAsync(browser, "/signin", ("username", person), ("password", TestGate.Password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, params (string Name, string Value)[] fields) => browser.PostAsync(path, Form(fields), Cancel);

    private static string Field(string page, string name) =>
        Regex.Match(page, $"name=\"{name}\" value=\"([^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;
}
