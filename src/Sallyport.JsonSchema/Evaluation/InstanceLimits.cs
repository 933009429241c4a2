using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Sallyport.JsonSchema.Evaluation;

/// <summary>What every document must satisfy before a schema is applied to it, so that evaluation itself can neither throw nor run deep.</summary>
internal static class InstanceLimits
{
    /// <summary>The limit that the instance breaks, or <c>null</c>.</summary>
    public static SchemaError? Check(in JsonElement instance, SchemaOptions options)
    {
        var problem = Problem(instance, options.MaxInstanceBytes, options.MaxDepth);
        return problem is null ? null : new SchemaError("", "", "limit", $"The value {problem}.");
    }

    /// <summary>The predicate of a sentence that says what is wrong, or <c>null</c>.</summary>
    public static string? Problem(in JsonElement document, int maxBytes, int maxDepth)
    {
        if (document.ValueKind == JsonValueKind.Undefined) return "is missing";
        var raw = JsonMarshal.GetRawUtf8Value(document);
        if (raw.Length > maxBytes) return $"is {raw.Length} bytes long; the limit is {maxBytes}";
        if (!Utf8.IsValid(raw)) return "is not valid UTF-8";
        // n levels need n opening and n closing brackets, so short texts need no walk.
        if (raw.Length >= 2 * maxDepth && Depth(raw) > maxDepth) return $"is nested more than {maxDepth} levels deep";
        return raw.IndexOf("\\u"u8) >= 0 && HasLoneSurrogate(raw) ? "contains half of a surrogate pair, which is no character" : null;
    }

    private static int Depth(ReadOnlySpan<byte> raw)
    {
        var depth = 0;
        var deepest = 0;
        var position = 0;
        while (true)
        {
            var next = raw[position..].IndexOfAny("[]{}\""u8);
            if (next < 0) return deepest;
            position += next + 1;
            switch (raw[position - 1])
            {
                case (byte)'[' or (byte)'{':
                    deepest = Math.Max(deepest, ++depth);
                    break;
                case (byte)'"':
                    position = EndOfString(raw, position);
                    break;
                default:
                    depth--;
                    break;
            }
        }
    }

    private static int EndOfString(ReadOnlySpan<byte> raw, int position)
    {
        while (true)
        {
            position += raw[position..].IndexOfAny((byte)'"', (byte)'\\') + 1;
            if (raw[position - 1] == '"') return position;
            position++;
        }
    }

    /// <summary>Such a string passes the parser and throws only when it is read; it has no code points to count or match.</summary>
    private static bool HasLoneSurrogate(ReadOnlySpan<byte> raw)
    {
        var expectLow = -1;
        for (var i = 0; i + 5 < raw.Length; i++)
        {
            if (raw[i] != '\\') continue;
            if (!Utf8Parser.TryParse(raw.Slice(i + 2, 4), out ushort unit, out _, 'x') || raw[i + 1] != 'u')
            {
                i++;
                continue;
            }

            // The second half must follow the first immediately, and may stand nowhere else.
            if (expectLow >= 0 != char.IsLowSurrogate((char)unit) || (expectLow >= 0 && expectLow != i)) return true;
            expectLow = char.IsHighSurrogate((char)unit) ? i + 6 : -1;
            i += 5;
        }

        return expectLow >= 0;
    }
}
