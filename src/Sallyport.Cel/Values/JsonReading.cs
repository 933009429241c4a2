using System.Text.Json;

namespace Sallyport.Cel.Values;

/// <summary>JSON to values, led by the declared type.</summary>
internal static class JsonReading
{
    /// <summary>Deeper JSON is refused; only documents parsed with other than the default options can be deeper than 64.</summary>
    private const int MaxDepth = 128;

    internal static CelValue Read(JsonElement json, CelType type) => Read(json, type, 0);

    private static CelValue Read(JsonElement json, CelType type, int depth)
    {
        if (type.Kind == CelTypeKind.Nullable)
            return json.ValueKind == JsonValueKind.Null ? CelValue.Null : Read(json, type.Parameters[0], depth);
        if (depth > MaxDepth)
            return CelValue.Error("the JSON nests too deeply");
        return json.ValueKind switch
        {
            JsonValueKind.Null => Fits(type, CelTypeKind.Null) ? CelValue.Null : Mismatch(json, type),
            JsonValueKind.True or JsonValueKind.False =>
                Fits(type, CelTypeKind.Bool) ? CelValue.From(json.ValueKind == JsonValueKind.True) : Mismatch(json, type),
            JsonValueKind.Number => ReadNumber(json, type),
            JsonValueKind.String => ReadString(json, type),
            JsonValueKind.Array => ReadArray(json, type, depth),
            JsonValueKind.Object => ReadObject(json, type, depth),
            _ => CelValue.Error("no value"),
        };
    }

    private static bool Fits(CelType type, CelTypeKind kind) => type.IsDynamic || type.Kind == kind;

    private static CelValue Mismatch(JsonElement json, CelType type) =>
        CelValue.Error($"type mismatch: expected {type}, got JSON {json.ValueKind.ToString().ToLowerInvariant()}");

    private static CelValue ReadNumber(JsonElement json, CelType type)
    {
        switch (type.Kind)
        {
            case CelTypeKind.Int when WholeNumber(json, out var integer) && integer is >= long.MinValue and <= long.MaxValue:
                return CelValue.From((long)integer);
            case CelTypeKind.Uint when WholeNumber(json, out var integer) && integer is >= 0 and <= ulong.MaxValue:
                return CelValue.From((ulong)integer);
            case CelTypeKind.Decimal:
                return DecimalText.Parse(json.GetRawText()) is { } exact ? CelValue.From(exact) : Mismatch(json, type);
            case CelTypeKind.Double:
                return Double(json);
            default:
                if (!type.IsDynamic)
                    return Mismatch(json, type);
                return json.TryGetInt64(out var number) && json.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0
                    ? CelValue.From(number)
                    : Double(json);
        }
    }

    private static CelValue Double(JsonElement json) =>
        json.TryGetDouble(out var number) && double.IsFinite(number) ? CelValue.From(number) : CelValue.Error("number out of range");

    /// <summary>JSON Schema counts 1.0 and 1e2 as integers, so an integer type accepts them.</summary>
    private static bool WholeNumber(JsonElement json, out decimal integer)
    {
        if (json.TryGetInt64(out var small))
        {
            integer = small;
            return true;
        }

        return json.TryGetDecimal(out integer) && decimal.Truncate(integer) == integer;
    }

    private static CelValue ReadString(JsonElement json, CelType type)
    {
        string text;
        try
        {
            text = json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // System.Text.Json cannot transcode an escaped lone surrogate.
            return CelValue.Error("the JSON text is not valid Unicode");
        }

        return type.Kind switch
        {
            CelTypeKind.String or CelTypeKind.Dyn => CelValue.From(text),
            CelTypeKind.Decimal => DecimalText.Parse(text) is { } exact ? CelValue.From(exact) : Mismatch(json, type),
            CelTypeKind.Timestamp => TimestampText.Parse(text),
            CelTypeKind.Duration => DurationText.Parse(text),
            CelTypeKind.Bytes => json.TryGetBytesFromBase64(out var octets) ? CelValue.OwnBytes(octets) : Mismatch(json, type),
            _ => Mismatch(json, type),
        };
    }

    private static CelValue ReadArray(JsonElement json, CelType type, int depth)
    {
        if (!Fits(type, CelTypeKind.List))
            return Mismatch(json, type);
        var element = type.Kind == CelTypeKind.List ? type.Parameters[0] : CelType.Dyn;
        var elements = new CelValue[json.GetArrayLength()];
        var i = 0;
        foreach (var item in json.EnumerateArray())
        {
            // Unlike a member, an element is rarely selected by itself: `x in list` must not skip what could not be read.
            var value = Read(item, element, depth + 1);
            if (value.IsError)
                return value;
            elements[i++] = value;
        }

        return CelValue.OwnList(elements);
    }

    private static CelValue ReadObject(JsonElement json, CelType type, int depth)
    {
        if (!Fits(type, CelTypeKind.Map) && type.Kind != CelTypeKind.Object)
            return Mismatch(json, type);
        var map = new CelMap(json.GetPropertyCount());
        foreach (var member in json.EnumerateObject())
        {
            var memberType = type.Kind switch
            {
                CelTypeKind.Map => type.Parameters[1],
                CelTypeKind.Object => type.FindField(member.Name)?.Type ?? CelType.Dyn,
                _ => CelType.Dyn,
            };

            // A repeated member is refused: two readers of the same document must never see different values.
            if (map.Add(CelValue.From(member.Name), Read(member.Value, memberType, depth + 1)) is { } problem)
                return CelValue.Error(problem);
        }

        if (type.Kind == CelTypeKind.Object)
            map.ShapeAs(type);
        return CelValue.From(map);
    }
}
