using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sallyport.DataGovernance;

/// <summary>
/// Removes what a contract marks as sensitive before anything is logged, shown to an agent or put beside an audit entry.
/// A schema property with <c>"sensitive": "pii"</c> or <c>"secret"</c> is replaced as a whole; what the schema does not know is replaced too.
/// </summary>
public static class Redactor
{
    /// <summary>What takes the place of a redacted value.</summary>
    public const string Mask = "[redacted]";

    /// <summary>Redacts a value by the annotations of its schema.</summary>
    /// <param name="value">The value.</param>
    /// <param name="schema">Its JSON Schema; only <c>properties</c>, <c>items</c> and <c>sensitive</c> are read.</param>
    public static JsonElement Redact(JsonElement value, JsonElement schema) => JsonSerializer.SerializeToElement(Walk(value, schema));

    private static JsonNode? Walk(JsonElement value, JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("sensitive", out _)) return Mask;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var result = new JsonObject();
                foreach (var member in value.EnumerateObject())
                    result[member.Name] = Child(schema, "properties", member.Name) is { } known ? Walk(member.Value, known) : Mask;
                return result;
            case JsonValueKind.Array:
                var items = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("items", out var declared) ? declared : (JsonElement?)null;
                return new JsonArray([.. value.EnumerateArray().Select(item => items is { } s ? Walk(item, s) : Mask)]);
            case JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return JsonSerializer.SerializeToNode(value);
            case JsonValueKind.Null or JsonValueKind.Undefined:
            default:
                return null;
        }
    }

    private static JsonElement? Child(JsonElement schema, string group, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(group, out var members)
        && members.ValueKind == JsonValueKind.Object && members.TryGetProperty(name, out var child) ? child : null;
}
