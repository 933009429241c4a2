using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Lessons;

/// <summary>Defects found in other gates, as tests of this one: switches, rollbacks, keys and records that did not do what their names say.</summary>
public sealed class EffectDefectTests(TestGate gate) : IClassFixture<TestGate>
{
    // Elsewhere the kill switch sets a flag that is cached for seconds, and credentials go on working.
    [Fact, Trait("req", "A5.1")]
    public async Task Halt_RevokesCredentialsAtOnce()
    {
        await using var own = await TestGate.StartAsync();
        var (task, token) = (await own.OpenTaskAsync(), await own.TokenAsync());

        (await own.HaltAsync("agent:" + own.Agent.Id)).MustBe(201);

        (await own.SendAsync(HttpMethod.Get, "/v1/tools", null, token)).MustBe(401, "credential_revoked");
        (await own.RefundAsync("ord_000001", 100, "EUR", task)).MustBe(401, "credential_revoked");
        Assert.Equal(401, (await own.RequestTokenAsync(own.Agent)).Status);
        Assert.Equal(401, (await own.PostMcpAsync(McpWire.Call("tools/list").ToJsonString(), token)).Status);
        Assert.Empty(await own.Payments.LedgerAsync());
    }

    // Elsewhere the kill switch knows the whole account only, so nobody dares to use it.
    [Fact, Trait("req", "A5.1")]
    public async Task Halt_OfOneTool_LeavesTheOthersWorking()
    {
        await using var own = await TestGate.StartAsync();
        var task = await own.OpenTaskAsync();

        (await own.HaltAsync("tool:issue_refund")).MustBe(201);

        (await own.RefundAsync("ord_000001", 100, "EUR", task)).MustBe(503, "halted");
        (await own.ProposeAsync("get_order", new { order_id = "ord_000001" }, task)).MustBe(200);
    }

    // Elsewhere "compensate" changes a status in the gate's own table and nothing in the world.
    [Fact, Trait("req", "A5.2")]
    public async Task Compensation_ReallyExecutesAnEffectDownstream()
    {
        await using var own = await TestGate.StartAsync();
        var refund = (await own.RefundAsync("ord_000001", 700, "EUR")).MustBe(200, "succeeded");

        var undo = (await own.SendAsync(HttpMethod.Post, $"/v1/actions/{refund.ActionId}/compensate", null, await own.TokenAsync())).MustBe(202, "pending");
        Assert.Equal(700, (await own.Payments.GetAsync("/orders/ord_000001")).GetProperty("refunded_minor").GetInt64());
        (await own.DecideAsync("dana", undo.ApprovalId!)).MustBe(200);
        (await own.WaitAsync(undo.ActionId)).MustBe(200, "succeeded");

        Assert.Equal("void", Assert.Single(await own.Payments.LedgerOfAsync(undo.ActionId)).Kind);
        Assert.Equal(0, (await own.Payments.GetAsync("/orders/ord_000001")).GetProperty("refunded_minor").GetInt64());
    }

    // Elsewhere a repeated key answers with the first job although the body is another one.
    [Fact, Trait("req", "A1.3")]
    public async Task RepeatedKey_WithAnotherBody_IsRefused()
    {
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());
        var first = (await gate.RefundAsync("ord_000001", 150, "EUR", task, key)).MustBe(200, "succeeded");

        (await gate.RefundAsync("ord_000001", 151, "EUR", task, key)).MustBe(422, "idempotency_key_reuse");
        var overMcp = await gate.CallToolAsync("issue_refund", McpWire.Refund(task, key, "ord_000001", 152, "EUR"), tasks: true);

        Assert.Equal("idempotency_key_reuse", overMcp.GetProperty("structuredContent").GetProperty("code").GetString());
        Assert.Single(await gate.Payments.LedgerOfAsync(first.ActionId));
    }

    // Elsewhere raw arguments stand in audit events, which cannot be erased.
    [Fact, Trait("req", "A4.1")]
    public async Task AuditLeaves_HoldDigests_NeverRawArguments()
    {
        var task = await gate.OpenTaskAsync();
        var email = (await gate.Payments.GetAsync("/orders/ord_000001/customer")).GetProperty("email").GetString()!;
        await gate.ProposeAsync("find_customer", new { email }, task);
        var pending = (await gate.ProposeAsync("issue_refund", TestGate.RefundArguments("ord_000003", 6_070, "EUR"), task, gate.NewKey(), reason: "words of the agent about Ada")).MustBe(202, "pending");

        var leaves = (await LeavesAsync()).Where(leaf => leaf.GetRawText().Contains(task, StringComparison.Ordinal)).ToList();

        Assert.Contains(leaves, leaf => leaf.GetRawText().Contains(pending.ActionId, StringComparison.Ordinal));
        foreach (var raw in (string[])[email, "words of the agent", "\"arguments\"", "\"amount_minor\"", "It arrived broken."])
            Assert.DoesNotContain(leaves, leaf => leaf.GetRawText().Contains(raw, StringComparison.Ordinal));
    }

    // Elsewhere every call gets a session id of its own, so nothing that belongs together can be found together.
    [Fact, Trait("req", "A4.D")]
    public async Task CorrelationId_IsTheSameForAllCallsOfATask()
    {
        var task = await gate.OpenTaskAsync();
        (await gate.ProposeAsync("get_order", new { order_id = "ord_000001" }, task)).MustBe(200);
        (await gate.RefundAsync("ord_000001", 160, "EUR", task)).MustBe(200, "succeeded");
        await gate.CallToolAsync("issue_refund", McpWire.Refund(task, gate.NewKey(), "ord_000003", 6_080, "EUR"));

        var steps = (await gate.SendAsync(HttpMethod.Get, "/v1/chain/" + task, null, await gate.SessionAsync("dana"))).MustBe(200).Body.GetProperty("steps").EnumerateArray().ToList();

        Assert.All(steps, step => Assert.Equal(task, step.GetProperty("entry").GetProperty("task_id").GetString()));
        var tools = steps.Select(step => step.GetProperty("entry").TryGetProperty("tool", out var tool) ? tool.GetString() : null).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string?>(["get_order", "issue_refund"], StringComparer.Ordinal), tools);
        Assert.Equal(2, steps.Count(step => step.GetProperty("kind").GetString() == "action.accepted"));
    }

    private async Task<List<JsonElement>> LeavesAsync() =>
        [.. (await gate.SendAsync(HttpMethod.Get, "/v1/audit/entries", null, await gate.SessionAsync("dana"))).MustBeText(200).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(Convert.FromBase64String(JsonElement.Parse(line).GetProperty("leaf").GetString()!)))];
}
