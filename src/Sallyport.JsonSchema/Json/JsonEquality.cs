using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sallyport.JsonSchema.Json;

/// <summary>Equality of JSON values as JSON Schema core §4.2.2 defines it: numbers by value, objects without order.</summary>
internal sealed class JsonEquality : IEqualityComparer<JsonElement>
{
    public static readonly JsonEquality Instance = new();

    private const int ManyProperties = 16;

    public bool Equals(JsonElement x, JsonElement y) => AreEqual(x, y);

    public int GetHashCode(JsonElement value)
    {
        var hash = new HashCode();
        Add(ref hash, value);
        return hash.ToHashCode();
    }

    public static bool AreEqual(in JsonElement x, in JsonElement y)
    {
        if (x.ValueKind != y.ValueKind) return false;
        return x.ValueKind switch
        {
            JsonValueKind.String => SameText(x, y),
            JsonValueKind.Number => SameNumber(x, y),
            JsonValueKind.Array => SameItems(x, y),
            JsonValueKind.Object => SameProperties(x, y),
            JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => true,
            _ => false,
        };
    }

    private static bool SameText(in JsonElement x, in JsonElement y)
    {
        var left = JsonMarshal.GetRawUtf8Value(x);
        var right = JsonMarshal.GetRawUtf8Value(y);
        if (left.SequenceEqual(right)) return true;
        // Different spellings of one string need an escape in at least one of them.
        return (left.Contains((byte)'\\') || right.Contains((byte)'\\')) && x.ValueEquals(y.GetString());
    }

    private static bool SameNumber(in JsonElement x, in JsonElement y)
    {
        var left = JsonMarshal.GetRawUtf8Value(x);
        var right = JsonMarshal.GetRawUtf8Value(y);
        if (left.SequenceEqual(right)) return true;
        return JsonNumber.TryRead(left, out var a) && JsonNumber.TryRead(right, out var b) && a.Equals(b);
    }

    private static bool SameItems(in JsonElement x, in JsonElement y)
    {
        if (x.GetArrayLength() != y.GetArrayLength()) return false;
        using var right = y.EnumerateArray().GetEnumerator();
        foreach (var item in x.EnumerateArray())
        {
            if (!right.MoveNext() || !AreEqual(item, right.Current)) return false;
        }

        return true;
    }

    private static bool SameProperties(in JsonElement x, in JsonElement y)
    {
        var count = x.GetPropertyCount();
        if (count != y.GetPropertyCount()) return false;
        if (count > ManyProperties) return SameManyProperties(x, y);
        foreach (var property in x.EnumerateObject())
        {
            if (!TryGet(y, property, out var other) || !AreEqual(property.Value, other)) return false;
        }

        return true;
    }

    /// <summary>Looks a name up by its bytes where no escape stands between them and the name.</summary>
    private static bool TryGet(in JsonElement other, in JsonProperty property, out JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        return raw.Contains((byte)'\\') ? other.TryGetProperty(property.Name, out value) : other.TryGetProperty(raw, out value);
    }

    private static bool SameManyProperties(in JsonElement x, in JsonElement y)
    {
        // Looking each name up in the other object would be quadratic.
        var right = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in y.EnumerateObject()) right[property.Name] = property.Value;
        foreach (var property in x.EnumerateObject())
        {
            if (!right.TryGetValue(property.Name, out var other) || !AreEqual(property.Value, other)) return false;
        }

        return true;
    }

    private static void Add(ref HashCode hash, in JsonElement value)
    {
        hash.Add(value.ValueKind);
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                hash.Add(value.GetString(), StringComparer.Ordinal);
                break;
            case JsonValueKind.Number:
                if (JsonNumber.TryRead(JsonMarshal.GetRawUtf8Value(value), out var number)) hash.Add(number);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) Add(ref hash, item);
                break;
            case JsonValueKind.Object:
                AddProperties(ref hash, value);
                break;
            default:
                break;
        }
    }

    private static void AddProperties(ref HashCode hash, in JsonElement value)
    {
        // A sum does not depend on the order of the properties.
        var sum = 0;
        foreach (var property in value.EnumerateObject())
        {
            var one = new HashCode();
            one.Add(property.Name, StringComparer.Ordinal);
            Add(ref one, property.Value);
            sum = unchecked(sum + one.ToHashCode());
        }

        hash.Add(sum);
    }
}
