using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Sallyport.Server.Tests.Mcp.Conformance;

/// <summary>Tools that say something before they answer, or ask the client back within a session (until 2025-11-25).</summary>
internal static class AskingFixtures
{
    internal static IEnumerable<McpServerTool> Tools =>
    [
        new FixtureTool("test_tool_with_logging", "Logs while it works.", LogAsync),
        new FixtureTool("test_logging_tool", "Logs while it works, if the request asks for it.", LogAsync),
        new FixtureTool("test_tool_with_progress", "Reports progress.", ProgressAsync),
        new FixtureTool("test_sampling", "Asks the client's model.", SampleAsync, """{ "type": "object", "properties": { "prompt": { "type": "string" } }, "required": ["prompt"] }"""),
        new FixtureTool("test_elicitation", "Asks the client's user.", (request, cancellation) => ElicitAsync(request, request.Params!.Arguments!["message"].GetString()!, UserSchema, cancellation),
            """{ "type": "object", "properties": { "message": { "type": "string" } }, "required": ["message"] }"""),
        new FixtureTool("test_elicitation_sep1034_defaults", "Asks with defaults.", (request, cancellation) => ElicitAsync(request, "Please check these values.", DefaultsSchema, cancellation)),
        new FixtureTool("test_elicitation_sep1330_enums", "Asks with every kind of list.", (request, cancellation) => ElicitAsync(request, "Please choose.", EnumsSchema, cancellation)),
    ];

    private const string UserSchema = """
        { "type": "object", "required": ["username", "email"],
          "properties": { "username": { "type": "string", "description": "User's response" }, "email": { "type": "string", "description": "User's email address" } } }
        """;

    private const string DefaultsSchema = """
        { "type": "object", "properties": {
          "name": { "type": "string", "default": "John Doe" }, "age": { "type": "integer", "default": 30 }, "score": { "type": "number", "default": 95.5 },
          "status": { "type": "string", "enum": ["active", "inactive", "pending"], "default": "active" }, "verified": { "type": "boolean", "default": true } } }
        """;

    private const string EnumsSchema = """
        { "type": "object", "properties": {
          "untitledSingle": { "type": "string", "enum": ["option1", "option2", "option3"] },
          "titledSingle": { "type": "string", "oneOf": [{ "const": "value1", "title": "First Option" }, { "const": "value2", "title": "Second Option" }] },
          "legacyEnum": { "type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": ["Option One", "Option Two", "Option Three"] },
          "untitledMulti": { "type": "array", "items": { "type": "string", "enum": ["option1", "option2", "option3"] } },
          "titledMulti": { "type": "array", "items": { "anyOf": [{ "const": "value1", "title": "First Choice" }, { "const": "value2", "title": "Second Choice" }] } } } }
        """;

    /// <summary>From 2026-07-28 on a request says itself whether it wants to hear log messages.</summary>
    private static async Task<CallToolResult> LogAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellation)
    {
        var context = request.JsonRpcRequest.Context;
        var silent = context?.ProtocolVersion == "2026-07-28" && context.LogLevel is null;
        foreach (var text in silent ? [] : new[] { "Tool execution started", "Tool processing data", "Tool execution completed" })
        {
            var message = new LoggingMessageNotificationParams { Level = LoggingLevel.Info, Logger = "fixtures", Data = JsonSerializer.SerializeToElement(text) };
            await request.Server.SendNotificationAsync("notifications/message", message, McpJsonUtilities.DefaultOptions, cancellation);
        }

        return FixtureTool.Says("Tool with logging executed successfully");
    }

    private static async Task<CallToolResult> ProgressAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellation)
    {
        foreach (var progress in new[] { 0, 50, 100 })
            if (request.Params!.ProgressToken is { } token) await request.Server.NotifyProgressAsync(token, new ProgressNotificationValue { Progress = progress, Total = 100 }, cancellationToken: cancellation);
        return FixtureTool.Says("Tool with progress executed successfully");
    }

    private static async Task<CallToolResult> SampleAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellation)
    {
        var prompt = new TextContentBlock { Text = request.Params!.Arguments!["prompt"].GetString()! };
        var answer = await request.Server.SampleAsync(new CreateMessageRequestParams { Messages = [new SamplingMessage { Role = Role.User, Content = [prompt] }], MaxTokens = 100 }, cancellation);
        return FixtureTool.Says("LLM response: " + string.Concat(answer.Content.OfType<TextContentBlock>().Select(block => block.Text)));
    }

    private static async Task<CallToolResult> ElicitAsync(RequestContext<CallToolRequestParams> request, string message, string schema, CancellationToken cancellation)
    {
        var answer = await request.Server.ElicitAsync(new ElicitRequestParams { Message = message, RequestedSchema = FixtureTool.Read<ElicitRequestParams.RequestSchema>(schema) }, cancellation);
        return FixtureTool.Says($"Elicitation completed: action={answer.Action}, content={JsonSerializer.Serialize(answer.Content, McpJsonUtilities.DefaultOptions)}");
    }
}
