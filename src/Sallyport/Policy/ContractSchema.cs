using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Cel;
using Sallyport.Tools;

namespace Sallyport.Policy;

/// <summary>What a contract's schemas say about one value that a condition reads.</summary>
internal static class ContractSchema
{
    /// <summary>The schema of a path; null when the contract says nothing about it.</summary>
    internal static JsonElement? At(ToolContract contract, CelPath path)
    {
        var ofFact = path.Variable == "facts" && path.Segments.Length > 0;
        JsonElement? schema = path.Variable switch
        {
            "args" => contract.InputSchema,
            "facts" when ofFact => contract.Facts.FirstOrDefault(fact => fact.Name == path.Segments[0].Name)?.SchemaSource,
            _ => null,
        };
        foreach (var step in path.Segments.Skip(ofFact ? 1 : 0))
            schema = step.Name is null ? Items(schema) : Child(Child(schema, "properties"), step.Name);
        return schema;
    }

    internal static JsonElement? Items(JsonElement? schema) => Child(schema, "items");

    internal static string? TypeOf(JsonElement? schema) => Child(schema, "type") is { ValueKind: JsonValueKind.String } type ? type.GetString() : null;

    /// <summary>The distance to the next number that the schema allows.</summary>
    internal static decimal Step(JsonElement? schema) =>
        Child(schema, "multipleOf") is { ValueKind: JsonValueKind.Number } step && step.TryGetDecimal(out var size) && size > 0 ? size
            : TypeOf(schema) == "number" ? 0.01m : 1;

    /// <summary>A value that the schema allows, as simple as possible.</summary>
    internal static JsonElement Sample(JsonElement? schema) => JsonSerializer.SerializeToElement(Other(schema, null, 1));

    /// <summary>A value that the schema allows and that is not the one given.</summary>
    internal static JsonNode? Other(JsonElement? schema, JsonElement? but, int number)
    {
        if (Child(schema, "enum") is { ValueKind: JsonValueKind.Array } members)
        {
            var other = members.EnumerateArray().Where(member => but is not { } known || member.GetRawText() != known.GetRawText()).ToList();
            if (other.Count > 0) return JsonSerializer.SerializeToNode(other[0]);
        }

        return TypeOf(schema) switch
        {
            "integer" or "number" => JsonValue.Create(Child(schema, "minimum") is { } least && least.TryGetInt64(out var minimum) ? minimum + number : number),
            "boolean" => JsonValue.Create(but is not { ValueKind: JsonValueKind.True }),
            "array" => new JsonArray(),
            "object" => new JsonObject(),
            _ => JsonValue.Create("other-" + number),
        };
    }

    private static JsonElement? Child(JsonElement? schema, string name) =>
        schema is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var child) ? child : null;
}
