using System.Text.Json.Nodes;
using Sallyport.Server.Tests.Support;
using static Sallyport.Server.Tests.Support.McpWire;

namespace Sallyport.Server.Tests.Mcp;

/// <summary>Notifications of the Tasks extension on <c>subscriptions/listen</c>.</summary>
public sealed class McpTaskStreamTests(TestGate gate) : IClassFixture<TestGate>
{
    [Fact]
    public async Task Listen_TellsHowTheOwnTasksMoveAndEndsWithTheLast()
    {
        var (approved, called) = (await PendingAsync(gate.Agent), await PendingAsync(gate.Agent));
        var foreign = await PendingAsync(gate.EuAgent);

        var listening = ListenAsync(approved, called, foreign, "act_0");
        (await gate.DecideAsync("dana", (await gate.WaitAsync(approved, 0)).ApprovalId!)).MustBe(200);
        Result(await gate.AskNewestAsync("tasks/cancel", new JsonObject { ["taskId"] = called }));
        var messages = Messages(await listening);

        Assert.Equal("notifications/subscriptions/acknowledged", messages[0].GetProperty("method").GetString());
        Assert.Equal([approved, called], messages[0].GetProperty("params").GetProperty("notifications").GetProperty("taskIds").EnumerateArray().Select(id => id.GetString()));
        var moves = messages.Skip(1).SkipLast(1).Select(message => message.GetProperty("params")).ToList();
        Assert.All(messages.SkipLast(1), message => Assert.Equal("1", message.GetProperty("params").GetProperty("_meta").GetProperty("io.modelcontextprotocol/subscriptionId").GetString()));
        Assert.DoesNotContain(moves, move => move.GetProperty("taskId").GetString() == foreign);
        var end = moves.Last(move => move.GetProperty("taskId").GetString() == approved);
        Assert.Equal(("completed", false), (end.GetProperty("status").GetString(), end.GetProperty("result").GetProperty("isError").GetBoolean()));
        Assert.Equal("cancelled", moves.Last(move => move.GetProperty("taskId").GetString() == called).GetProperty("status").GetString());
        Assert.True(messages[^1].TryGetProperty("result", out _));
    }

    [Fact, Trait("req", "A5.1")]
    public async Task Halt_OfTheAgent_EndsItsStreamsWithoutAnotherWord()
    {
        await using var own = await TestGate.StartAsync();
        var pending = (await own.RefundAsync("ord_000003", 6_000, "EUR")).MustBe(202, "pending");
        var call = Call("subscriptions/listen", new JsonObject { ["notifications"] = new JsonObject { ["taskIds"] = new JsonArray(pending.ActionId) } }, Newest, tasks: true);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, own.Url + "/mcp") { Content = new StringContent(call.ToJsonString(), null, "application/json") };
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [("Authorization", "Bearer " + await own.TokenAsync()), ("Accept", "application/json, text/event-stream"), ("MCP-Protocol-Version", Newest), ("Mcp-Method", "subscriptions/listen")])
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (await stream.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("\"notifications/tasks\"", StringComparison.Ordinal))
        {
        }

        (await own.HaltAsync("agent:" + own.Agent.Id)).MustBe(201);

        Assert.DoesNotContain("notifications/tasks", await stream.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listen_ForTasksWithoutTheExtension_IsRefused()
    {
        var parameters = new JsonObject { ["notifications"] = new JsonObject { ["taskIds"] = new JsonArray("act_0") } };

        var refused = await gate.AskNewestAsync("subscriptions/listen", parameters, tasks: false);

        Assert.Equal((400, -32021), (refused.Status, ErrorCode(refused)));
    }

    [Fact]
    public async Task Listen_ForMoreTasksThanAStreamTakes_IsRefused()
    {
        var refused = await ListenAsync([.. Enumerable.Range(0, 33).Select(number => $"act_{number}")]);

        Assert.Equal(-32602, ErrorCode(refused));
    }

    [Fact]
    public async Task Listen_ToNothingThatThisServerTells_IsAcknowledgedAndEnds()
    {
        var messages = Messages(await gate.AskNewestAsync("subscriptions/listen", new JsonObject { ["notifications"] = new JsonObject { ["toolsListChanged"] = true } }, tasks: false));

        Assert.Equal(2, messages.Count);
        Assert.Empty(messages[0].GetProperty("params").GetProperty("notifications").EnumerateObject());
        Assert.True(messages[1].TryGetProperty("result", out _));
    }

    private async Task<string> PendingAsync(TestAgent agent) =>
        (await gate.CallToolAsync("issue_refund", Refund(await gate.OpenTaskAsync(agent), gate.NewKey(), "ord_000003", 6_000, "EUR"), tasks: true, agent)).GetProperty("taskId").GetString()!;

    private Task<GateReply> ListenAsync(params string[] ids) =>
        gate.AskNewestAsync("subscriptions/listen", new JsonObject { ["notifications"] = new JsonObject { ["taskIds"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) } });
}
