using System.Text.Json;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Mcp;

/// <summary>The official npm clients against the MCP door: the older package speaks 2025-11-25, the newer one both revisions.</summary>
public sealed class NpmClientTests(TestGate gate) : IClassFixture<TestGate>
{
    public static TheoryData<string, string> Clients => new()
    {
        { "@modelcontextprotocol/sdk", "2025-11-25" }, { "@modelcontextprotocol/client", "2025-11-25" }, { "@modelcontextprotocol/client", "2026-07-28" },
    };

    [Theory, MemberData(nameof(Clients)), Trait("req", "B2")]
    public async Task Client_Connected_SeesItsToolsWithHonestHints(string library, string revision)
    {
        await using var client = await ConnectAsync(library, revision);

        var tools = (await client.DoAsync(new { op = "listTools" })).GetProperty("tools").EnumerateArray().ToDictionary(tool => tool.GetProperty("name").GetString()!);

        Assert.Equal(["cancel_action", "compensate_action", "find_customer", "get_action", "get_order", "issue_refund", "open_task", "void_refund"], tools.Keys.Order(StringComparer.Ordinal));
        Assert.True(Hint(tools["get_order"], "readOnlyHint"));
        Assert.False(Hint(tools["issue_refund"], "readOnlyHint"));
        Assert.True(Hint(tools["issue_refund"], "destructiveHint"));
        Assert.True(Hint(tools["issue_refund"], "idempotentHint"));
        Assert.True(Hint(tools["issue_refund"], "openWorldHint"));
        Assert.Equal(["arguments", "task_id", "idempotency_key"], tools["issue_refund"].GetProperty("inputSchema").GetProperty("required").EnumerateArray().Select(item => item.GetString()));
    }

    [Theory, MemberData(nameof(Clients)), Trait("req", "AC.1")]
    public async Task Refund_Small_HappensOnceThroughTheWholeStory(string library, string revision)
    {
        await using var client = await ConnectAsync(library, revision);
        var task = await OpenTaskAsync(client);
        var (readError, read) = await client.CallAsync("get_order", new { arguments = new { order_id = "ord_000002" }, task_id = task });
        Assert.False(readError);
        Assert.Equal("USD", read.GetProperty("result").GetProperty("order").GetProperty("currency").GetString());
        var refund = new { arguments = TestGate.RefundArguments("ord_000002", 300, "USD"), task_id = task, idempotency_key = gate.NewKey() };

        var (_, dry) = await client.CallAsync("issue_refund", new { refund.arguments, refund.task_id, dry_run = true });
        Assert.Equal("dry_run", dry.GetProperty("state").GetString());
        var (failed, first) = await client.CallAsync("issue_refund", refund);
        Assert.False(failed, first.GetRawText());
        var (_, again) = await client.CallAsync("issue_refund", refund);

        Assert.Equal("succeeded", first.GetProperty("state").GetString());
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Single(await gate.Payments.LedgerOfAsync(first.GetProperty("action_id").GetString()!));
    }

    [Theory, MemberData(nameof(Clients)), Trait("req", "AC.2")]
    public async Task Refund_Medium_IsPolledUntilAPersonHasApproved(string library, string revision)
    {
        await using var client = await ConnectAsync(library, revision);
        var task = await OpenTaskAsync(client);
        var (failed, pending) = await client.CallAsync("issue_refund",
            new { arguments = TestGate.RefundArguments("ord_000004", 6_000, "EUR"), task_id = task, idempotency_key = gate.NewKey(), reason = "The parcel was wet." });
        Assert.False(failed);
        Assert.Equal("pending", pending.GetProperty("state").GetString());
        var id = pending.GetProperty("action_id").GetString()!;
        Assert.Empty(await gate.Payments.LedgerOfAsync(id));

        (await gate.DecideAsync("dana", pending.GetProperty("approval").GetProperty("id").GetString()!)).MustBe(200);
        var (_, done) = await client.CallAsync("get_action", new { action_id = id, wait_seconds = 30 });

        Assert.Equal("succeeded", done.GetProperty("state").GetString());
        Assert.Single(await gate.Payments.LedgerOfAsync(id));
    }

    [Fact, Trait("req", "A1.1")]
    public async Task Task_OfTheTasksExtension_IsFollowedByItsOwnPackageUntilTheEffectHasLanded()
    {
        await using var client = await ConnectAsync("@modelcontextprotocol/client", "2026-07-28");
        var task = await OpenTaskAsync(client);
        var refund = new { arguments = TestGate.RefundArguments("ord_000004", 6_100, "EUR"), task_id = task, idempotency_key = gate.NewKey() };
        var id = (await client.DoAsync(new { op = "startTask", name = "issue_refund", arguments = refund })).GetProperty("taskId").GetString()!;

        (await gate.DecideAsync("dana", (await gate.WaitAsync(id, 0)).ApprovalId!)).MustBe(200);
        var outcome = (await client.DoAsync(new { op = "settleTask" })).GetProperty("outcome");

        Assert.True(outcome.GetProperty("status").GetString() == "completed", outcome.GetRawText());
        Assert.Equal("succeeded", outcome.GetProperty("result").GetProperty("structuredContent").GetProperty("state").GetString());
        Assert.Single(await gate.Payments.LedgerOfAsync(id));
    }

