using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Server.Tests.Support;
using static Sallyport.Server.Tests.Support.McpWire;

namespace Sallyport.Server.Tests.Mcp;

/// <summary>The MCP door byte by byte: what well-behaved client libraries never send.</summary>
public sealed class McpWireTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact, Trait("req", "A2.1")]
    public async Task Post_WithoutOrWithAWrongToken_IsChallenged()
    {
        var revoked = "spa_" + new string('0', 64);
        foreach (var token in new[] { null, revoked, "nonsense", await gate.SessionAsync("dana") })
        {
            var answer = await PostAsync(Call("tools/list"), token);

            Assert.True(answer.Status == (token?.StartsWith("sps_", StringComparison.Ordinal) == true ? 403 : 401), $"{token}: {answer.Status}");
            if (answer.Status == 401) Assert.Contains("resource_metadata=\"" + gate.Url + "/.well-known/oauth-protected-resource", answer.Headers["www-authenticate"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Host", "evil.example"), InlineData("Host", "127.0.0.1"), InlineData("Host", "localhost:1")]
    [InlineData("Origin", "http://evil.example"), InlineData("Origin", "null"), InlineData("Origin", "http://127.0.0.1"), InlineData("Origin", "http://127.0.0.1.evil.example:5080")]
    public async Task Post_FromAnotherSiteOrForAnotherHost_IsRefusedBeforeAnythingElse(string header, string value) =>
        (await PostAsync(Call("tools/list"), await gate.TokenAsync(), (header, value))).MustBe(403, "host_refused");

    [Theory, InlineData("GET"), InlineData("DELETE")]
    public async Task Method_OfSessions_IsNotAllowed(string method)
    {
        var answer = await gate.SendAsync(HttpMethod.Parse(method), "/mcp", null, await gate.TokenAsync());

        answer.MustBe(405, "method_not_allowed");
        Assert.Equal("POST", answer.Headers["allow"]);
    }

    [Theory]
    [InlineData("version unknown", 400, -32022), InlineData("version only in the body", 400, -32020), InlineData("versions differ", 400, -32020)]
    [InlineData("no version in the body", 400, -32602), InlineData("no Mcp-Method", 400, -32020), InlineData("other Mcp-Method", 400, -32020)]
    [InlineData("no Mcp-Name", 400, -32020), InlineData("other Mcp-Name", 400, -32020), InlineData("no capabilities", 400, -32602)]
    [InlineData("initialize", 404, -32601), InlineData("unknown method", 404, -32601)]
    public async Task Request_OfTheNewestRevision_MustSayTheSameInHeadersAndBody(string fault, int status, int code)
    {
        var method = fault switch { "initialize" => "initialize", "unknown method" => "tools/destroy", _ => "tools/call" };
        var call = Call(method, new JsonObject { ["name"] = "get_order", ["arguments"] = new JsonObject() }, Newest);
        var meta = call["params"]!["_meta"]!.AsObject();
        if (fault == "no version in the body") meta.Remove("io.modelcontextprotocol/protocolVersion");
        if (fault == "versions differ") meta["io.modelcontextprotocol/protocolVersion"] = "2025-11-25";
        if (fault == "no capabilities") meta.Remove("io.modelcontextprotocol/clientCapabilities");
        var headers = new List<(string, string)>();
        if (fault != "version only in the body") headers.Add(("MCP-Protocol-Version", fault == "version unknown" ? "1999-01-01" : Newest));
        if (fault != "no Mcp-Method") headers.Add(("Mcp-Method", fault == "other Mcp-Method" ? "tools/list" : method));
        if (fault != "no Mcp-Name" && method == "tools/call") headers.Add(("Mcp-Name", fault == "other Mcp-Name" ? "issue_refund" : "get_order"));

        var answer = await PostAsync(call, await gate.TokenAsync(), [.. headers]);

        Assert.True(answer.Status == status, answer.Text);
        Assert.Equal(code, Message(answer).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(1, Message(answer).GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Discover_OfTheNewestRevision_OffersIt()
    {
        var answer = await PostAsync(Call("server/discover", [], Newest), await gate.TokenAsync(), ("MCP-Protocol-Version", Newest), ("Mcp-Method", "server/discover"));

        Assert.Equal(200, answer.Status);
        Assert.Contains(Newest, Message(answer).GetProperty("result").GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 400), InlineData("{", 400), InlineData("[]", 400), InlineData("42", 400), InlineData("{}", 400)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list"}""", 400), InlineData("""{"jsonrpc":"1.0","id":1,"method":"tools/list"}""", 400)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]""", 400), InlineData("""{"jsonrpc":"2.0","id":null,"method":"tools/list"}""", 400)]
    public async Task Body_ThatIsNoSingleMessage_IsRefused(string body, int status)
    {
        var answer = await PostAsync(body, await gate.TokenAsync());

        Assert.True(answer.Status == status, $"{answer.Status}: {answer.Text}");
        Assert.True(Message(answer).GetProperty("error").GetProperty("code").GetInt32() < 0);
        Assert.DoesNotContain("System.", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_TooLarge_IsRefusedAndTheConnectionIsClosedInOrder()
    {
        var answer = await PostAsync(new string(' ', (256 << 10) + 1), await gate.TokenAsync());

        Assert.Equal((413, "close"), (answer.Status, answer.Headers["connection"]));
    }

    [Fact]
    public async Task Notification_HasNoAnswer()
    {
        var answer = await PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", await gate.TokenAsync(), ("MCP-Protocol-Version", "2025-11-25"));

        Assert.Equal((202, 0), (answer.Status, answer.Bytes.Length));
    }

    [Fact]
    public async Task Tools_ThatTheTokenDoesNotCover_AreNotListed()
    {
        var reader = (await gate.RequestTokenAsync(gate.Agent, "order:read")).MustBe(200).Str("access_token");

        var tools = Message(await PostAsync(Call("tools/list"), reader)).GetProperty("result").GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString());

        Assert.Equal(["cancel_action", "compensate_action", "get_action", "get_order", "open_task"], tools.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Action_OfAnotherAgent_LooksAbsent()
    {
        var mine = (await gate.RefundAsync("ord_000001", 100, "EUR")).MustBe(200, "succeeded");

        var answer = Message(await PostAsync(Tool("get_action", new JsonObject { ["action_id"] = mine.ActionId }), await gate.TokenAsync(gate.EuAgent))).GetProperty("result");

        Assert.True(answer.GetProperty("isError").GetBoolean());
        Assert.Equal("not_found", answer.GetProperty("structuredContent").GetProperty("code").GetString());
    }

    [Fact, Trait("req", "AC.1")]
    public async Task Call_OverMcp_IsRecordedLikeOneOverRestAndSharesItsKey()
    {
        var (task, key) = (await gate.OpenTaskAsync(), gate.NewKey());
        var overRest = (await gate.RefundAsync("ord_000001", 150, "EUR", task, key)).MustBe(200, "succeeded");
        var envelope = new JsonObject { ["arguments"] = JsonSerializer.SerializeToNode(TestGate.RefundArguments("ord_000001", 150, "EUR")), ["task_id"] = task, ["idempotency_key"] = key };

        var overMcp = Message(await PostAsync(Tool("issue_refund", envelope), await gate.TokenAsync())).GetProperty("result").GetProperty("structuredContent");

        Assert.True(JsonElement.DeepEquals(overRest.Body, overMcp), $"{overRest.Text} and {overMcp.GetRawText()}");
        Assert.Single(await gate.Payments.LedgerOfAsync(overRest.ActionId));
        var chain = (await gate.SendAsync(HttpMethod.Get, "/v1/chain/" + overRest.ActionId, null, await gate.SessionAsync("dana"))).MustBe(200);
        Assert.Contains(chain.Body.GetProperty("steps").EnumerateArray(), step => step.GetProperty("kind").GetString() == "action.replayed" && step.GetRawText().Contains("\"mcp\"", StringComparison.Ordinal));
    }

    [Fact, Trait("req", "AC.5")]
    public async Task Halt_OfAnAgent_ClosesTheMcpDoor()
    {
        await using var own = await TestGate.StartAsync();
        var token = await own.TokenAsync();
        (await own.HaltAsync("agent:" + own.Agent.Id)).MustBe(201);

        Assert.Equal(401, (await own.PostMcpAsync(Call("tools/list").ToJsonString(), token)).Status);
    }

    private Task<GateReply> PostAsync(JsonObject call, string? token, params (string, string)[] headers) => gate.PostMcpAsync(call.ToJsonString(), token, headers);

    private Task<GateReply> PostAsync(string body, string? token, params (string, string)[] headers) => gate.PostMcpAsync(body, token, headers);
}
