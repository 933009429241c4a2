using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Sallyport.Server.Tests.Mcp.Conformance;

/// <summary>Tools and a prompt that ask for more before they answer, request by request (since 2026-07-28, SEP-2322).</summary>
internal static class InputRequiredFixtures
{
    private static readonly byte[] StateKey = RandomNumberGenerator.GetBytes(32);

    internal static IEnumerable<McpServerTool> Tools =>
    [
        Tool("test_input_required_result_elicitation", call => Answer<ElicitResult>(call, "user_name") is { Content: { } content } ? $"Hello, {content["name"]}!" : Ask(AskName)),
        Tool("test_input_required_result_sampling", call => Answer<CreateMessageResult>(call, "capital_question") is { } answer
            ? string.Concat(answer.Content.OfType<TextContentBlock>().Select(block => block.Text)) : Ask(AskModel("capital_question", "What is the capital of France?", 100))),
        Tool("test_input_required_result_list_roots", call => Answer<ListRootsResult>(call, "client_roots") is { } answer ? string.Join(' ', answer.Roots.Select(root => root.Uri)) : Ask(AskRoots)),
        Tool("test_input_required_result_request_state", call => Opened(call) == "confirm" ? "state-ok" : Ask(AskText("confirm", "Please confirm", "ok", "boolean"), "confirm")),
        Tool("test_input_required_result_multiple_inputs", call => Opened(call) is not null && call.InputResponses?.Count >= 3
            ? "all answered" : Ask($"{AskName}, {AskModel("greeting", "Generate a greeting", 50)}, {AskRoots}", "several")),
        Tool("test_input_required_result_multi_round", call => Opened(call) switch
        {
            null => Ask(AskText("step1", "Step 1: What is your name?", "name"), "one"),
            "one" => Ask(AskText("step2", "Step 2: What is your favorite color?", "color"), "two"),
            _ => "both answered",
        }),
        Tool("test_input_required_result_tampered_state", call => Opened(call) is not null ? "state-ok" : Ask(AskText("confirm", "Please confirm", "ok", "boolean"), "guarded")),
        new FixtureTool("test_input_required_result_capabilities", "Asks only what the client can answer.", (request, _) => throw new InputRequiredException(FixtureTool.Read<InputRequiredResult>(
            $$"""{ "inputRequests": { {{(request.JsonRpcRequest.Context!.ClientCapabilities!.Elicitation is null ? AskModel("greeting", "Generate a greeting", 50) : AskName)}} } }"""))),
        new FixtureTool("test_missing_capability", "Needs a client that can sample.", (request, _) => request.JsonRpcRequest.Context?.ClientCapabilities?.Sampling is null
            ? throw new MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new SamplingCapability() }, "This tool needs sampling.") : Task.FromResult(FixtureTool.Says("ok"))),
        Tool("test_streaming_elicitation", call => Answer<ElicitResult>(call, "user_name") is not null ? "ok" : Ask(AskName)),
    ];

    /// <summary>A prompt that asks first.</summary>
    internal static IList<PromptMessage> Prompt(RequestParams call)
    {
        var text = Answer<ElicitResult>(call, "user_context") is { Content: { } content }
            ? $"Use the context {content["context"]}." : Ask(AskText("user_context", "What context should the prompt use?", "context"));
        return [new PromptMessage { Role = Role.User, Content = new TextContentBlock { Text = text } }];
    }

    private const string AskName = """
        "user_name": { "method": "elicitation/create", "params": { "message": "What is your name?",
          "requestedSchema": { "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] } } }
        """;

    private const string AskRoots = """ "client_roots": { "method": "roots/list", "params": {} } """;

    private static string AskText(string key, string message, string field, string type = "string") => $$"""
        "{{key}}": { "method": "elicitation/create", "params": { "message": "{{message}}",
          "requestedSchema": { "type": "object", "properties": { "{{field}}": { "type": "{{type}}" } }, "required": ["{{field}}"] } } }
        """;

    private static string AskModel(string key, string text, int tokens) => $$"""
        "{{key}}": { "method": "sampling/createMessage", "params": { "messages": [{ "role": "user", "content": { "type": "text", "text": "{{text}}" } }], "maxTokens": {{tokens}} } }
        """;

    private static FixtureTool Tool(string name, Func<RequestParams, string> answer) =>
        new(name, "Asks for more before it answers.", (request, _) => Task.FromResult(FixtureTool.Says(answer(request.Params!))));

    private static string Ask(string requests, string? state = null) => throw new InputRequiredException(FixtureTool.Read<InputRequiredResult>(
        state is null ? $$"""{ "inputRequests": { {{requests}} } }""" : $$"""{ "inputRequests": { {{requests}} }, "requestState": "{{Sealed(state)}}" }"""));

    private static T? Answer<T>(RequestParams call, string key) where T : class
    {
        if (call.InputResponses?.TryGetValue(key, out var response) != true) return null;
        try
        {
            return FixtureTool.Read<T>(response!.RawValue.GetRawText());
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw new McpProtocolException($"The response \"{key}\" is not one.", fault, McpErrorCode.InvalidParams);
        }
    }

    /// <summary>State goes through the client's hands, so it carries a seal.</summary>
    private static string Sealed(string state) => state + "." + Convert.ToHexStringLower(HMACSHA256.HashData(StateKey, Encoding.UTF8.GetBytes(state)));

    private static string? Opened(RequestParams call)
    {
        if (call.RequestState is not { } given) return null;
        var state = given.Split('.')[0];
        return given == Sealed(state) ? state : throw new McpProtocolException("The request state is not one of this server.", McpErrorCode.InvalidParams);
    }
}
