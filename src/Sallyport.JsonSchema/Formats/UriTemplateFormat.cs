using System.Buffers;
using System.Text;

namespace Sallyport.JsonSchema.Formats;

/// <summary>URI templates of every level (RFC 6570 §2).</summary>
internal static class UriTemplateFormat
{
    public static bool IsTemplate(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '{')
            {
                var length = text[i..].IndexOf('}');
                if (length < 0 || !IsExpression(text.Slice(i + 1, length - 1))) return false;
                i += length;
            }
            else if (c == '%')
            {
                if (!IsEscape(text[i..])) return false;
                i += 2;
            }
            else if (char.IsAscii(c))
            {
                // The apostrophe is allowed by erratum 6937.
                if (c <= ' ' || c == 0x7F || "\"<>\\^`|}".Contains(c, StringComparison.Ordinal)) return false;
            }
            else
            {
                if (Rune.DecodeFromUtf16(text[i..], out var rune, out var consumed) != OperationStatus.Done) return false;
                if (!UriFormats.IsUniversal(rune.Value) && !UriFormats.IsPrivate(rune.Value)) return false;
                i += consumed - 1;
            }
        }

        return true;
    }

    private static bool IsExpression(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return false;
        if ("+#./;?&=,!@|".Contains(text[0], StringComparison.Ordinal)) text = text[1..];
        foreach (var range in text.Split(','))
        {
            if (!IsVariable(text[range])) return false;
        }

        return !text.IsEmpty;
    }

    private static bool IsVariable(ReadOnlySpan<char> text)
    {
        if (text is [.., '*']) text = text[..^1];
        else if (text.IndexOf(':') is >= 0 and var colon)
        {
            var length = text[(colon + 1)..];
            if (length.Length is 0 or > 4 || length[0] == '0' || length.IndexOfAnyExceptInRange('0', '9') >= 0) return false;
            text = text[..colon];
        }

        var afterDot = true;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                if (afterDot) return false;
                afterDot = true;
                continue;
            }

            if (text[i] == '%' && IsEscape(text[i..])) i += 2;
            else if (!char.IsAsciiLetterOrDigit(text[i]) && text[i] != '_') return false;
            afterDot = false;
        }

        return !afterDot;
    }

    private static bool IsEscape(ReadOnlySpan<char> text) =>
        text.Length >= 3 && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2]);
}
