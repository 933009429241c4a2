using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Sallyport.Server.Tests.Mcp.Conformance;

/// <summary>Tools, prompts and resources that answer with every kind of content.</summary>
internal static class ContentFixtures
{
    /// <summary>One grey pixel.</summary>
    internal const string Picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

    /// <summary>Two samples of silence.</summary>
    private const string Sound = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQIAAACAgA==";

    internal static IEnumerable<McpServerTool> Tools =>
    [
        new FixtureTool("test_simple_text", "Answers with text.", new TextContentBlock { Text = "This is a simple text response for testing." }),
        new FixtureTool("test_image_content", "Answers with a picture.", Image()),
        new FixtureTool("test_audio_content", "Answers with a sound.", new AudioContentBlock { Data = Bytes(Sound), MimeType = "audio/wav" }),
        new FixtureTool("test_embedded_resource", "Answers with a resource.", Embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")),
        new FixtureTool("test_multiple_content_types", "Answers with several kinds of content.", new TextContentBlock { Text = "Multiple content types test:" }, Image(),
            Embedded("test://mixed-content-resource", "application/json", """{"test":"data","value":123}""")),
        new FixtureTool("test_error_handling", "Always fails.",
            (_, _) => Task.FromResult(new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = "This tool intentionally returns an error for testing" }] })),
        new FixtureTool("json_schema_2020_12_tool", "Has a schema with the newer keywords.", (_, _) => Task.FromResult(FixtureTool.Says("ok")), NewerKeywords),
    ];

    /// <summary>A prompt of the suite, whose arguments are all required; null when there is none of this name.</summary>
    internal static IList<PromptMessage>? Prompt(string name, Func<string, string> argument) => name switch
    {
        "test_simple_prompt" => [Says(new TextContentBlock { Text = "This is a simple prompt for testing." })],
        "test_prompt_with_arguments" => [Says(new TextContentBlock { Text = $"Prompt with arguments: arg1='{argument("arg1")}', arg2='{argument("arg2")}'" })],
        "test_prompt_with_embedded_resource" =>
        [
            Says(Embedded(argument("resourceUri"), "text/plain", "Embedded resource content for testing.")),
            Says(new TextContentBlock { Text = "Please process the embedded resource above." }),
        ],
        "test_prompt_with_image" => [Says(Image()), Says(new TextContentBlock { Text = "Please analyze the image above." })],
        _ => null,
    };

    /// <summary>A resource of the suite, or null.</summary>
    internal static ResourceContents? Resource(string uri) => uri switch
    {
        "test://static-text" => new TextResourceContents { Uri = uri, MimeType = "text/plain", Text = "This is the content of the static text resource." },
        "test://static-binary" => new BlobResourceContents { Uri = uri, MimeType = "image/png", Blob = Bytes(Picture) },
        "test://watched-resource" => new TextResourceContents { Uri = uri, MimeType = "text/plain", Text = "Watched." },
        _ when uri.Split('/') is ["test:", "", "template", var id, "data"] =>
            new TextResourceContents { Uri = uri, MimeType = "application/json", Text = JsonSerializer.Serialize(new { id, templateTest = true, data = "Data for ID: " + id }) },
        _ => null,
    };

    private const string NewerKeywords = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
          "$defs": { "address": { "$anchor": "addressDef", "type": "object", "properties": { "street": { "type": "string" }, "city": { "type": "string" } } } },
          "properties": {
            "name": { "type": "string" }, "address": { "$ref": "#/$defs/address" }, "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" }, "email": { "type": "string" }
          },
          "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
          "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
          "then": { "required": ["phone"] }, "else": { "required": ["email"] }, "additionalProperties": false
        }
        """;

    private static PromptMessage Says(ContentBlock content) => new() { Role = Role.User, Content = content };

    private static ImageContentBlock Image() => new() { Data = Bytes(Picture), MimeType = "image/png" };

    private static EmbeddedResourceBlock Embedded(string uri, string type, string text) =>
        new() { Resource = new TextResourceContents { Uri = uri, MimeType = type, Text = text } };

    private static ReadOnlyMemory<byte> Bytes(string base64) => System.Text.Encoding.ASCII.GetBytes(base64);
}
