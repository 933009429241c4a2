using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Server.Tests.Support;
using static Sallyport.Server.Tests.Support.McpWire;

namespace Sallyport.Server.Tests.Mcp;

/// <summary>The Tasks extension (SEP-2663): an action that has not ended is a task of the agent that proposed it, and of nobody else.</summary>
public sealed class McpTaskTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact, Trait("req", "A1.1")]
    public async Task Call_ThatWaitsForPeople_IsATaskUntilItsEffectHasLanded()
    {
        var created = await RefundTaskAsync();

        Assert.Equal(("task", "working"), (Text(created, "resultType"), Text(created, "status")));
        Assert.Equal(JsonValueKind.Null, created.GetProperty("ttlMs").ValueKind);
        Assert.InRange(created.GetProperty("pollIntervalMs").GetInt32(), 500, 10_000);
        Assert.False(created.TryGetProperty("content", out _) || created.TryGetProperty("requestState", out _) || created.TryGetProperty("result", out _), created.GetRawText());
        var id = Text(created, "taskId")!;
        var shown = await ShowAsync(id);
        Assert.Equal(("complete", "working", id), (Text(shown, "resultType"), Text(shown, "status"), Text(shown, "taskId")));

        await ApproveAsync(id);
        (await gate.WaitAsync(id)).MustBe(200, "succeeded");
        var done = await ShowAsync(id);

        Assert.Equal("completed", Text(done, "status"));
        Assert.Equal("complete", Text(done.GetProperty("result"), "resultType"));
        Assert.False(done.GetProperty("result").GetProperty("isError").GetBoolean());
        Assert.Equal("succeeded", Text(done.GetProperty("result").GetProperty("structuredContent"), "state"));
        Assert.Single(await gate.Payments.LedgerOfAsync(id));
    }

    [Fact]
    public async Task Call_ThatIsDenied_IsACompletedTaskThatCarriesTheProblem()
    {
        var id = Text(await RefundTaskAsync(), "taskId")!;
        (await gate.DecideAsync("dana", await ApprovalOfAsync(id), approve: false)).MustBe(200, "denied");

        var done = await ShowAsync(id);

        Assert.Equal("completed", Text(done, "status"));
        Assert.True(done.GetProperty("result").GetProperty("isError").GetBoolean());
        Assert.Equal("denied_by_person", Text(done.GetProperty("result").GetProperty("structuredContent"), "code"));
        Assert.Empty(await gate.Payments.LedgerOfAsync(id));
    }

    [Fact]
    public async Task Call_ThatEndsAtOnce_IsAnsweredWithoutATask()
    {
        var task = await gate.OpenTaskAsync();

        var small = await gate.CallToolAsync("issue_refund", Refund(task, gate.NewKey(), "ord_000001", 120, "EUR"), tasks: true);
        var dry = await gate.CallToolAsync("issue_refund", Refund(task, gate.NewKey(), "ord_000004", 6_000, "EUR", dryRun: true), tasks: true);
        var refused = await gate.CallToolAsync("issue_refund", Refund(task, gate.NewKey(), "ord_000001", -1, "EUR"), tasks: true);

        Assert.Equal("succeeded", Text(small.GetProperty("structuredContent"), "state"));
        Assert.True(Text(dry.GetProperty("structuredContent"), "state") == "dry_run", dry.GetRawText());
        Assert.Equal("invalid_arguments", Text(refused.GetProperty("structuredContent"), "code"));
        Assert.All([small, dry, refused], result => Assert.Equal("complete", Text(result, "resultType")));
    }

    [Fact]
    public async Task Client_ThatDoesNotDeclareTheExtension_NeverGetsATask()
    {
        var task = await gate.OpenTaskAsync();

        var pending = await gate.CallToolAsync("issue_refund", Refund(task, gate.NewKey(), "ord_000003", 6_010, "EUR"));

        Assert.Equal(("complete", "pending"), (Text(pending, "resultType"), Text(pending.GetProperty("structuredContent"), "state")));
        var id = Text(pending.GetProperty("structuredContent"), "action_id")!;
        foreach (var method in new[] { "tasks/get", "tasks/update", "tasks/cancel" })
        {
            var refused = await gate.AskNewestAsync(method, new JsonObject { ["taskId"] = id }, tasks: false);
            Assert.Equal((400, -32021), (refused.Status, ErrorCode(refused)));
            Assert.True(Message(refused).GetProperty("error").GetProperty("data").GetProperty("requiredCapabilities").GetProperty("extensions").TryGetProperty("io.modelcontextprotocol/tasks", out _));
        }

        (await gate.WaitAsync(id, 0)).MustBe(200, "pending");
    }

    [Fact]
    public async Task SameKey_WhileTheActionWaits_IsTheSameTask()
    {
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());
        var first = await gate.CallToolAsync("issue_refund", Refund(task, key, "ord_000003", 6_020, "EUR"), tasks: true);

        var second = await gate.CallToolAsync("issue_refund", Refund(task, key, "ord_000003", 6_020, "EUR"), tasks: true);

        Assert.Equal(Text(first, "taskId"), Text(second, "taskId"));
    }

    [Fact, Trait("req", "A2.2")]
    public async Task TaskOfAnotherAgent_LooksLikeOneThatDoesNotExist()
    {
        var id = Text(await RefundTaskAsync(), "taskId")!;
        foreach (var method in new[] { "tasks/get", "tasks/update", "tasks/cancel" })
        {
            var foreign = await gate.AskNewestAsync(method, new JsonObject { ["taskId"] = id }, agent: gate.EuAgent);
            var absent = await gate.AskNewestAsync(method, new JsonObject { ["taskId"] = "act_0" }, agent: gate.EuAgent);

            Assert.Equal(-32602, ErrorCode(foreign));
            Assert.Equal(absent.Text, foreign.Text);
        }

        (await gate.WaitAsync(id, 0)).MustBe(200, "pending");
    }

    [Fact]
    public async Task Cancel_BeforeAnythingHasLeft_CallsTheActionOff()
    {
        var id = Text(await RefundTaskAsync(), "taskId")!;

        var acknowledged = Result(await gate.AskNewestAsync("tasks/cancel", new JsonObject { ["taskId"] = id }));

        Assert.Equal("complete", Text(acknowledged, "resultType"));
        Assert.False(acknowledged.TryGetProperty("taskId", out _));
        var cancelled = await ShowAsync(id);
        Assert.Equal("cancelled", Text(cancelled, "status"));
        Assert.False(cancelled.TryGetProperty("result", out _));
        (await gate.WaitAsync(id, 0)).MustBe(200, "cancelled");
    }

    [Fact]
    public async Task Cancel_OfATaskThatHasEnded_IsAcknowledgedAndChangesNothing()
    {
        var id = Text(await RefundTaskAsync(), "taskId")!;
        await ApproveAsync(id);
        (await gate.WaitAsync(id)).MustBe(200, "succeeded");

        Assert.Equal("complete", Text(Result(await gate.AskNewestAsync("tasks/cancel", new JsonObject { ["taskId"] = id })), "resultType"));

        Assert.Equal("completed", Text(await ShowAsync(id), "status"));
        Assert.Single(await gate.Payments.LedgerOfAsync(id));
    }

    [Fact, Trait("req", "A3.3")]
    public async Task Update_ThatClaimsAnApproval_IsNotOne()
    {
        var id = Text(await RefundTaskAsync(), "taskId")!;
        var claim = new JsonObject { ["approval"] = new JsonObject { ["action"] = "accept", ["content"] = new JsonObject { ["decision"] = "approve", ["approver"] = "dana" } } };

        Assert.Equal("complete", Text(Result(await gate.AskNewestAsync("tasks/update", new JsonObject { ["taskId"] = id, ["inputResponses"] = claim })), "resultType"));

        Assert.Equal("working", Text(await ShowAsync(id), "status"));
        (await gate.WaitAsync(id, 0)).MustBe(200, "pending");
        Assert.Empty(await gate.Payments.LedgerOfAsync(id));
    }

    [Theory, InlineData("tasks/result"), InlineData("tasks/list")]
    public async Task Method_ThatTheExtensionDoesNotHave_IsNotFound(string method)
    {
        var answer = await gate.AskNewestAsync(method, []);

        Assert.Equal((404, -32601), (answer.Status, ErrorCode(answer)));
    }

    [Fact]
    public async Task Method_OfTheExtensionInAnOlderRevision_IsNotFound()
    {
        var answer = await gate.PostMcpAsync(Call("tasks/get", new JsonObject { ["taskId"] = "act_0" }).ToJsonString(), await gate.TokenAsync(), ("MCP-Protocol-Version", "2025-11-25"));

        Assert.Equal(-32601, ErrorCode(answer));
    }

    [Fact]
    public async Task WishForATask_InAnOlderRevision_IsIgnored()
    {
        var parameters = new JsonObject
        {
            ["name"] = "issue_refund", ["task"] = new JsonObject { ["ttl"] = 60_000 },
            ["arguments"] = JsonSerializer.SerializeToNode(Refund(await gate.OpenTaskAsync(), gate.NewKey(), "ord_000003", 6_030, "EUR")),
        };

        var answer = Result(await gate.PostMcpAsync(Call("tools/call", parameters).ToJsonString(), await gate.TokenAsync(), ("MCP-Protocol-Version", "2025-11-25")));

        Assert.Equal("pending", Text(answer.GetProperty("structuredContent"), "state"));
        Assert.False(answer.TryGetProperty("task", out _) || answer.TryGetProperty("taskId", out _), answer.GetRawText());
    }

    [Fact, Trait("req", "A4.2")]
    public async Task Polling_FasterThanTheLimit_IsRefusedForThisAgentOnly()
    {
        await using var own = await TestGate.StartAsync();
        var parameters = new JsonObject { ["taskId"] = "act_0" };
        var answers = new List<int>();
        for (var i = 0; i <= 600; i++) answers.Add(ErrorCode(await own.AskNewestAsync("tasks/get", (JsonObject)parameters.DeepClone())));

        Assert.Equal(-32000, answers[^1]);
        Assert.Equal(600, answers.Count(code => code == -32602));
        Assert.Equal(-32602, ErrorCode(await own.AskNewestAsync("tasks/get", parameters, agent: own.EuAgent)));
    }

    [Fact]
    public async Task RoutingHeader_ThatNamesAnotherTask_IsRefused()
    {
        var call = Call("tasks/get", new JsonObject { ["taskId"] = Text(await RefundTaskAsync(), "taskId") }, Newest, tasks: true).ToJsonString();

        var answer = await gate.PostMcpAsync(call, await gate.TokenAsync(), ("MCP-Protocol-Version", Newest), ("Mcp-Method", "tasks/get"), ("Mcp-Name", "act_0"));

        Assert.Equal((400, -32020), (answer.Status, ErrorCode(answer)));
    }

    [Fact]
    public async Task Discover_AdvertisesTheExtension()
    {
        var answer = Result(await gate.AskNewestAsync("server/discover", [], tasks: false));

        Assert.True(answer.GetProperty("capabilities").GetProperty("extensions").TryGetProperty("io.modelcontextprotocol/tasks", out _));
    }

    [Fact]
    public async Task EffectInDoubt_IsATaskThatWorksUntilTheProbeHasSettledIt()
    {
        await using var own = await TestGate.StartAsync();
        await own.Payments.FaultAsync("answer_lost_after_effect");

        var created = await own.CallToolAsync("issue_refund", Refund(await own.OpenTaskAsync(), own.NewKey(), "ord_000001", 700, "EUR"), tasks: true);

        Assert.True(Text(created, "resultType") == "task" && Text(created, "status") == "working", created.GetRawText());
        var id = Text(created, "taskId")!;
        (await own.WaitAsync(id)).MustBe(200, "succeeded");
        Assert.Equal("completed", Text(Result(await own.AskNewestAsync("tasks/get", new JsonObject { ["taskId"] = id })), "status"));
        Assert.Single(await own.Payments.LedgerOfAsync(id));
    }

    [Fact]
    public async Task Task_OutlivesTheServerThatCreatedIt()
    {
        await using var own = await TestGate.StartAsync();
        var id = Text(await own.CallToolAsync("issue_refund", Refund(await own.OpenTaskAsync(), own.NewKey(), "ord_000003", 32_000, "EUR"), tasks: true), "taskId")!;

        await own.RestartServerAsync();

        var asked = new Func<Task<string?>>(async () => Text(Result(await own.AskNewestAsync("tasks/get", new JsonObject { ["taskId"] = id })), "status"));
        Assert.Equal("working", await asked());
        (await own.DecideAsync("dana", (await own.WaitAsync(id, 0)).ApprovalId!)).MustBe(200);
        (await own.WaitAsync(id)).MustBe(200, "succeeded");
        Assert.Equal("completed", await asked());
        Assert.Single(await own.Payments.LedgerOfAsync(id));
    }

    private async Task<JsonElement> RefundTaskAsync() =>
        await gate.CallToolAsync("issue_refund", Refund(await gate.OpenTaskAsync(), gate.NewKey(), "ord_000003", 6_000, "EUR"), tasks: true);

    private async Task<JsonElement> ShowAsync(string id) => Result(await gate.AskNewestAsync("tasks/get", new JsonObject { ["taskId"] = id }));

    private async Task<string> ApprovalOfAsync(string id) => (await gate.WaitAsync(id, 0)).ApprovalId!;

    private async Task ApproveAsync(string id) => (await gate.DecideAsync("dana", await ApprovalOfAsync(id))).MustBe(200);

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
