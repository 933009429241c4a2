using System.Net;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Console;

/// <summary>The console's doors: who gets in, what a form must carry, what every answer carries.</summary>
public sealed class ConsoleTests(TestGate gate) : IClassFixture<TestGate>
{
    private static readonly string[] Pages =
    [
        "/", "/activity", "/agents", "/agents/agt_x", "/actions/act_x", "/approvals/apr_x", "/workflows", "/workflows/refund", "/workflows/refund/matrix", "/workflows/refund/releases/x", "/dashboards",
        "/emergency", "/emergency/receipts/hlt_x", "/account",
    ];

    [Fact]
    public async Task Pages_WithoutASession_LeadToSignIn()
    {
        using var visitor = new WebVisitor(gate);
        foreach (var path in Pages)
        {
            using var answer = await visitor.Http.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            Assert.StartsWith("/signin", answer.Headers.Location!.ToString());
        }
    }

    [Fact]
    public async Task Pages_WithAnAgentsToken_LeadToSignIn()
    {
        foreach (var path in Pages)
        {
            var answer = await gate.SendAsync(HttpMethod.Get, path, null, await gate.TokenAsync());
            Assert.Equal(302, answer.Status);
        }

        Assert.Equal(401, (await gate.SendAsync(HttpMethod.Get, "/activity/stream", null, await gate.TokenAsync())).Status);
    }

    [Fact]
    public async Task SignIn_WrongPassword_SaysNoMoreThanThat()
    {
        using var visitor = new WebVisitor(gate);
        using var wrong = await visitor.PostAsync("/signin", ("username", "dana"), ("password", "not-her-password"));
        using var nobody = await visitor.PostAsync("/signin", ("username", "nobody"), ("password", "not-her-password"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(await wrong.Content.ReadAsStringAsync(Cancel), await nobody.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Pages_AllOfThem_CarryAStrictPolicyAndNothingInline()
    {
        using var visitor = await WebVisitor.SignedInAsync(gate, "otto");
        foreach (var path in Pages.Where(path => !path.Contains("_x", StringComparison.Ordinal) && !path.EndsWith("/x", StringComparison.Ordinal)))
        {
            using var answer = await visitor.Http.GetAsync(path, Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            var page = await WebVisitor.DocumentAsync(answer);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.DoesNotContain("unsafe", policy);
            foreach (var part in (string[])["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"]) Assert.Contains(part, policy);
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Contains("no-store", answer.Headers.CacheControl!.ToString());
            Assert.Empty(page.QuerySelectorAll("style, [style], script:not([src])"));
            Assert.DoesNotContain(page.All.SelectMany(element => element.Attributes), attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal));
            Assert.All(page.QuerySelectorAll("form[method=post]"), form => Assert.NotNull(form.QuerySelector("input[name=form_token]")));
            Assert.Equal("en", page.DocumentElement.GetAttribute("lang"));
            Assert.EndsWith("Sallyport", page.Title);
            Assert.Equal("#main", page.QuerySelector("a.skip")!.GetAttribute("href"));
            Assert.True(text.Length < 100_000, $"{path} has {text.Length} characters.");
        }
    }

    [Fact]
    public async Task Assets_UnderTheirPinnedAddress_MayBeKeptForEver()
    {
        using var visitor = await WebVisitor.SignedInAsync(gate, "otto");
        var page = await visitor.OpenAsync("/");
        string[] addresses = [page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!, page.QuerySelector("script")!.GetAttribute("src")!, page.QuerySelector("link[rel=icon]")!.GetAttribute("href")!];
        foreach (var address in addresses)
        {
            using var pinned = await visitor.Http.GetAsync(address, Cancel);
            Assert.Contains("immutable", pinned.Headers.CacheControl!.ToString());
            using var other = await visitor.Http.GetAsync(address.Split('?')[0] + "?v=0", Cancel);
            Assert.Equal("no-cache", other.Headers.CacheControl!.ToString());
        }
    }

    [Fact]
    public async Task Forms_WithoutTheirToken_DoNothing()
    {
        var pending = (await gate.RefundAsync("ord_000003", 9_300, "EUR")).MustBe(202, "pending");
        using var dana = await WebVisitor.SignedInAsync(gate, "dana");
        using var otto = await WebVisitor.SignedInAsync(gate, "otto");
        var digest = WebVisitor.Form(await dana.OpenAsync("/actions/" + pending.ActionId), $"/actions/{pending.ActionId}/decision").QuerySelector("input[name=digest]")!.GetAttribute("value")!;
        foreach (var token in (string[])["", new string('0', 64)])
        {
            await RefusedAsync(dana, $"/actions/{pending.ActionId}/decision", ("form_token", token), ("approval", pending.ApprovalId!), ("digest", digest), ("decision", "approve"));
            await RefusedAsync(dana, "/approvals/bulk", ("form_token", token), ("pick", $"{pending.ApprovalId} {digest}"));
            await RefusedAsync(otto, "/emergency", ("form_token", token), ("scope", "tool:void_refund"), ("reason", "forged"));
            await RefusedAsync(otto, "/emergency/resume", ("form_token", token), ("halt_id", "hlt_x"));
        }

        Assert.Equal("pending", (await gate.WaitAsync(pending.ActionId, 0)).State);
        Assert.DoesNotContain("forged", WebVisitor.Text((await otto.OpenAsync("/emergency")).Body));
    }

    [Fact]
    public async Task Form_FromAnotherSite_IsRefused()
    {
        using var otto = await WebVisitor.SignedInAsync(gate, "otto");
        var token = (await otto.OpenAsync("/emergency")).QuerySelector("input[name=form_token]")!.GetAttribute("value")!;
        foreach (var origin in (string[])["https://evil.example", "null"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/emergency")
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["form_token"] = token, ["scope"] = "tool:void_refund", ["reason"] = "forged" }),
            };
            request.Headers.Add("Origin", origin);
            using var answer = await otto.Http.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.DoesNotContain("forged", WebVisitor.Text((await otto.OpenAsync("/emergency")).Body));
    }

    private static async Task RefusedAsync(WebVisitor visitor, string path, params (string Name, string Value)[] fields)
    {
        using var answer = await visitor.PostAsync(path, fields);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/signin", answer.Headers.Location!.ToString());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
