using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Sallyport.JsonSchema.Evaluation;

/// <summary>
/// What every document must satisfy before a schema is applied to it, so that evaluation itself can neither throw nor run deep.
/// </summary>
internal static class InstanceLimits
{
    private const int DeepestReadable = 10_000;

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
        if (raw.Length >= 2 * maxDepth && IsTooDeep(raw, maxDepth)) return $"is nested more than {maxDepth} levels deep";
        return raw.IndexOf("\\u"u8) >= 0 && HasLoneSurrogate(raw) ? "contains half of a surrogate pair, which is no character" : null;
    }

    private static bool IsTooDeep(ReadOnlySpan<byte> raw, int maxDepth)
    {
        // The caller's parser may have let comments and trailing commas through; they nest nothing.
        var reader = new Utf8JsonReader(raw, new JsonReaderOptions
        {
            AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = DeepestReadable,
        });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject && reader.CurrentDepth >= maxDepth)
                    return true;
            }

            return false;
        }
        catch (JsonException)
        {
            // It was parsed before, so the only thing left to stumble over is its depth.
            return true;
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
