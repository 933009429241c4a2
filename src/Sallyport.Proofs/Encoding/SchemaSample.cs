using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Encoding;

/// <summary>Plain values of a schema, for the places of a counterexample that no condition looks at.</summary>
internal static class SchemaSample
{
    private const int MaxDepth = 32;

    /// <summary>A value that the schema is likely to accept; the whole counterexample is validated afterwards.</summary>
    internal static JsonNode? Of(SchemaView schema, int variant = 0, int depth = 0)
    {
        if (depth > MaxDepth) return null;
        if (schema.Values is { Count: > 0 } values) return JsonSerializer.SerializeToNode(values[variant % values.Count]);
        switch (TypeOf(schema))
        {
            case "object":
                var members = new JsonObject();
                foreach (var name in schema.Members.Where(schema.Requires)) members[name] = Of(schema.Member(name), variant, depth + 1);
                return members;
            case "array":
                var items = new JsonArray();
                for (var i = 0; i < Math.Min(schema.Count("minItems") ?? 0, 100); i++) items.Add(Of(schema.Items, variant + i, depth + 1));
                return items;
            case "integer" or "number":
                return Number(schema, variant);
            case "boolean":
                return JsonValue.Create(variant % 2 == 1);
            case "null":
                return null;
            default:
                return JsonValue.Create(Texts(schema).Skip(variant).FirstOrDefault() ?? "a");
        }
    }

    /// <summary>Texts for a schema, ever others, until there are enough to choose from.</summary>
    internal static IEnumerable<string> Texts(SchemaView schema)
    {
        for (var variant = 0; variant < 64; variant++)
            if (Text(schema, variant) is { } text) yield return text;
    }

    private static string? Text(SchemaView schema, int variant)
    {
        if (schema.Values is { } values) return variant < values.Count && values[variant].ValueKind == JsonValueKind.String ? values[variant].GetString() : null;
        if (schema.Get("pattern") is { ValueKind: JsonValueKind.String } pattern) return PatternSample.Find(pattern.GetString()!, variant);
        var text = schema.Get("format") is { ValueKind: JsonValueKind.String } format ? Formatted(format.GetString()!, variant) : $"text{variant}";
        var (least, most) = (schema.Count("minLength") ?? 0, schema.Count("maxLength") ?? 1_000);
        if (text.Length < least) text = text.PadRight((int)Math.Min(least, 10_000), 'a');
        return text.Length <= most ? text : most == 0 ? "" : text[^(int)most..];
    }

    private static string Formatted(string format, int variant) => format switch
    {
        "date-time" => $"2026-01-{variant % 28 + 1:00}T00:00:00Z",
        "date" => $"2026-01-{variant % 28 + 1:00}",
        "time" => $"00:00:{variant % 60:00}Z",
        "email" or "idn-email" => $"person{variant}@example.com",
        "uuid" => $"00000000-0000-4000-8000-{variant:000000000000}",
        "uri" or "uri-reference" or "iri" or "iri-reference" => $"https://example.com/{variant}",
        "hostname" or "idn-hostname" => $"host{variant}.example.com",
        "ipv4" => $"192.0.2.{variant}",
        "ipv6" => $"2001:db8::{variant:x}",
        "decimal" => $"{variant}",
        _ => $"text{variant}",
    };

    private static JsonNode? Number(SchemaView schema, int variant)
    {
        var step = schema.Number("multipleOf") is { Sign: > 0 } multiple ? multiple : Rational.One;
        var least = schema.Number("minimum") ?? (schema.Number("exclusiveMinimum") is { } above ? above + step : null);
        var most = schema.Number("maximum") ?? (schema.Number("exclusiveMaximum") is { } below ? below - step : null);
        var start = least is { } low ? low : most is { } high && high < Rational.Zero ? high : Rational.Zero;
        var value = (Rational)(start / step).Ceiling() * step;
        if (least is not null || most is null) value += step * variant;
        if (most is { } limit && value > limit) value = (Rational)(limit / step).Floor() * step;
        return value.ToJson() is { } text ? JsonNode.Parse(text) : null;
    }

    private static string? TypeOf(SchemaView schema) => schema.Get("type") switch
    {
        { ValueKind: JsonValueKind.String } name => name.GetString(),
        { ValueKind: JsonValueKind.Array } names => names.EnumerateArray().Select(name => name.GetString()).FirstOrDefault(name => name != "null"),
        _ => schema.Get("properties") is not null ? "object" : schema.Get("items") is not null ? "array" : null,
    };
}
