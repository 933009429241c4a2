using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Sallyport.Server.Mcp;

namespace Sallyport.Server.Tests.Mcp.Conformance;

/// <summary>
/// The fixtures that the official conformance suite expects of a server. They join the real endpoint through its seam; production has none.
/// </summary>
internal static class Fixtures
{
    internal static McpPrimitives All { get; } = new(
        new McpServerTool[][] { [.. ContentFixtures.Tools], [.. AskingFixtures.Tools], [.. InputRequiredFixtures.Tools] }.SelectMany(tools => tools).ToDictionary(tool => tool.ProtocolTool.Name),
        AddTo, AskClients: true);

    private static readonly (string Name, string[] Arguments)[] Prompts =
    [
        ("test_simple_prompt", []), ("test_prompt_with_arguments", ["arg1", "arg2"]), ("test_prompt_with_embedded_resource", ["resourceUri"]), ("test_prompt_with_image", []),
        ("test_input_required_result_prompt", []),
    ];

    private static void AddTo(McpServerOptions options)
    {
        options.Capabilities!.Resources = new ResourcesCapability { Subscribe = true };
        var handlers = options.Handlers;
        handlers.ListPromptsHandler = (_, _) => ValueTask.FromResult(new ListPromptsResult { Prompts = [.. Prompts.Select(Describe)] });
        handlers.GetPromptHandler = (request, _) => ValueTask.FromResult(new GetPromptResult { Messages = Prompt(request.Params!) });
        handlers.ListResourcesHandler = (_, _) => ValueTask.FromResult(new ListResourcesResult { Resources = [Describe("test://static-text", "text/plain"), Describe("test://static-binary", "image/png")] });
        handlers.ListResourceTemplatesHandler = (_, _) => ValueTask.FromResult(new ListResourceTemplatesResult
        {
            ResourceTemplates = [new ResourceTemplate { UriTemplate = "test://template/{id}/data", Name = "template", Description = "Text with an id in it.", MimeType = "application/json" }],
        });
        handlers.ReadResourceHandler = (request, _) => ValueTask.FromResult(new ReadResourceResult { Contents = [ContentFixtures.Resource(request.Params!.Uri) ?? throw Absent(request.Params.Uri)] });
        handlers.CompleteHandler = (_, _) => ValueTask.FromResult(new CompleteResult { Completion = new Completion { Values = [], Total = 0, HasMore = false } });
        handlers.SubscribeToResourcesHandler = (_, _) => ValueTask.FromResult(new EmptyResult());
        handlers.UnsubscribeFromResourcesHandler = (_, _) => ValueTask.FromResult(new EmptyResult());
    }

    private static IList<PromptMessage> Prompt(GetPromptRequestParams call) =>
        call.Name == "test_input_required_result_prompt" ? InputRequiredFixtures.Prompt(call)
            : ContentFixtures.Prompt(call.Name, argument => call.Arguments?.TryGetValue(argument, out var value) == true ? value.GetString()! : throw Missing(argument))
                ?? throw new McpProtocolException("There is no prompt of this name.", McpErrorCode.InvalidParams);

    private static Prompt Describe((string Name, string[] Arguments) prompt) => new()
    {
        Name = prompt.Name, Description = "A prompt of the conformance suite.",
        Arguments = [.. prompt.Arguments.Select(argument => new PromptArgument { Name = argument, Description = "Any text.", Required = true })],
    };

    private static Resource Describe(string uri, string type) => new() { Uri = uri, Name = uri, Description = "A resource of the conformance suite.", MimeType = type };

    private static McpProtocolException Missing(string argument) => new($"The argument \"{argument}\" is required.", McpErrorCode.InvalidParams);

    private static McpProtocolException Absent(string uri) => new("There is no resource of this URI.", McpErrorCode.InvalidParams) { Data = { ["uri"] = uri } };
}
