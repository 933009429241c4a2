using System.Text;

namespace Sallyport.JsonSchema.Formats;

/// <summary>The Mailbox of RFC 5321 §4.1.2, and of RFC 6531 §3.3, which adds every character beyond ASCII.</summary>
internal static class EmailFormat
{
    private const int MaxLocalBytes = 64;
    private const int MaxDomainBytes = 255;

    public static bool IsMailbox(ReadOnlySpan<char> text, bool international)
    {
        // A quoted local part may itself hold an at sign; a domain cannot.
        var at = text.LastIndexOf('@');
        if (at < 1) return false;
        var local = text[..at];
        var domain = text[(at + 1)..];
        if (Encoding.UTF8.GetByteCount(local) > MaxLocalBytes || Encoding.UTF8.GetByteCount(domain) > MaxDomainBytes) return false;
        return (local[0] == '"' ? IsQuoted(local, international) : IsDotted(local, international)) && IsDomain(domain, international);
    }

    private static bool IsDotted(ReadOnlySpan<char> text, bool international)
    {
        var atomLength = 0;
        foreach (var c in text)
        {
            if (c == '.')
            {
                if (atomLength == 0) return false;
                atomLength = 0;
                continue;
            }

            if (!IsAtomText(c) && !(international && !char.IsAscii(c))) return false;
            atomLength++;
        }

        return atomLength > 0;
    }

    private static bool IsAtomText(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal);

    private static bool IsQuoted(ReadOnlySpan<char> text, bool international)
    {
        if (text.Length < 2 || text[^1] != '"') return false;
        var inner = text[1..^1];
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '\\')
            {
                if (++i == inner.Length || inner[i] is < ' ' or > '~') return false;
            }
            else if (inner[i] == '"' || (inner[i] is < ' ' or > '~' && !(international && !char.IsAscii(inner[i]))))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDomain(ReadOnlySpan<char> text, bool international)
    {
        if (text is ['[', .., ']']) return IsLiteral(text[1..^1]);
        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (!HostnameFormats.IsAsciiLabel(label) && !(international && HostnameFormats.IsInternationalLabel(label))) return false;
        }

        return true;
    }

    /// <summary>RFC 5321 §4.1.3; of the tagged forms only <c>IPv6</c> was ever registered.</summary>
    private static bool IsLiteral(ReadOnlySpan<char> text) =>
        text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? AddressFormats.IsIPv6(text[5..]) : AddressFormats.IsIPv4(text);
}