    [Fact]
    public async Task Task_ThatItsClientCancels_ComesToNothing()
    {
        await using var client = await ConnectAsync("@modelcontextprotocol/client", "2026-07-28");
        var task = await OpenTaskAsync(client);
        var refund = new { arguments = TestGate.RefundArguments("ord_000004", 6_200, "EUR"), task_id = task, idempotency_key = gate.NewKey() };
        var id = (await client.DoAsync(new { op = "startTask", name = "issue_refund", arguments = refund })).GetProperty("taskId").GetString()!;

        await client.DoAsync(new { op = "cancelTask" });
        var outcome = (await client.DoAsync(new { op = "settleTask" })).GetProperty("outcome");

        Assert.Equal("cancelled", outcome.GetProperty("status").GetString());
        Assert.Empty(await gate.Payments.LedgerOfAsync(id));
    }

    [Theory, MemberData(nameof(Clients)), Trait("req", "A1.2")]
    public async Task Calls_ThatAreRefused_CarryTheProblemDocument(string library, string revision)
    {
        await using var client = await ConnectAsync(library, revision, gate.EuAgent);
        var task = await OpenTaskAsync(client);
        (string Tool, object Arguments, string Code)[] cases =
        [
            ("issue_refund", new { arguments = TestGate.RefundArguments("ord_000002", 300, "USD"), task_id = task, idempotency_key = gate.NewKey() }, "insufficient_scope"),
            ("issue_refund", new { arguments = TestGate.RefundArguments("ord_000001", -1, "EUR"), task_id = task, idempotency_key = gate.NewKey() }, "invalid_arguments"),
            ("issue_refund", new { arguments = TestGate.RefundArguments("ord_000001", 1, "EUR"), task_id = task }, "idempotency_key_required"),
            ("issue_refund", new { arguments = TestGate.RefundArguments("ord_000001", 1, "EUR"), task_id = task, idempotency_key = gate.NewKey(), approve = true }, "invalid_request"),
            ("issue_refund", new { arguments = TestGate.RefundArguments("ord_000001", 1, "EUR"), idempotency_key = gate.NewKey() }, "task_required"),
            ("wire_money", new { arguments = new { }, task_id = task }, "unknown_tool"),
            ("get_action", new { action_id = "act_of_somebody_else" }, "not_found"),
            ("get_action", new { action_id = "act_1", wait_seconds = 61 }, "invalid_request"),
        ];
        foreach (var (tool, arguments, code) in cases)
        {
            var (failed, problem) = await client.CallAsync(tool, arguments);

            Assert.True(failed && code == problem.GetProperty("code").GetString(), $"{tool} expected {code}: {problem.GetRawText()}");
            Assert.Equal("none", problem.GetProperty("effect").GetString());
            Assert.False(problem.GetProperty("retriable").GetBoolean());
        }
    }

    [Theory, MemberData(nameof(Clients)), Trait("req", "A2.1")]
    public async Task Token_Unknown_CannotConnect(string library, string revision)
    {
        await SkipUnlessAvailableAsync();
        await using var client = NpmMcpClient.Start(library, revision, gate.Url, "spa_" + new string('0', 64));

        var answer = await client.AskAsync(new { op = "connect" });

        Assert.True(answer.TryGetProperty("error", out _), answer.GetRawText());
    }

    [Theory]
    [InlineData("2025-11-25"), InlineData("2026-07-28"), Trait("req", "A2.1")]
    public async Task Client_WithoutAToken_FindsTheTokenEndpointFromTheChallenge(string revision)
    {
        await SkipUnlessAvailableAsync();
        await using var client = NpmMcpClient.Start("@modelcontextprotocol/client", revision, gate.Url, gate.Agent.Id, gate.Agent.Assertion(gate.Url, "npm-discovery-" + revision));

        await client.DoAsync(new { op = "connect" });

        Assert.NotEmpty((await client.DoAsync(new { op = "listTools" })).GetProperty("tools").EnumerateArray());
    }

    private async Task<NpmMcpClient> ConnectAsync(string library, string revision, TestAgent? agent = null)
    {
        await SkipUnlessAvailableAsync();
        var client = NpmMcpClient.Start(library, revision, gate.Url, await gate.TokenAsync(agent));
        var connected = await client.DoAsync(new { op = "connect" });
        Assert.Equal(revision, connected.GetProperty("version").GetString());
        Assert.Equal("sallyport", connected.GetProperty("server").GetProperty("name").GetString());
        return client;
    }

    private static async Task<string> OpenTaskAsync(NpmMcpClient client)
    {
        var (failed, task) = await client.CallAsync("open_task",
            new { workflow = "refund", source = "ticket", input = new { ticket_id = "TCK-7", order_id = "ord_000002", message = "It is broken." } });
        Assert.False(failed, task.GetRawText());
        return task.GetProperty("task_id").GetString()!;
    }

    private static async Task SkipUnlessAvailableAsync()
    {
        if (await NpmMcpClient.UnavailableAsync() is { } why) Assert.Skip(why);
    }

    private static bool Hint(JsonElement tool, string name) => tool.GetProperty("annotations").GetProperty(name).GetBoolean();
}
