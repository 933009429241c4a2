using System.Buffers;
using System.Text;

namespace Sallyport.Cel.Values;

/// <summary>Strings by code point. .NET counts UTF-16 units; only supplementary characters differ.</summary>
internal static class CodePoints
{
    internal static int Count(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
                count--;
        }

        return count;
    }

    /// <summary>The UTF-16 offset of a code point, which may be the one behind the last; -1 if there are fewer.</summary>
    internal static int Offset(string text, long index)
    {
        if (index < 0)
            return -1;
        var at = 0;
        for (; index > 0; index--)
        {
            if (at >= text.Length)
                return -1;
            at += Width(text, at);
        }

        return at;
    }

    /// <summary>Code points before a UTF-16 offset.</summary>
    internal static int IndexAt(string text, int offset) => Count(text[..offset]);

    /// <summary>As text, with one replacement character for each run of octets that are none.</summary>
    internal static string Decode(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length);
        var wasInvalid = false;
        while (!octets.IsEmpty)
        {
            var isInvalid = Rune.DecodeFromUtf8(octets, out var rune, out var length) != OperationStatus.Done;
            if (!isInvalid || !wasInvalid)
                text.Append(rune.ToString());
            wasInvalid = isInvalid;
            octets = octets[length..];
        }

        return text.ToString();
    }

    internal static int Width(string text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
}
