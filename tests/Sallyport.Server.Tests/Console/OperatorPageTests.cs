using System.Net;
using Sallyport.Server.Tests.Policy;
using Sallyport.Server.Tests.Support;
using static Sallyport.Server.Tests.Console.WebVisitor;

namespace Sallyport.Server.Tests.Console;

/// <summary>Agents, activity, workflows, dashboards, account and the emergency page.</summary>
public sealed class OperatorPageTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact, Trait("req", "A5.1")]
    public async Task Emergency_ByForm_StopsAToolGivesTheReceiptAndResumes()
    {
        using var dana = await SignedInAsync(gate, "dana");
        Assert.Contains("Stopping needs the role operator", Text((await dana.OpenAsync("/emergency")).Body));
        using var otto = await SignedInAsync(gate, "otto");
        var form = Form(await otto.OpenAsync("/emergency"), "/emergency");
        using var silent = await otto.SubmitAsync(form, ("scope", "tool:void_refund"), ("reason", ""));
        Assert.Equal(HttpStatusCode.BadRequest, silent.StatusCode);

        var halted = await otto.SubmitAndFollowAsync(form, ("scope", "tool:void_refund"), ("reason", "console test"));
        Assert.Contains("tool void_refund is stopped", Text(halted.QuerySelector("#receipt")));
        (await gate.ProposeAsync("void_refund", new { refund_id = "re_000001", order_id = "ord_000001" }, await gate.OpenTaskAsync(), gate.NewKey())).MustBe(503, "halted");
        var download = halted.QuerySelector("a[download]")!.GetAttribute("href")!;
        using var note = await otto.Http.GetAsync(download, TestContext.Current.CancellationToken);
        Assert.StartsWith("sallyport kill receipt v1", await note.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains("attachment", note.Content.Headers.ContentDisposition!.ToString());
        Assert.Contains("Something is halted", Text((await dana.OpenAsync("/")).Body));

        var resumed = await otto.SubmitAndFollowAsync(Form(halted, "/emergency/resume"));
        Assert.Contains("The halt is lifted", Text(resumed.Body));
        Assert.Contains("Nothing is halted.", Text(resumed.Body));
    }

    [Fact]
    public async Task Emergency_ByWhoMayNot_IsRefusedWhateverTheForm()
    {
        using var dana = await SignedInAsync(gate, "dana");
        var token = (await dana.OpenAsync("/emergency")).QuerySelector("input[name=form_token]")!.GetAttribute("value")!;
        using var halt = await dana.PostAsync("/emergency", ("form_token", token), ("scope", "all"), ("reason", "mine now"));
        Assert.Equal(HttpStatusCode.Forbidden, halt.StatusCode);
        using var resume = await dana.PostAsync("/emergency/resume", ("form_token", token), ("halt_id", "hlt_x"));
        Assert.Equal(HttpStatusCode.Forbidden, resume.StatusCode);
    }

    [Fact]
    public async Task Agent_Page_ShowsItsLimitsAndHaltsAndResumesIt()
    {
        (await gate.RefundAsync("ord_000001", 500, "EUR", agent: gate.EuAgent)).MustBe(200, "succeeded");
        using var otto = await SignedInAsync(gate, "otto");
        var list = await otto.OpenAsync("/agents");
        Assert.NotNull(list.QuerySelector($"a[href='/agents/{gate.EuAgent.Id}']"));
        var page = await otto.OpenAsync("/agents/" + gate.EuAgent.Id);
        foreach (var part in (string[])["refund:issue:region=eu", "answers to olivia", "sallyport agent rotate", "5.00 EUR of 50,000.00 EUR", "of 120", "1 of 40"]) Assert.Contains(part, Text(page.Body));
        Assert.Contains(gate.EuAgent.PublicKey.Thumbprint, Text(page.QuerySelector("#keys-of")!.ParentElement));

        var halted = await otto.SubmitAndFollowAsync(Form(page, "/emergency"), ("reason", "looks odd"));
        Assert.Contains("Halted. Nothing new leaves", Text(halted.Body));
        (await gate.RequestTokenAsync(gate.EuAgent)).MustBe(401);
        Assert.Contains("“looks odd” by otto", Text(halted.QuerySelector("#stop")!.ParentElement));
        var resumed = await otto.SubmitAndFollowAsync(Form(halted, "/emergency/resume"));
        Assert.Contains("Resumed.", Text(resumed.Body));
        (await gate.RequestTokenAsync(gate.EuAgent)).MustBe(200);
        await otto.OpenAsync("/agents/agt_none", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Activity_OfAnyId_TellsItsStory()
    {
        var task = await gate.OpenTaskAsync();
        var action = (await gate.RefundAsync("ord_000002", 222, "USD", task)).MustBe(200, "succeeded");
        using var dana = await SignedInAsync(gate, "dana");
        foreach (var id in (string[])[action.ActionId, task, "ord_000002"])
        {
            var page = await dana.OpenAsync("/activity?id=" + id);
            Assert.NotNull(page.QuerySelector($"a[href='/actions/{action.ActionId}']"));
            Assert.Contains("Done at the system of record", Text(page.QuerySelector("#steps")));
        }

        Assert.Contains("Nothing is recorded", Text((await dana.OpenAsync("/activity?id=ord_424242")).Body));
        Assert.Contains("Task opened", Text((await dana.OpenAsync("/activity")).QuerySelector("#steps")));
    }

    [Fact, Trait("req", "A2.D")]
    public async Task Workflow_Page_IsMadeFromWhatIsEnforced()
    {
        var stored = (await gate.SendAsync(HttpMethod.Post, "/v1/releases", new { files = Bundles.Tighter() }, await gate.SessionAsync("admin"))).MustBe(201).Str("release")!;
        using var dana = await SignedInAsync(gate, "dana");
        Assert.NotNull((await dana.OpenAsync("/workflows")).QuerySelector("a[href='/workflows/refund']"));
        var page = await dana.OpenAsync("/workflows/refund");
        foreach (var part in (string[])["one approval above 50.00", "Lawyers have frozen", "2 of group:finance-leads", "args.amount_minor > 50000", "no-auto-above-small", "sallyport agent rotate", "customer:read:KEY=VALUE", "claims are proved"])
            Assert.Contains(part, Text(page.Body));
        var compare = page.QuerySelector($"a[href^='/workflows/refund/releases/{stored}']")!.GetAttribute("href")!;
        var release = await dana.OpenAsync(compare);
        Assert.Contains(release.QuerySelectorAll(".patch .cut"), line => line.TextContent.Contains("args.amount_minor <= 5000 &&", StringComparison.Ordinal));
        Assert.Contains(release.QuerySelectorAll(".patch .add"), line => line.TextContent.Contains("args.amount_minor <= 1000 &&", StringComparison.Ordinal));
        Assert.Contains("Permission matrix", Text((await dana.OpenAsync("/workflows/refund/matrix")).QuerySelector("h1")));
        await dana.OpenAsync("/workflows/nothing", HttpStatusCode.NotFound);
        await dana.OpenAsync($"/workflows/other/releases/{stored}?against={stored}", HttpStatusCode.NotFound);
    }

    [Fact, Trait("req", "B6.3")]
    public async Task Dashboards_AndTheirTwins_CountTheSame()
    {
        await using var own = await TestGate.StartAsync();
        var (task, key) = (await own.OpenTaskAsync(), own.NewKey());
        (await own.RefundAsync("ord_000001", 300, "EUR", task, key)).MustBe(200, "succeeded");
        (await own.RefundAsync("ord_000001", 300, "EUR", task, key)).MustBe(200, "succeeded");
        (await own.RefundAsync("ord_000010", 4_800, "EUR")).MustBe(403, "escalated");
        var pending = (await own.RefundAsync("ord_000003", 9_100, "EUR")).MustBe(202, "pending");
        (await own.DecideAsync("dana", pending.ApprovalId!, approve: false)).MustBe(200, "denied");
        await own.RefundAsync("ord_999999", 100, "EUR");

        var report = (await own.SendAsync(HttpMethod.Get, "/v1/reports/operations?period=24h&workflow=refund", null, await own.SessionAsync("dana"))).MustBe(200).Body;
        Assert.Equal(3, report.GetProperty("proposed").GetInt32());
        Assert.Equal(1.0 / 3, report.GetProperty("success_rate").GetDouble(), 6);
        Assert.Equal(1.0 / 3, report.GetProperty("escalation_rate").GetDouble(), 6);
        Assert.Equal(1, report.GetProperty("duplicates_stopped").GetInt32());
        Assert.Equal("""[{"rule":"medium","by":"person","count":1}]""", report.GetProperty("denials").GetRawText());
        Assert.Equal("""[{"name":"order_not_found","count":1}]""", report.GetProperty("refusals").GetRawText());
        Assert.Equal(3, report.GetProperty("latency").GetProperty("policy").GetProperty("count").GetInt32());
        Assert.Equal(1, report.GetProperty("latency").GetProperty("people").GetProperty("count").GetInt32());
        Assert.Equal(1, report.GetProperty("latency").GetProperty("tool").GetProperty("count").GetInt32());
        Assert.Contains(report.GetProperty("budgets").EnumerateArray(), use => use.GetProperty("currency").GetString() == "EUR" && use.GetProperty("spent_minor").GetInt64() == 300);
        Assert.Equal(403, (await own.SendAsync(HttpMethod.Get, "/v1/reports/operations", null, await own.TokenAsync())).Status);
        Assert.Equal(400, (await own.SendAsync(HttpMethod.Get, "/v1/reports/operations?period=1y", null, await own.SessionAsync("dana"))).Status);

        using var dana = await SignedInAsync(own, "dana");
        var page = Text((await dana.OpenAsync("/dashboards?period=24h&workflow=refund")).Body);
        foreach (var part in (string[])["Success 33.3 %", "Escalated 33.3 %", "Duplicates stopped 1", "medium (by person) 1", "order_not_found 1"]) Assert.Contains(part, page);
        var told = await CommandLine.RunAsync(["stats", "--json", "--period", "24h"], null, ("SALLYPORT_SERVER", own.Url), ("SALLYPORT_SESSION", await own.SessionAsync("dana")));
        Assert.Equal(3, told.MustExit(0).Json.GetProperty("proposed").GetInt32());
    }

    [Fact]
    public async Task Account_Page_SaysWhoOneIs()
    {
        using var dana = await SignedInAsync(gate, "dana");
        var shown = (await dana.OpenAsync("/account")).QuerySelectorAll("dl.kv > div").ToDictionary(pair => Text(pair.QuerySelector("dt")), pair => Text(pair.QuerySelector("dd")));
        Assert.Equal(("dana", "support-leads", "approver", "a password of this server"), (shown["user name"], shown["groups"], shown["roles"], shown["signed in with"]));
    }
}
