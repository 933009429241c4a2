using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sallyport.Server.Mcp;

/// <summary>The schemas of what MCP tools take and answer.</summary>
internal static class McpSchemas
{
    internal static JsonObject ActionAnswer() => Answer(["action_id", "state", "tool", "task_id"]);

    internal static JsonObject ReadAnswer() => Answer(["action_id", "tool", "task_id", "result"]);

    /// <summary>Open on purpose: fields may be added. Errors carry a problem document instead and are marked isError.</summary>
    internal static JsonObject Answer(string[] required) => new()
    {
        ["type"] = "object", ["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]),
        ["properties"] = new JsonObject([.. required.Select(name => KeyValuePair.Create<string, JsonNode?>(name, name.StartsWith("invocations", StringComparison.Ordinal)
            ? new JsonObject { ["type"] = "integer" } : name == "result" ? new JsonObject() : new JsonObject { ["type"] = "string" }))]),
    };

    internal static JsonObject Object(string[] required, JsonObject properties) => new()
    {
        ["type"] = "object", ["additionalProperties"] = false, ["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]), ["properties"] = properties,
    };

    internal static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    internal static JsonElement Element(JsonObject schema) => JsonSerializer.SerializeToElement(schema);
}
