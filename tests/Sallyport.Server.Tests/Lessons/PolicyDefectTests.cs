using System.Text.Json;
using Sallyport.Server.Hosting;
using Sallyport.Server.Tests.Acceptance;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Lessons;

/// <summary>Defects found in other gates, as tests of this one: where doubt about a rule, a tool or a limit came to mean "allowed".</summary>
public sealed class PolicyDefectTests(TestGate gate) : IClassFixture<TestGate>
{
    // Elsewhere a rule whose condition throws is skipped, so a broken deny rule lets everything through.
    [Fact, Trait("req", "A3.3")]
    public async Task RuleThatThrows_Denies_ThoughAnotherRuleAllows()
    {
        using var copy = new BundleCopy().WithoutTests().Replace("policy.yaml", "  - id: void\n",
            "  - id: broken\n    says: Reads a number where there is none.\n    tools: [issue_refund]\n    when: \"int(args.order_id) > 0\"\n    decision: deny\n  - id: void\n");
        await using var own = await TestGate.StartAsync(options => options.Bundles = [copy.Folder]);

        (await own.RefundAsync("ord_000001", 700, "EUR")).MustBe(403, "denied_by_policy");

        Assert.Empty(await own.Payments.LedgerAsync());
    }

    // Elsewhere rules exist, none matches, and that means "allow".
    [Fact, Trait("req", "A3.3")]
    public async Task NoRuleThatMatches_Denies()
    {
        using var copy = new BundleCopy().WithoutTests().Replace("policy.yaml", "when: \"args.amount_minor <= 5000 && facts", "when: \"args.amount_minor <= 100 && facts");
        await using var own = await TestGate.StartAsync(options => options.Bundles = [copy.Folder]);

        var denied = (await own.RefundAsync("ord_000001", 700, "EUR")).MustBe(403, "denied_by_policy");

        Assert.Equal("default-deny", (await own.WaitAsync(denied.ActionId)).Str("rule"));
        Assert.Empty(await own.Payments.LedgerAsync());
    }

    // Elsewhere tools that no rule knows are allowed.
    [Theory, InlineData("wipe_database"), InlineData("ISSUE_REFUND"), InlineData("issue_refund ")]
    public async Task UnknownTool_IsRefused_AtEveryDoor(string tool)
    {
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());

        (await gate.ProposeAsync(Uri.EscapeDataString(tool), TestGate.RefundArguments("ord_000001", 100, "EUR"), task, key)).MustBe(404, "unknown_tool");
        var overMcp = await gate.CallToolAsync(tool.Trim() == tool ? tool : "issue_refunds", McpWire.Refund(task, key, "ord_000001", 100, "EUR"));

        Assert.Equal("unknown_tool", overMcp.GetProperty("structuredContent").GetProperty("code").GetString());
    }

    // Elsewhere a missing policy file means that everything is allowed.
    [Theory, InlineData("policy.yaml"), InlineData("workflow.yaml"), InlineData("")]
    public async Task MissingPolicy_KeepsTheServerFromStarting(string file)
    {
        using var copy = new BundleCopy();
        var folder = file.Length > 0 ? copy.Folder : Path.Combine(copy.Folder, "elsewhere");
        if (file.Length > 0) File.Delete(Path.Combine(copy.Folder, file));

        var refused = await Assert.ThrowsAsync<ServerStartException>(() => TestGate.StartAsync(options => options.Bundles = [folder]));

        Assert.Contains("faults", refused.Message, StringComparison.Ordinal);
    }

    // Elsewhere a rate limit without a limiter is "allowed by default"; here a limit that is missing is no bundle.
    [Theory]
    [InlineData("  requests_per_minute: 120\n"), InlineData("  invocations_per_task: 40\n"), InlineData("  identical_calls_per_task: 5\n"), InlineData("  amount_per_task: { USD: 1000000, EUR: 1000000 }\n")]
    public async Task MissingLimit_KeepsTheServerFromStarting(string limit)
    {
        using var copy = new BundleCopy().Replace("workflow.yaml", limit, "");

        var refused = await Assert.ThrowsAsync<ServerStartException>(() => TestGate.StartAsync(options => options.Bundles = [copy.Folder]));

        Assert.Contains(limit.Trim().Split(':')[0], refused.Message, StringComparison.Ordinal);
    }

    // Elsewhere arguments that are null are dropped before the policy sees them, so the policy judges another call than the one made.
    [Theory, Trait("req", "A1.1")]
    [InlineData("""{"order_id":"ord_000001","amount_minor":100,"currency":"EUR","reason":null}""")]
    [InlineData("""{"order_id":null,"amount_minor":100,"currency":"EUR","reason":"late"}""")]
    [InlineData("""{"order_id":"ord_000001","amount_minor":100,"currency":"EUR","reason":"late","note":null}""")]
    public async Task NullArguments_AreJudged_NeverDropped(string arguments)
    {
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());

        var refused = (await gate.ProposeAsync("issue_refund", JsonElement.Parse(arguments), task, key)).MustBe(422, "invalid_arguments");
        var overMcp = await gate.CallToolAsync("issue_refund", new { arguments = JsonElement.Parse(arguments), task_id = task, idempotency_key = key });

        Assert.NotEmpty(refused.Body.GetProperty("errors").EnumerateArray());
        Assert.Equal("invalid_arguments", overMcp.GetProperty("structuredContent").GetProperty("code").GetString());
    }
}
