using System.Buffers;
using System.Text;

namespace Sallyport.JsonSchema.Formats;

/// <summary>URIs (RFC 3986 appendix A) and IRIs (RFC 3987 §2.2), read by their grammars; nothing is normalized or looked up.</summary>
internal static class UriFormats
{
    private const string SubDelimiters = "!$&'()*+,;=";

    public static bool IsUri(ReadOnlySpan<char> text, bool international) =>
        SchemeLength(text) is > 0 and var length && IsRest(text[(length + 1)..], international);

    public static bool IsReference(ReadOnlySpan<char> text, bool international)
    {
        if (IsUri(text, international)) return true;
        // Without a scheme a colon in the first segment would make one (path-noscheme).
        var segment = text[..(text.IndexOfAny('/', '?', '#') is >= 0 and var end ? end : text.Length)];
        return !segment.Contains(':') && IsRest(text, international);
    }

    /// <summary>ucschar of RFC 3987 §2.2, which RFC 6570 shares.</summary>
    public static bool IsUniversal(int c) => c is (>= 0xA0 and <= 0xD7FF) or (>= 0xF900 and <= 0xFDCF) or (>= 0xFDF0 and <= 0xFFEF)
        || (c is >= 0x10000 and <= 0xEFFFD && (c & 0xFFFF) <= 0xFFFD && c is not (>= 0xE0000 and < 0xE1000));

    /// <summary>iprivate of RFC 3987 §2.2.</summary>
    public static bool IsPrivate(int c) => c is (>= 0xE000 and <= 0xF8FF) or (>= 0xF0000 and <= 0xFFFFD) or (>= 0x100000 and <= 0x10FFFD);

    private static int SchemeLength(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon < 1 || !char.IsAsciiLetter(text[0])) return -1;
        foreach (var c in text[..colon])
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.')) return -1;
        }

        return colon;
    }

    /// <summary>Everything after the scheme: authority, path, query and fragment.</summary>
    private static bool IsRest(ReadOnlySpan<char> text, bool international)
    {
        var hash = text.IndexOf('#');
        if (hash >= 0 && !IsText(text[(hash + 1)..], ":@/?", international, isQuery: false)) return false;
        if (hash >= 0) text = text[..hash];
        var mark = text.IndexOf('?');
        if (mark >= 0 && !IsText(text[(mark + 1)..], ":@/?", international, isQuery: true)) return false;
        if (mark >= 0) text = text[..mark];
        if (text.StartsWith("//"))
        {
            text = text[2..];
            var slash = text.IndexOf('/');
            if (!IsAuthority(slash < 0 ? text : text[..slash], international)) return false;
            text = slash < 0 ? "" : text[slash..];
        }

        return IsText(text, ":@/", international, isQuery: false);
    }

    private static bool IsAuthority(ReadOnlySpan<char> text, bool international)
    {
        var at = text.IndexOf('@');
        if (at >= 0)
        {
            if (!IsText(text[..at], ":", international, isQuery: false)) return false;
            text = text[(at + 1)..];
        }

        var hostEnd = text is ['[', ..] ? text.IndexOf(']') + 1 : text.IndexOf(':');
        if (text is ['[', ..] && (hostEnd == 0 || !IsLiteral(text[1..(hostEnd - 1)]))) return false;
        if (hostEnd < 0) hostEnd = text.Length;
        if (text is not ['[', ..] && !IsText(text[..hostEnd], "", international, isQuery: false)) return false;
        var port = text[hostEnd..];
        return port.IsEmpty || (port[0] == ':' && port[1..].IndexOfAnyExceptInRange('0', '9') < 0);
    }

    private static bool IsLiteral(ReadOnlySpan<char> text)
    {
        if (text is not ['v' or 'V', ..]) return AddressFormats.IsIPv6(text);
        var dot = text.IndexOf('.');
        if (dot < 2 || dot == text.Length - 1) return false;
        foreach (var c in text[1..dot])
        {
            if (!char.IsAsciiHexDigit(c)) return false;
        }

        foreach (var c in text[(dot + 1)..])
        {
            if (!IsUnreserved(c) && c != ':' && !SubDelimiters.Contains(c, StringComparison.Ordinal)) return false;
        }

        return true;
    }

    /// <summary>Unreserved characters, sub-delimiters, escapes and the extra ones; beyond ASCII for IRIs.</summary>
    private static bool IsText(ReadOnlySpan<char> text, string extra, bool international, bool isQuery)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])) return false;
                i += 2;
            }
            else if (char.IsAscii(c))
            {
                if (!IsUnreserved(c) && !SubDelimiters.Contains(c, StringComparison.Ordinal)
                    && !extra.Contains(c, StringComparison.Ordinal)) return false;
            }
            else
            {
                if (!international || Rune.DecodeFromUtf16(text[i..], out var rune, out var consumed) != OperationStatus.Done) return false;
                if (!IsUniversal(rune.Value) && !(isQuery && IsPrivate(rune.Value))) return false;
                i += consumed - 1;
            }
        }

        return true;
    }

    private static bool IsUnreserved(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';
}
