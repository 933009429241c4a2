using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sallyport.Server.Tests.Support;

/// <summary>MCP messages byte by byte, as no client library sends them.</summary>
internal static class McpWire
{
    internal const string Newest = "2026-07-28";
    private const string TasksExtension = "io.modelcontextprotocol/tasks";

    /// <summary>A request; with a revision it carries that and its capabilities itself.</summary>
    internal static JsonObject Call(string method, JsonObject? parameters = null, string? revision = null, bool tasks = false)
    {
        parameters ??= [];
        var capabilities = tasks ? new JsonObject { ["extensions"] = new JsonObject { [TasksExtension] = new JsonObject() } } : [];
        if (revision is not null)
            parameters["_meta"] = new JsonObject { ["io.modelcontextprotocol/protocolVersion"] = revision, ["io.modelcontextprotocol/clientCapabilities"] = capabilities };
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
    }

    /// <summary>A tool call.</summary>
    internal static JsonObject Tool(string name, object arguments) =>
        Call("tools/call", new JsonObject { ["name"] = name, ["arguments"] = JsonSerializer.SerializeToNode(arguments) });

    /// <summary>Sends a body.</summary>
    internal static Task<GateReply> PostMcpAsync(this TestGate gate, string body, string? token, params (string, string)[] headers)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return gate.SendAsync(HttpMethod.Post, "/mcp", content, token, [("Accept", "application/json, text/event-stream"), .. headers]);
    }

    /// <summary>Sends a request of the newest revision with the headers that it must have.</summary>
    internal static async Task<GateReply> AskNewestAsync(this TestGate gate, string method, JsonObject parameters, bool tasks = true, TestAgent? agent = null)
    {
        var name = (parameters["name"] ?? parameters["taskId"])?.GetValue<string>();
        (string, string)[] headers = [("MCP-Protocol-Version", Newest), ("Mcp-Method", method)];
        return await gate.PostMcpAsync(Call(method, parameters, Newest, tasks).ToJsonString(), await gate.TokenAsync(agent), name is null ? headers : [.. headers, ("Mcp-Name", name)]);
    }

    /// <summary>Calls a tool as a client of the newest revision.</summary>
    internal static async Task<JsonElement> CallToolAsync(this TestGate gate, string tool, object arguments, bool tasks = false, TestAgent? agent = null) =>
        Result(await gate.AskNewestAsync("tools/call", new JsonObject { ["name"] = tool, ["arguments"] = JsonSerializer.SerializeToNode(arguments) }, tasks, agent));

    /// <summary>The envelope of a refund.</summary>
    internal static object Refund(string task, string key, string order, long amountMinor, string currency, bool dryRun = false) =>
        new { arguments = TestGate.RefundArguments(order, amountMinor, currency), task_id = task, idempotency_key = key, dry_run = dryRun };

    /// <summary>The JSON-RPC messages of an answer: the body itself, or the events of a stream.</summary>
    internal static IReadOnlyList<JsonElement> Messages(GateReply answer) =>
        answer.Headers["content-type"].StartsWith("application/json", StringComparison.Ordinal) ? [answer.Body]
            : [.. answer.Text.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line["data: ".Length..]))];

    /// <summary>The one message of an answer.</summary>
    internal static JsonElement Message(GateReply answer) => Assert.Single(Messages(answer));

    /// <summary>The result of an answer that is no error.</summary>
    internal static JsonElement Result(GateReply answer) =>
        Message(answer).TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(answer.Text);

    /// <summary>The code of the JSON-RPC error that an answer is.</summary>
    internal static int ErrorCode(GateReply answer) =>
        Message(answer).TryGetProperty("error", out var error) ? error.GetProperty("code").GetInt32() : throw new InvalidOperationException(answer.Text);
}
