using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Sallyport.Contracts.Json;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): one byte sequence per JSON value, so that a digest names exactly one value.
/// </summary>
/// <remarks>
/// Numbers are IEEE 754 doubles in the scheme. Two different large integers could share one double and so one digest; an approval for
/// one would then fit the other. Integers beyond ±(2^53 - 1) are therefore refused (RFC 7493, section 2.2), not rounded.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>Parsing options for anything that a stranger sends: no duplicate names, no comments, at most 64 levels.</summary>
    public static readonly JsonDocumentOptions StrictDocument = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 64,
    };

    private const long LargestSafeInteger = (1L << 53) - 1;

    /// <summary>Parses strictly and returns a value that does not depend on a pooled document.</summary>
    /// <exception cref="JsonException">The bytes are not one JSON value, repeat a name, or hold text that is no Unicode (RFC 7493, section 2.1).</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8)
    {
        // The reader checks text only when it is asked for; by then nobody expects a fault.
        if (!Utf8.IsValid(utf8.Span)) throw new JsonException("The text is not valid UTF-8.");
        RefuseHalfPairs(utf8.Span);
        using var document = JsonDocument.Parse(utf8, StrictDocument);
        return document.RootElement.Clone();
    }

    /// <summary>Refuses an escaped half of a surrogate pair, which stands for no character.</summary>
    private static void RefuseHalfPairs(ReadOnlySpan<byte> utf8)
    {
        for (var at = 0; utf8[at..].IndexOf((byte)'\\') is var next and >= 0;)
        {
            at += next;
            var first = EscapedUnit(utf8, at);
            if (first is < 0xD800 or > 0xDFFF)
            {
                // Two bytes at least: the second one may be a backslash that escapes nothing.
                at = Math.Min(at + 2, utf8.Length);
                continue;
            }

            if (first > 0xDBFF || EscapedUnit(utf8, at + 6) is < 0xDC00 or > 0xDFFF) throw new JsonException("A string holds half of a surrogate pair, which is no character.");
            at += 12;
        }
    }

    /// <summary>The UTF-16 unit of a <c>\u</c> escape at a position; -1 when there is none.</summary>
    private static int EscapedUnit(ReadOnlySpan<byte> utf8, int at) =>
        at + 6 <= utf8.Length && utf8[at] == '\\' && utf8[at + 1] == 'u' && Utf8Parser.TryParse(utf8.Slice(at + 2, 4), out ushort unit, out var read, 'x') && read == 4 ? unit : -1;

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})"/>
    public static JsonElement Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>The canonical UTF-8 bytes of a value.</summary>
    /// <exception cref="FormatException">A number or string has no canonical form (RFC 8785, section 3.2.2; RFC 7493).</exception>
    public static byte[] Serialize(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        Write(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The canonical form as a string.</summary>
    /// <exception cref="FormatException">See <see cref="Serialize(JsonElement)"/>.</exception>
    public static string ToText(JsonElement value) => Encoding.UTF8.GetString(Serialize(value));

    /// <summary>SHA-256 over the canonical bytes, as <c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="FormatException">See <see cref="Serialize(JsonElement)"/>.</exception>
    public static string Digest(JsonElement value) => Digest(Serialize(value));

    /// <summary>SHA-256 over bytes that are canonical already, in the same notation.</summary>
    public static string Digest(ReadOnlySpan<byte> canonical)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonical, hash);
        return "sha256:" + Convert.ToHexStringLower(hash);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: WriteObject(buffer, value); break;
            case JsonValueKind.Array: WriteArray(buffer, value); break;
            case JsonValueKind.String: WriteString(buffer, Text(value)); break;
            case JsonValueKind.Number: WriteAscii(buffer, FormatNumber(value)); break;
            case JsonValueKind.True: WriteAscii(buffer, "true"); break;
            case JsonValueKind.False: WriteAscii(buffer, "false"); break;
            case JsonValueKind.Null: WriteAscii(buffer, "null"); break;
            case JsonValueKind.Undefined:
            default: throw new FormatException("An undefined value has no canonical form.");
        }
    }

    /// <summary>The parser lets an escaped lone surrogate pass and only the reader notices.</summary>
    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("A string holds a lone surrogate, which has no UTF-8 form.", fault);
        }
    }

    private static void WriteObject(ArrayBufferWriter<byte> buffer, JsonElement value)
    {
        var members = new List<JsonProperty>();
        foreach (var member in value.EnumerateObject()) members.Add(member);
        // Section 3.2.3: names sort by UTF-16 code units, which is what ordinal comparison does.
        members.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        WriteAscii(buffer, "{");
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0) WriteAscii(buffer, ",");
            WriteString(buffer, members[i].Name);
            WriteAscii(buffer, ":");
            Write(buffer, members[i].Value);
        }

        WriteAscii(buffer, "}");
    }

    private static void WriteArray(ArrayBufferWriter<byte> buffer, JsonElement value)
    {
        WriteAscii(buffer, "[");
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first) WriteAscii(buffer, ",");
            first = false;
            Write(buffer, item);
        }

        WriteAscii(buffer, "]");
    }

    private static void WriteString(ArrayBufferWriter<byte> buffer, string text)
    {
        var builder = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c) && !(char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])))
                throw new FormatException("A string holds a lone surrogate, which has no UTF-8 form.");
            if (char.IsHighSurrogate(c)) { builder.Append(c).Append(text[++i]); continue; }
            _ = c switch
            {
                '"' => builder.Append("\\\""),
                '\\' => builder.Append("\\\\"),
                '\b' => builder.Append("\\b"),
                '\t' => builder.Append("\\t"),
                '\n' => builder.Append("\\n"),
                '\f' => builder.Append("\\f"),
                '\r' => builder.Append("\\r"),
                < ' ' => builder.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => builder.Append(c),
            };
        }

        builder.Append('"');
        buffer.Write(Encoding.UTF8.GetBytes(builder.ToString()));
    }

    private static void WriteAscii(ArrayBufferWriter<byte> buffer, string text)
    {
        var span = buffer.GetSpan(text.Length);
        buffer.Advance(Encoding.ASCII.GetBytes(text, span));
    }

    private static string FormatNumber(JsonElement number)
    {
        if (number.TryGetInt64(out var integer))
        {
            if (integer is > LargestSafeInteger or < -LargestSafeInteger) throw TooLarge(number);
            return integer.ToString(CultureInfo.InvariantCulture);
        }

        if (!number.TryGetDouble(out var value) || !double.IsFinite(value)) throw TooLarge(number);
        if (Math.Abs(value) > LargestSafeInteger && number.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0) throw TooLarge(number);
        return EcmaScriptNumber.Format(value);
    }

    private static FormatException TooLarge(JsonElement number)
    {
        var text = number.GetRawText();
        return new FormatException($"The number {(text.Length > 40 ? text[..40] + "…" : text)} cannot be carried exactly; send it as a string or a smaller unit.");
    }
}
