using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sallyport.Bench;

/// <summary>
/// The yardstick of <see cref="SchemaMode"/>: walks the schema document again for every instance, as the simplest correct validator of
/// these keywords would. It looks properties up by name, keeps its patterns, and knows nothing else in advance.
/// </summary>
internal sealed class InterpretingValidator(JsonElement schema)
{
    private readonly Dictionary<string, Regex> _patterns = [];

    internal bool IsValid(JsonElement instance) => IsValid(schema, instance);

    private bool IsValid(JsonElement schema, JsonElement instance)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var holds = keyword.Name switch
            {
                "type" => HasType(keyword.Value.GetString()!, instance),
                "enum" => keyword.Value.EnumerateArray().Any(value => JsonElement.DeepEquals(value, instance)),
                "minimum" => instance.ValueKind != JsonValueKind.Number || instance.GetDecimal() >= keyword.Value.GetDecimal(),
                "maximum" => instance.ValueKind != JsonValueKind.Number || instance.GetDecimal() <= keyword.Value.GetDecimal(),
                "pattern" => instance.ValueKind != JsonValueKind.String || Pattern(keyword.Value.GetString()!).IsMatch(instance.GetString()!),
                "required" => instance.ValueKind != JsonValueKind.Object || keyword.Value.EnumerateArray().All(name => instance.TryGetProperty(name.GetString()!, out _)),
                "properties" => PropertiesFit(keyword.Value, instance),
                "additionalProperties" => keyword.Value.ValueKind != JsonValueKind.False || !HasOthers(schema, instance),
                "description" or "unit" => true,
                _ => throw new NotSupportedException(keyword.Name),
            };
            if (!holds) return false;
        }

        return true;
    }

    private static bool HasType(string type, JsonElement instance) => type switch
    {
        "object" => instance.ValueKind == JsonValueKind.Object,
        "string" => instance.ValueKind == JsonValueKind.String,
        "boolean" => instance.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => instance.ValueKind == JsonValueKind.Number && instance.TryGetDecimal(out var number) && decimal.IsInteger(number),
        _ => throw new NotSupportedException(type),
    };

    private bool PropertiesFit(JsonElement properties, JsonElement instance)
    {
        if (instance.ValueKind != JsonValueKind.Object) return true;
        foreach (var property in properties.EnumerateObject())
        {
            if (instance.TryGetProperty(property.Name, out var value) && !IsValid(property.Value, value)) return false;
        }

        return true;
    }

    private static bool HasOthers(JsonElement schema, JsonElement instance) =>
        instance.ValueKind == JsonValueKind.Object
        && instance.EnumerateObject().Any(property => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(property.Name, out _));

    private Regex Pattern(string pattern)
    {
        if (!_patterns.TryGetValue(pattern, out var regex))
            _patterns[pattern] = regex = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));
        return regex;
    }
}
