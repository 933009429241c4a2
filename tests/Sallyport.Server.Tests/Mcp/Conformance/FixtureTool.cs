using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Sallyport.Server.Tests.Mcp.Conformance;

/// <summary>A tool that the conformance suite asks for by name.</summary>
internal sealed class FixtureTool(string name, string description, Func<RequestContext<CallToolRequestParams>, CancellationToken, Task<CallToolResult>> answer, string? schema = null)
    : McpServerTool
{
    internal FixtureTool(string name, string description, params ContentBlock[] content)
        : this(name, description, (_, _) => Task.FromResult(new CallToolResult { Content = [.. content] }))
    {
    }

    public override Tool ProtocolTool { get; } = new()
    {
        Name = name, Description = description, InputSchema = JsonElement.Parse(schema ?? """{ "type": "object", "properties": {}, "additionalProperties": false }"""),
    };

    public override IReadOnlyList<object> Metadata => [];

    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default) =>
        await answer(request, cancellationToken);

    internal static CallToolResult Says(string text) => new() { Content = [new TextContentBlock { Text = text }] };

    internal static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, McpJsonUtilities.DefaultOptions)!;
}
