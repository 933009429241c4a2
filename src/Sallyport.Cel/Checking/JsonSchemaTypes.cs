using System.Text.Json;

namespace Sallyport.Cel.Checking;

/// <summary>
/// JSON Schema 2020-12 to types. The type describes every valid instance; where it cannot, it is dyn, never a narrower guess.
/// <c>type: number</c> is decimal when the schema asks for exactness (<c>format: decimal</c> or a <c>multipleOf</c> below 1), else double.
/// </summary>
internal sealed class JsonSchemaTypes(JsonElement root)
{
    private const int MaxDepth = 64;

    private readonly JsonElement _root = root;

    /// <summary>Each reference is followed once; null while it is being followed, so that a recursive schema ends.</summary>
    private readonly Dictionary<string, CelType?> _references = [];

    internal CelType Derive() => Derive(_root, 0);

    private CelType Derive(JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > MaxDepth)
            return CelType.Dyn;
        if (schema.TryGetProperty("$ref", out var reference))
            return reference.ValueKind == JsonValueKind.String ? OfReference(reference.GetString()!, depth) : CelType.Dyn;
        if (Alternatives(schema) is { } alternatives)
            return Union(alternatives.EnumerateArray().Select(one => Derive(one, depth + 1)));
        if (schema.TryGetProperty("type", out var type))
        {
            return type.ValueKind switch
            {
                JsonValueKind.String => OfName(type.GetString()!, schema, depth),
                JsonValueKind.Array => Union(Strings(type).Select(name => OfName(name, schema, depth))),
                _ => CelType.Dyn,
            };
        }

        if (schema.TryGetProperty("const", out var constant))
            return OfInstance(constant);
        if (schema.TryGetProperty("enum", out var members) && members.ValueKind == JsonValueKind.Array)
            return Union(members.EnumerateArray().Select(OfInstance));
        return CelType.Dyn;
    }

    private static JsonElement? Alternatives(JsonElement schema)
    {
        foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(keyword, out var list) && list.ValueKind == JsonValueKind.Array)
                return schema.TryGetProperty("type", out _) ? null : list;
        }

        return null;
    }

    /// <summary>One type for several: nullable where null is one of them, dyn where the others differ.</summary>
    private static CelType Union(IEnumerable<CelType> types)
    {
        CelType? joined = null;
        var withNull = false;
        foreach (var type in types)
        {
            if (type.Kind == CelTypeKind.Null)
                withNull = true;
            else if (joined is null || joined.Equals(type))
                joined = type;
            else if (joined.Kind == type.Kind && type.Kind == CelTypeKind.String)
                joined = TypeInference.MostGeneral(joined, type);
            else
                return CelType.Dyn;
        }

        if (joined is null)
            return withNull ? CelType.Null : CelType.Dyn;
        return withNull ? CelType.Nullable(joined) : joined;
    }

    private static CelType OfInstance(JsonElement instance) => instance.ValueKind switch
    {
        JsonValueKind.String => CelType.String,
        JsonValueKind.True or JsonValueKind.False => CelType.Bool,
        JsonValueKind.Null => CelType.Null,
        JsonValueKind.Number when instance.TryGetInt64(out _) => CelType.Int,
        JsonValueKind.Number => CelType.Double,
        _ => CelType.Dyn,
    };

    private CelType OfName(string name, JsonElement schema, int depth) => name switch
    {
        "null" => CelType.Null,
        "boolean" => CelType.Bool,
        "integer" => CelType.Int,
        "number" => IsExact(schema) ? CelType.Decimal : CelType.Double,
        "string" => Sized(HasFormat(schema, "decimal") ? CelType.Decimal : CelType.String, schema, "maxLength"),
        "array" => Sized(CelType.List(schema.TryGetProperty("items", out var items) && !schema.TryGetProperty("prefixItems", out _)
            ? Derive(items, depth + 1) : CelType.Dyn), schema, "maxItems"),
        "object" => OfObject(schema, depth),
        _ => CelType.Dyn,
    };

    private static CelType Sized(CelType type, JsonElement schema, string keyword) =>
        type.Kind != CelTypeKind.Decimal && schema.TryGetProperty(keyword, out var max) && max.ValueKind == JsonValueKind.Number &&
        max.TryGetInt64(out var size) && size >= 0 ? type.WithMaxSize(size) : type;

    private static IEnumerable<string> Strings(JsonElement array) =>
        array.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!);

    private static bool IsExact(JsonElement schema)
    {
        if (HasFormat(schema, "decimal"))
            return true;
        return schema.TryGetProperty("multipleOf", out var step) && step.ValueKind == JsonValueKind.Number &&
            step.TryGetDecimal(out var size) && size is > 0 and < 1;
    }

    private static bool HasFormat(JsonElement schema, string format) =>
        schema.TryGetProperty("format", out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(format);

    private CelType OfObject(JsonElement schema, int depth)
    {
        var hasProperties = schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object;
        var isClosed = (schema.TryGetProperty("additionalProperties", out var additional) ||
            schema.TryGetProperty("unevaluatedProperties", out additional)) && additional.ValueKind == JsonValueKind.False;
        isClosed &= !schema.TryGetProperty("patternProperties", out _) && !schema.TryGetProperty("allOf", out _);
        if (!hasProperties && !isClosed)
        {
            var value = additional.ValueKind == JsonValueKind.Object && !schema.TryGetProperty("patternProperties", out _)
                ? Derive(additional, depth + 1) : CelType.Dyn;
            return Sized(CelType.Map(CelType.String, value), schema, "maxProperties");
        }

        var required = new HashSet<string>();
        if (schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array)
            required.UnionWith(Strings(names));
        var fields = hasProperties
            ? properties.EnumerateObject().Select(p => new CelField(p.Name, Derive(p.Value, depth + 1), required.Contains(p.Name)))
            : [];
        return CelType.Object(fields, isClosed);
    }

    private CelType OfReference(string reference, int depth)
    {
        if (_references.TryGetValue(reference, out var known))
            return known ?? CelType.Dyn;
        _references[reference] = null;
        var type = Follow(reference) is { } target ? Derive(target, depth + 1) : CelType.Dyn;
        _references[reference] = type;
        return type;
    }

    /// <summary>
    /// A local reference such as <c>#/$defs/money</c>. Any other is left to the schema validator: an anchor, and a path where parts of the
    /// schema have identifiers, as it may start at such a part.
    /// </summary>
    private JsonElement? Follow(string reference)
    {
        if (reference is not ("#" or ['#', '/', ..]) || HasIdentifiedParts())
            return null;
        var target = _root;
        foreach (var step in reference.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/").Replace("~0", "~");
            if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(name, out target))
                return null;
        }

        return target;
    }

    /// <summary>Whether an identifier stands anywhere but at the root.</summary>
    private bool HasIdentifiedParts() => _root.GetRawText().Split("\"$id\"").Length > (_root.TryGetProperty("$id", out _) ? 2 : 1);
}
