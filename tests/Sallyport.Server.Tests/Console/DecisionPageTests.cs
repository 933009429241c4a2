using System.Net;
using Sallyport.Server.Tests.Support;
using static Sallyport.Server.Tests.Console.WebVisitor;

namespace Sallyport.Server.Tests.Console;

/// <summary>The inbox and the page of one action: what an approver sees, and deciding by form.</summary>
[Trait("req", "A3.D")]
public sealed class DecisionPageTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact]
    public async Task Approval_ByForm_ExecutesTheActionOnce()
    {
        var pending = (await gate.RefundAsync("ord_000003", 9_100, "EUR")).MustBe(202, "pending");
        using var dana = await SignedInAsync(gate, "dana");
        Assert.NotNull((await dana.OpenAsync("/")).QuerySelector($"#waiting a[href='/actions/{pending.ActionId}']"));
        using var link = await dana.Http.GetAsync("/approvals/" + pending.ApprovalId, TestContext.Current.CancellationToken);
        Assert.Equal("/actions/" + pending.ActionId, link.Headers.Location!.ToString());

        var page = await dana.OpenAsync("/actions/" + pending.ActionId);
        var after = await dana.SubmitAndFollowAsync(Form(page, $"/actions/{pending.ActionId}/decision"), ("decision", "approve"), ("reason", ""));

        Assert.Contains("Your approval is recorded", Text(after.Body));
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await gate.Payments.LedgerOfAsync(pending.ActionId));
        var story = Text((await dana.OpenAsync("/actions/" + pending.ActionId)).QuerySelector("#steps"));
        foreach (var step in (string[])["Proposed; people are asked by refund-agent", "Approved; enough people have by dana", "Done at the system of record"]) Assert.Contains(step, story);
    }

    [Fact]
    public async Task Action_WhileItWaits_SaysWhatChangesWhyAndWhatANoDoes()
    {
        await gate.ProposeAsync("issue_refund", TestGate.RefundArguments("ord_000003", 9_150, "EUR"), await gate.OpenTaskAsync(), gate.NewKey());
        var pending = (await gate.ProposeAsync("issue_refund", TestGate.RefundArguments("ord_000003", 9_160, "EUR"), await gate.OpenTaskAsync(), gate.NewKey(), reason: "The box was open.")).MustBe(202, "pending");
        using var dana = await SignedInAsync(gate, "dana");
        var page = await dana.OpenAsync("/actions/" + pending.ActionId);

        Assert.Equal("Issue a refund: 91.60 EUR", Text(page.QuerySelector("h1")));
        var brief = Text(page.QuerySelector(".brief"));
        Assert.Contains("More than 50.00 needs a support lead.", brief);
        Assert.Contains("Nothing is sent. The action ends", brief);
        var changed = page.QuerySelectorAll(".diff .changed").Single(row => Text(row.QuerySelector("th")) == "refunded");
        // Other tests pay back from the same order, so only the difference is known.
        Assert.Equal(91.60m, Amount(changed.QuerySelector("ins")) - Amount(changed.QuerySelector("del")));
        Assert.Equal("+91.60 EUR", Text(changed.QuerySelector(".delta")));
        Assert.Equal("The box was open.", Text(page.QuerySelector(".untrusted blockquote")));
        Assert.Contains("0 of 1 from support-leads", Text(page.QuerySelector("#approvers")!.ParentElement));
        var facts = page.QuerySelector("#facts")!.ParentElement!;
        Assert.Contains("UTC (just now)", Text(facts.QuerySelector("time")));
        Assert.Equal(Text(changed.QuerySelector("del")), Text(facts.QuerySelectorAll("dt").Single(term => Text(term) == "order › refunded").NextElementSibling));
        Assert.Contains("ord_000003", Text(page.QuerySelector("#past")!.ParentElement));
    }

    [Fact]
    public async Task Denial_ByForm_NeedsAReasonAndEndsTheAction()
    {
        var pending = (await gate.RefundAsync("ord_000003", 9_200, "EUR")).MustBe(202, "pending");
        using var dana = await SignedInAsync(gate, "dana");
        var form = Form(await dana.OpenAsync("/actions/" + pending.ActionId), $"/actions/{pending.ActionId}/decision");

        using var without = await dana.SubmitAsync(form, ("decision", "deny"), ("reason", " "));
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        var again = await DocumentAsync(without);
        var field = again.QuerySelector("#reason")!;
        Assert.Equal("true", field.GetAttribute("aria-invalid"));
        Assert.Contains("Say why you deny", Text(again.GetElementById(field.GetAttribute("aria-describedby")!.Split(' ')[^1])));

        var after = await dana.SubmitAndFollowAsync(form, ("decision", "deny"), ("reason", "withdrawn"));
        Assert.Contains("Denied. The action has ended.", Text(after.Body));
        Assert.Contains("“withdrawn”", Text(after.QuerySelector("#steps")));
        Assert.Equal("denied", (await gate.WaitAsync(pending.ActionId)).State);

        var similar = (await gate.RefundAsync("ord_000003", 9_201, "EUR")).MustBe(202, "pending");
        var past = Text((await dana.OpenAsync("/actions/" + similar.ActionId)).QuerySelector("#past")!.ParentElement);
        Assert.Contains("1 denied", past);
        Assert.Contains("“withdrawn”", past);
    }

    [Fact]
    public async Task Action_ForSomebodyElse_IsShownWithoutAFormAndSaysWhy()
    {
        var pending = (await gate.RefundAsync("ord_000003", 9_400, "EUR")).MustBe(202, "pending");
        using var frank = await SignedInAsync(gate, "frank");
        var page = await frank.OpenAsync("/actions/" + pending.ActionId);
        Assert.Null(page.QuerySelector("button[name=decision]"));
        Assert.Contains("You are not among those who may decide this: group:support-leads.", Text(page.Body));
        Assert.Contains("Waiting for others", Text((await frank.OpenAsync("/")).Body));
        // Who owns the agent learns that this is the reason.
        var large = (await gate.RefundAsync("ord_000004", 90_000, "EUR")).MustBe(202, "pending");
        using var olivia = await SignedInAsync(gate, "olivia");
        Assert.Contains("You answer for this agent", Text((await olivia.OpenAsync("/actions/" + large.ActionId)).Body));
    }

    [Fact]
    public async Task Inbox_WithFilters_ShowsTheRiskiestFirstAndOnlyWhatIsAskedFor()
    {
        var refund = (await gate.RefundAsync("ord_000003", 9_500, "EUR")).MustBe(202, "pending");
        var done = (await gate.RefundAsync("ord_000001", 111, "EUR")).MustBe(200, "succeeded");
        var voiding = (await gate.ProposeAsync("void_refund", new { refund_id = done.Body.GetProperty("result").GetProperty("id").GetString(), order_id = "ord_000001" }, await gate.OpenTaskAsync(), gate.NewKey())).MustBe(202, "pending");
        using var dana = await SignedInAsync(gate, "dana");

        var all = Links(await dana.OpenAsync("/"));
        // Newer, but it cannot be undone.
        Assert.True(all.IndexOf(voiding.ActionId) < all.IndexOf(refund.ActionId));
        Assert.DoesNotContain(refund.ActionId, Links(await dana.OpenAsync("/?tool=void_refund")));
        Assert.Contains(voiding.ActionId, Links(await dana.OpenAsync("/?tool=void_refund&mine=1")));
        Assert.Empty(Links(await dana.OpenAsync("/?risk=destructive")));
        using var otto = await SignedInAsync(gate, "otto");
        Assert.Empty(Links(await otto.OpenAsync("/?mine=1")));
        Assert.Contains("Nothing waits for you", Text((await otto.OpenAsync("/?mine=1")).QuerySelector(".empty")));
    }

    [Fact]
    public async Task Answer_ToAStatementThatIsNoMore_IsRefused()
    {
        var pending = (await gate.RefundAsync("ord_000003", 9_600, "EUR")).MustBe(202, "pending");
        using var dana = await SignedInAsync(gate, "dana");
        var form = Form(await dana.OpenAsync("/actions/" + pending.ActionId), $"/actions/{pending.ActionId}/decision");
        using var answer = await dana.SubmitAsync(form, ("decision", "approve"), ("reason", ""), ("digest", "sha256:" + new string('0', 64)));
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("What you looked at is no longer what would be executed", Text((await DocumentAsync(answer)).QuerySelector("[role=alert]")));
        Assert.Equal("pending", (await gate.WaitAsync(pending.ActionId, 0)).State);
    }

    [Fact]
    public async Task Address_ThatClaimsAnAnswer_IsNotBelieved()
    {
        var pending = (await gate.RefundAsync("ord_000003", 5_700, "EUR")).MustBe(202, "pending");
        using var dana = await SignedInAsync(gate, "dana");
        foreach (var said in (string[])["approve", "deny"])
            Assert.Empty((await dana.OpenAsync($"/actions/{pending.ActionId}?said={said}")).QuerySelectorAll(".notice"));
    }

    private static decimal Amount(AngleSharp.Dom.IElement? element) => decimal.Parse(Text(element).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static List<string> Links(AngleSharp.Html.Dom.IHtmlDocument page) => [.. page.QuerySelectorAll("#waiting a[data-row]").Select(link => link.GetAttribute("href")!["/actions/".Length..])];
}
