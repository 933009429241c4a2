using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Sallyport.Server.Tests.Acceptance;
using Sallyport.Server.Tests.Support;
using static Sallyport.Server.Tests.Console.WebVisitor;

namespace Sallyport.Server.Tests.Console;

/// <summary>Several equal proposals of low risk at once, on a bundle whose refunds count as low risk.</summary>
public sealed class BulkApprovalTests : IAsyncLifetime
{
    private readonly BundleCopy _bundle = new BundleCopy().Replace("tools/issue-refund.yaml", "risk: money_movement", "risk: low");
    private TestGate _gate = null!;

    public async ValueTask InitializeAsync() => _gate = await TestGate.StartAsync(options => options.Bundles = [_bundle.Folder]);

    public async ValueTask DisposeAsync()
    {
        await _gate.DisposeAsync();
        _bundle.Dispose();
    }

    [Fact]
    public async Task Picks_OfOneBatch_AreEachADecisionOfTheirOwn()
    {
        // Two orders of the same customer age and amounts are not at hand, so the same order is proposed twice: equal but for the tasks.
        var first = (await _gate.RefundAsync("ord_000003", 6_000, "EUR")).MustBe(202, "pending");
        var second = (await _gate.RefundAsync("ord_000003", 6_000, "EUR")).MustBe(202, "pending");
        var different = (await _gate.RefundAsync("ord_000003", 6_001, "EUR")).MustBe(202, "pending");
        using var dana = await SignedInAsync(_gate, "dana");
        var page = await dana.OpenAsync("/");

        var form = Form(page, "/approvals/bulk");
        var picks = form.QuerySelectorAll<IHtmlInputElement>("input[name=pick]").Select(input => input.Value).ToList();
        Assert.Equal(2, picks.Count);
        Assert.DoesNotContain(picks, pick => pick.StartsWith(different.ApprovalId!, StringComparison.Ordinal));

        var after = await dana.SubmitAndFollowAsync(form, [.. picks.Select(pick => ("pick", pick))]);
        Assert.Contains("2 of 2 approvals are recorded", Text(after.Body));
        foreach (var action in (string[])[first.ActionId, second.ActionId])
        {
            (await _gate.WaitAsync(action)).MustBe(200, "succeeded");
            var chain = (await _gate.SendAsync(HttpMethod.Get, "/v1/chain/" + action, null, await _gate.SessionAsync("dana"))).MustBe(200);
            Assert.Single(chain.Body.GetProperty("steps").EnumerateArray(), step => step.GetProperty("kind").GetString() == "decision.approve");
        }
    }

    [Fact]
    public async Task Picks_ThatAreNotOneBatch_AreRefusedTogether()
    {
        var equal = (await _gate.RefundAsync("ord_000003", 6_100, "EUR")).MustBe(202, "pending");
        await _gate.RefundAsync("ord_000003", 6_100, "EUR");
        var different = (await _gate.RefundAsync("ord_000003", 6_101, "EUR")).MustBe(202, "pending");
        var stepped = (await _gate.RefundAsync("ord_000004", 60_000, "EUR")).MustBe(202, "pending");
        using var dana = await SignedInAsync(_gate, "dana");
        using var frank = await SignedInAsync(_gate, "frank");
        var form = Form(await dana.OpenAsync("/"), "/approvals/bulk");

        using var mixed = await dana.SubmitAsync(form, ("pick", await PickAsync(equal)), ("pick", await PickAsync(different)));
        Assert.Equal(HttpStatusCode.Conflict, mixed.StatusCode);
        using var stale = await dana.SubmitAsync(form, ("pick", equal.ApprovalId + " sha256:" + new string('0', 64)));
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        // What asks for a fresh sign-in is never part of a batch, and neither is anything for a person who may not decide it.
        var token = (await frank.OpenAsync("/account")).QuerySelector("input[name=form_token]")!.GetAttribute("value")!;
        using var high = await frank.PostAsync("/approvals/bulk", ("form_token", token), ("pick", await PickAsync(stepped)));
        Assert.Equal(HttpStatusCode.Conflict, high.StatusCode);
        using var foreign = await frank.PostAsync("/approvals/bulk", ("form_token", token), ("pick", await PickAsync(equal)));
        Assert.Equal(HttpStatusCode.Conflict, foreign.StatusCode);
        foreach (var action in (GateReply[])[equal, different, stepped]) Assert.Equal("pending", (await _gate.WaitAsync(action.ActionId, 0)).State);
    }

    private async Task<string> PickAsync(GateReply pending) =>
        $"{pending.ApprovalId} {(await _gate.SendAsync(HttpMethod.Get, "/v1/approvals/" + pending.ApprovalId, null, await _gate.SessionAsync("dana"))).MustBe(200).Str("digest")}";
}
