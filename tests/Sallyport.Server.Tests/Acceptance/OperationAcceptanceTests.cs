using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Acceptance;

/// <summary>A4, A5: every call is logged, limits hold, one query tells the story, one switch stops, a rollback is governed.</summary>
public sealed class OperationAcceptanceTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact, Trait("req", "A4.1"), Trait("req", "AC.4")]
    public async Task Log_AnswersWhoProposedWhoApprovedWhatChangedAndWhen()
    {
        var started = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var refund = (await gate.RefundAsync("ord_000003", 7_000, "EUR")).MustBe(202, "pending");
        (await gate.DecideAsync("dana", refund.ApprovalId!, reason: "photo of the damage")).MustBe(200);
        var done = (await gate.WaitAsync(refund.ActionId)).MustBe(200, "succeeded");

        var steps = await ChainAsync(refund.ActionId);

        Assert.Equal(["action.accepted", "approval.asked", "decision.approve", "effect.intent", "effect.succeeded"], steps.Select(Kind));
        var (accepted, approved, effect) = (steps[0], steps[2], steps[4]);
        Assert.Equal("agent:" + gate.Agent.Id, accepted.GetProperty("actor").GetString());
        Assert.Equal(("issue_refund", "approve", "medium"), (Entry(accepted, "tool"), Entry(accepted, "decision"), Entry(accepted, "rule")));
        Assert.Equal(7_000, accepted.GetProperty("payload").GetProperty("arguments").GetProperty("amount_minor").GetInt64());
        Assert.Equal(("dana", "photo of the damage"), (approved.GetProperty("payload").GetProperty("username").GetString(), approved.GetProperty("payload").GetProperty("reason").GetString()));
        Assert.Equal(accepted.GetProperty("payload").GetProperty("diff").GetRawText(), done.Body.GetProperty("diff").GetRawText());
        Assert.True(effect.GetProperty("entry").GetProperty("latency_ms").GetDouble() > 0);
        Assert.Equal((await gate.Payments.LedgerOfAsync(refund.ActionId))[0].Refund, effect.GetProperty("payload").GetProperty("result").GetProperty("id").GetString());
        Assert.All(steps, step => Assert.InRange(step.GetProperty("at").GetDateTimeOffset(), started, TimeProvider.System.GetUtcNow().AddSeconds(1)));
    }

    [Fact, Trait("req", "A4.1")]
    public async Task Log_HoldsNoPersonalDataAndNoSecret()
    {
        var customer = await gate.Payments.GetAsync("/orders/ord_000001/customer");
        await gate.ProposeAsync("find_customer", new { email = customer.GetProperty("email").GetString() }, await gate.OpenTaskAsync());
        await gate.RefundAsync("ord_000001", 3, "EUR");

        var export = (await gate.SendAsync(HttpMethod.Get, "/v1/audit/entries", null, await gate.SessionAsync("dana"))).MustBeText(200);
        var all = string.Concat(export.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
            .Select(line => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(line.GetProperty("leaf").GetString()!)) + (line.TryGetProperty("payload", out var payload) ? payload.GetString() : "")));

        foreach (var secret in (string[])[customer.GetProperty("email").GetString()!, customer.GetProperty("name").GetString()!, PaymentsProcess.ApiKey, TestGate.Password, await gate.TokenAsync(), "It arrived broken."])
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        Assert.Contains("find_customer", all, StringComparison.Ordinal);
    }

    [Fact, Trait("req", "A4.2")]
    public async Task Rate_IsExactUnderParallelCalls_AndSaysWhenToComeBack()
    {
        await using var own = await TestGate.StartAsync();
        var tasks = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => own.OpenTaskAsync()));

        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(i => own.ProposeAsync("get_order", new { order_id = $"ord_{1 + i:D6}" }, tasks[i % tasks.Length])));

        Assert.Equal(120, answers.Count(answer => answer.Status == 200));
        Assert.All(answers.Where(answer => answer.Status != 200), answer =>
        {
            answer.MustBe(429, "rate_limited");
            Assert.InRange(int.Parse(answer.Headers["retry-after"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        });
        // The agent's other tools and the other agents are not touched.
        (await own.RefundAsync("ord_000001", 1, "EUR", tasks[0])).MustBe(200, "succeeded");
    }

    [Fact, Trait("req", "A4.2")]
    public async Task Budgets_OfTheTask_NeverOvershootUnderParallelCalls()
    {
        var task = await gate.OpenTaskAsync();

        // Seven of 150,000 would pass the task's 1,000,000; six fit.
        var answers = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => gate.RefundAsync("ord_000005", 150_000 + i, "USD", task)));

        Assert.Equal(6, answers.Count(answer => answer.Status == 202));
        foreach (var answer in answers.Where(answer => answer.Status != 202)) answer.MustBe(403, "task_budget_exceeded");
        foreach (var answer in answers.Where(answer => answer.Status == 202))
            (await gate.SendAsync(HttpMethod.Post, $"/v1/actions/{answer.ActionId}/cancel", null, await gate.TokenAsync())).MustBe(200);
        var last = (await gate.RefundAsync("ord_000005", 800_000, "USD", task)).MustBe(202, "pending");
        (await gate.SendAsync(HttpMethod.Post, $"/v1/actions/{last.ActionId}/cancel", null, await gate.TokenAsync())).MustBe(200);
    }

    [Fact, Trait("req", "A4.2")]
    public async Task Loop_OfEqualCalls_IsStopped()
    {
        var task = await gate.OpenTaskAsync();
        for (var i = 0; i < 5; i++) (await gate.ProposeAsync("get_order", new { order_id = "ord_000001" }, task)).MustBe(200);

        (await gate.ProposeAsync("get_order", new { order_id = "ord_000001" }, task)).MustBe(403, "loop_detected");
        (await gate.ProposeAsync("get_order", new { order_id = "ord_000002" }, task)).MustBe(200);
    }

    [Fact, Trait("req", "A4.D")]
    public async Task Chain_IsFoundByEveryIdThatPeopleHave()
    {
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());
        var trace = new string('a', 31) + "7";
        var call = new { arguments = TestGate.RefundArguments("ord_000012", 4_100, "USD"), task_id = task, idempotency_key = key };
        var pending = (await gate.SendAsync(HttpMethod.Post, "/v1/tools/issue_refund/actions", call, await gate.TokenAsync(), ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"))).MustBe(202, "pending");
        (await gate.DecideAsync("dana", pending.ApprovalId!)).MustBe(200);
        (await gate.WaitAsync(pending.ActionId)).MustBe(200, "succeeded");

        foreach (var id in (string[])[pending.ActionId, pending.ApprovalId!, task, key, trace, "ord_000012", "cus_000012"])
        {
            var kinds = (await ChainAsync(id)).Where(step => step.TryGetProperty("action_id", out var action) && action.GetString() == pending.ActionId).Select(Kind).ToList();
            Assert.True(kinds.SequenceEqual(["action.accepted", "approval.asked", "decision.approve", "effect.intent", "effect.succeeded"]), $"{id}: {string.Join(", ", kinds)}");
        }
    }

    [Fact, Trait("req", "A5.1"), Trait("req", "AC.5")]
    public async Task Halt_MidBatch_LetsNothingStartAfterItReturns_AndTheAgentComesBackWithANewKey()
    {
        await using var own = await TestGate.StartAsync();
        var waiting = (await own.RefundAsync("ord_000003", 9_000, "EUR")).MustBe(202, "pending");
        var (task, token) = (await own.OpenTaskAsync(), await own.TokenAsync());
        var batch = Task.WhenAll(Enumerable.Range(0, 30).Select(i => own.RefundAsync("ord_000013", 10 + i, "USD", task)));

        var receipt = (await own.HaltAsync("agent:" + own.Agent.Id)).MustBe(201);
        var unresolved = receipt.Body.GetProperty("unresolved").GetArrayLength();
        var atReturn = (await own.Payments.LedgerAsync()).Count;
        await batch;

        Assert.InRange((await own.Payments.LedgerAsync()).Count, atReturn, atReturn + unresolved);
        Assert.Contains(waiting.ActionId, receipt.Body.GetProperty("cancelled").EnumerateArray().Select(id => id.GetString()));
        (await own.SendAsync(HttpMethod.Get, "/v1/tools", null, token)).MustBe(401, "credential_revoked");
        Assert.Equal(401, (await own.RequestTokenAsync(own.Agent)).Status);
        await own.RestartServerAsync();
        Assert.Equal(401, (await own.RequestTokenAsync(own.Agent)).Status);

        var otto = await own.SessionAsync("otto");
        (await own.SendAsync(HttpMethod.Delete, "/v1/halts/" + receipt.Str("halt_id"), null, await own.SessionAsync("dana"))).MustBe(403, "role_required");
        (await own.SendAsync(HttpMethod.Delete, "/v1/halts/" + receipt.Str("halt_id"), null, otto)).MustBe(200);
        using var fresh = new TestAgent { Id = own.Agent.Id };
        (await own.SendAsync(HttpMethod.Post, $"/v1/agents/{own.Agent.Id}/keys", new { public_key = fresh.PublicJwk, overlap_seconds = 0 }, await own.SessionAsync("admin"))).MustBe(200);
        Assert.Equal(401, (await own.RequestTokenAsync(own.Agent)).Status);
        (await own.RequestTokenAsync(fresh)).MustBe(200);
    }

    [Theory, Trait("req", "A5.1")]
    [InlineData("all")]
    [InlineData("workflow:refund")]
    [InlineData("tool:issue_refund")]
    public async Task Halt_OfAnyScope_StopsRefundsUntilAPersonResumes(string scope)
    {
        await using var own = await TestGate.StartAsync();
        var task = await own.OpenTaskAsync();
        var receipt = (await own.HaltAsync(scope)).MustBe(201);

        var refused = await own.RefundAsync("ord_000001", 5, "EUR", task);

        Assert.Contains(refused.Code, (string[])["halted", "credential_revoked"]);
        Assert.Empty(await own.Payments.LedgerAsync());
        (await own.SendAsync(HttpMethod.Delete, "/v1/halts/" + receipt.Str("halt_id"), null, await own.SessionAsync("otto"))).MustBe(200);
        var token = (await own.RequestTokenAsync(own.Agent)).MustBe(200).Str("access_token");
        var call = new { arguments = TestGate.RefundArguments("ord_000001", 5, "EUR"), task_id = task, idempotency_key = own.NewKey() };
        (await own.SendAsync(HttpMethod.Post, "/v1/tools/issue_refund/actions", call, token)).MustBe(200, "succeeded");
    }

    [Fact, Trait("req", "A5.2")]
    public async Task Rollback_IsAGovernedActionOfItsOwn_OnceAndWithADryRun()
    {
        var refund = (await gate.RefundAsync("ord_000002", 1_234, "USD")).MustBe(200, "succeeded");
        var path = $"/v1/actions/{refund.ActionId}/compensate";

        (await gate.SendAsync(HttpMethod.Post, path + "?dry_run=true", null, await gate.TokenAsync())).MustBe(200, "dry_run");
        Assert.Single(await gate.Payments.LedgerOfAsync(refund.ActionId));
        (await gate.SendAsync(HttpMethod.Post, path, null, await gate.SessionAsync("dana"))).MustBe(403, "role_required");
        var undo = (await gate.SendAsync(HttpMethod.Post, path, null, await gate.TokenAsync())).MustBe(202, "pending");
        (await gate.DecideAsync("erin", undo.ApprovalId!)).MustBe(200);
        (await gate.WaitAsync(undo.ActionId)).MustBe(200, "succeeded");

        Assert.Equal("void", Assert.Single(await gate.Payments.LedgerOfAsync(undo.ActionId)).Kind);
        Assert.Equal(undo.ActionId, (await gate.SendAsync(HttpMethod.Post, path, null, await gate.TokenAsync())).ActionId);
        (await gate.SendAsync(HttpMethod.Post, $"/v1/actions/{undo.ActionId}/compensate", null, await gate.TokenAsync())).MustBe(409, "not_compensable");
        var voided = (await gate.Payments.LedgerOfAsync(refund.ActionId))[0].Refund;
        Assert.Single(await gate.Payments.LedgerAsync(), entry => entry.Kind == "void" && entry.Refund == voided);
    }

    private async Task<List<JsonElement>> ChainAsync(string id) =>
        [.. (await gate.SendAsync(HttpMethod.Get, "/v1/chain/" + id, null, await gate.SessionAsync("dana"))).MustBe(200).Body.GetProperty("steps").EnumerateArray()];

    private static string Kind(JsonElement step) => step.GetProperty("kind").GetString()!;

    private static string Entry(JsonElement step, string name) => step.GetProperty("entry").GetProperty(name).GetString()!;
}
