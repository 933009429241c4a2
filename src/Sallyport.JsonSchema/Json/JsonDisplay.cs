using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Sallyport.JsonSchema.Json;

/// <summary>Short, printable forms of instance values for messages that may end up in a log or a terminal.</summary>
internal static class JsonDisplay
{
    /// <summary>The most characters of an instance's text that a message repeats.</summary>
    public const int MaxShown = 40;

    /// <summary>A value as a reader recognizes it: scalars literally, containers by their kind.</summary>
    public static string Value(in JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"\"{Text(value.GetString()!)}\"",
        JsonValueKind.Number => Text(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value))),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => Kind(value.ValueKind),
    };

    /// <summary>The kind of a value with its article, as used in sentences.</summary>
    public static string Kind(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    /// <summary>
    /// At most <see cref="MaxShown"/> characters; control and format characters are spelled out so that nothing can forge a log line.
    /// </summary>
    public static string Text(string text)
    {
        var shown = new StringBuilder(MaxShown + 3);
        for (var i = 0; i < text.Length; i++)
        {
            var wide = char.IsHighSurrogate(text[i]) && i + 1 < text.Length;
            var piece = Printable(text, i, wide ? 2 : 1);
            if (shown.Length + piece.Length > MaxShown) return shown.Append("...").ToString();
            shown.Append(piece);
            if (wide) i++;
        }

        return shown.ToString();
    }

    private static string Printable(string text, int index, int length) => CharUnicodeInfo.GetUnicodeCategory(text, index) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate => $"\\u{(int)text[index]:x4}",
        _ => text.Substring(index, length),
    };
}
