using System.Text.Json;

namespace Sallyport.JsonSchema.Compilation;

/// <summary>Where schemas stand inside a schema. Identifiers count only there: a <c>$id</c> inside <c>enum</c> is data.</summary>
internal static class Subschemas
{
    public static IEnumerable<SchemaLocation> Of(SchemaLocation schema, JsonProperty keyword)
    {
        var at = schema.Child(keyword.Name, keyword.Value);
        switch (keyword.Name)
        {
            case "additionalProperties" or "items" or "contains" or "propertyNames" or "if" or "then" or "else" or "not"
                or "unevaluatedItems" or "unevaluatedProperties" or "contentSchema":
                yield return at;
                break;
            case "allOf" or "anyOf" or "oneOf" or "prefixItems" when keyword.Value.ValueKind == JsonValueKind.Array:
                var index = 0;
                foreach (var item in keyword.Value.EnumerateArray()) yield return at.Child(index++, item);
                break;
            case "$defs" or "definitions" or "properties" or "patternProperties" or "dependentSchemas" or "dependencies"
                when keyword.Value.ValueKind == JsonValueKind.Object:
                foreach (var entry in keyword.Value.EnumerateObject()) yield return at.Child(entry.Name, entry.Value);
                break;
            default:
                break;
        }
    }
}
