using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Lessons;

/// <summary>Defects found in agent frameworks, as tests of this gate: what goes wrong between a question and the effect it was about.</summary>
public sealed class ResumeDefectTests(TestGate gate) : IClassFixture<TestGate>
{
    // Elsewhere resuming starts over, so code before the question, effects included, runs again.
    [Fact, Trait("req", "A3.3")]
    public async Task Resuming_AfterAnApproval_RunsNothingTwice()
    {
        await using var own = await TestGate.StartAsync();
        var (task, key) = (await own.OpenTaskAsync(), own.NewKey());
        var pending = (await own.RefundAsync("ord_000003", 32_000, "EUR", task, key)).MustBe(202, "pending");
        (await own.RefundAsync("ord_000003", 32_000, "EUR", task, key)).MustBe(202, "pending");
        Assert.Empty(await own.Payments.LedgerAsync());

        await own.RestartServerAsync();
        (await own.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);
        (await own.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        (await own.RefundAsync("ord_000003", 32_000, "EUR", task, key)).MustBe(200, "succeeded");

        Assert.Equal(1, Assert.Single(await own.Payments.LedgerAsync()).Attempt);
    }

    // Elsewhere one call raises two approvals, and answering the second is an error after the effect.
    [Fact, Trait("req", "A1.3")]
    public async Task OneCall_HoweverOftenItIsMade_RaisesOneApproval()
    {
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());
        var first = (await gate.RefundAsync("ord_000003", 6_030, "EUR", task, key)).MustBe(202, "pending");

        var again = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => gate.RefundAsync("ord_000003", 6_030, "EUR", task, key)));
        var overMcp = await gate.CallToolAsync("issue_refund", McpWire.Refund(task, key, "ord_000003", 6_030, "EUR"));

        Assert.All(again, answer => Assert.Equal(first.ApprovalId, answer.ApprovalId));
        Assert.Equal(first.ApprovalId, overMcp.GetProperty("structuredContent").GetProperty("approval").GetProperty("id").GetString());
        Assert.Single(await ApprovalsOfAsync(first.ActionId));
    }

    // Elsewhere a call that a person rejected is asked again.
    [Fact, Trait("req", "A3.4")]
    public async Task RejectedCall_IsNeverAskedAgain()
    {
        var task = await gate.OpenTaskAsync();
        var rejected = (await gate.RefundAsync("ord_000003", 6_040, "EUR", task)).MustBe(202, "pending");
        (await gate.DecideAsync("dana", rejected.ApprovalId!, approve: false)).MustBe(200, "denied");

        var again = (await gate.RefundAsync("ord_000003", 6_040, "EUR", task)).MustBe(403, "denied_by_person");

        Assert.Empty(await ApprovalsOfAsync(again.ActionId));
        Assert.Empty(await ApprovalsOfAsync(rejected.ActionId));
        Assert.Empty(await gate.Payments.LedgerOfAsync(rejected.ActionId));
    }

    // Elsewhere a resume that fails corrupts the session for ever.
    [Fact]
    public async Task FailedResume_LeavesTheActionUsable()
    {
        await using var own = await TestGate.StartAsync();
        var pending = (await own.RefundAsync("ord_000003", 6_050, "EUR")).MustBe(202, "pending");
        var path = $"/v1/approvals/{pending.ApprovalId}/decision";
        (await own.SendAsync(HttpMethod.Post, path, new { decision = "approve", digest = "sha256:0" }, await own.SessionAsync("dana"))).MustBe(409, "approval_digest_mismatch");
        (await own.SendAsync(HttpMethod.Post, path, new { decision = "maybe", digest = "sha256:0" }, await own.SessionAsync("dana"))).MustBe(400, "invalid_request");
        await own.Payments.FaultAsync("answer_lost_after_effect");

        (await own.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);

        (await own.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");
        Assert.Single(await own.Payments.LedgerOfAsync(pending.ActionId));
        (await own.RefundAsync("ord_000001", 100, "EUR")).MustBe(200, "succeeded");
    }

    // Elsewhere the tool does not run after "approve", or its result never comes back to who called it.
    [Fact, Trait("req", "AC.2")]
    public async Task Approved_MeansExecutedOnce_AndTheResultComesBack()
    {
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());
        var pending = (await gate.RefundAsync("ord_000003", 6_060, "EUR", task, key)).MustBe(202, "pending");
        (await gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);

        var done = (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");

        var entry = Assert.Single(await gate.Payments.LedgerOfAsync(pending.ActionId));
        Assert.Equal(entry.Refund, done.Body.GetProperty("result").GetProperty("id").GetString());
        Assert.Equal(done.Bytes, (await gate.RefundAsync("ord_000003", 6_060, "EUR", task, key)).MustBe(200).Bytes);
    }

    private async Task<List<JsonElement>> ApprovalsOfAsync(string action) =>
        [.. (await gate.SendAsync(HttpMethod.Get, "/v1/approvals", null, await gate.SessionAsync("dana"))).MustBe(200).Body.GetProperty("approvals").EnumerateArray()
            .Where(approval => approval.GetProperty("action_id").GetString() == action)];
}
