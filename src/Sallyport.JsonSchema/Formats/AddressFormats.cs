namespace Sallyport.JsonSchema.Formats;

/// <summary>IP addresses: dotted quads (RFC 2673 §3.2) and RFC 4291 §2.2, without zones, brackets or prefixes.</summary>
internal static class AddressFormats
{
    private const int Groups = 8;

    public static bool IsIPv4(ReadOnlySpan<char> text)
    {
        for (var part = 0; part < 4; part++)
        {
            var end = text.IndexOf('.');
            if (part == 3 != end < 0) return false;
            if (!IsOctet(end < 0 ? text : text[..end])) return false;
            text = text[(end + 1)..];
        }

        return true;
    }

    public static bool IsIPv6(ReadOnlySpan<char> text)
    {
        var gap = text.IndexOf("::");
        if (gap < 0) return Count(text, mayEndInIPv4: true) == Groups;
        var before = Count(text[..gap], mayEndInIPv4: false);
        var after = Count(text[(gap + 2)..], mayEndInIPv4: true);
        // The gap stands for at least one group.
        return before >= 0 && after >= 0 && before + after < Groups;
    }

    /// <summary>How many groups a part without a gap has; -1 when it is malformed.</summary>
    private static int Count(ReadOnlySpan<char> text, bool mayEndInIPv4)
    {
        var count = 0;
        if (text.IsEmpty) return 0;
        while (true)
        {
            var end = text.IndexOf(':');
            var group = end < 0 ? text : text[..end];
            if (end < 0 && mayEndInIPv4 && group.Contains('.')) return IsIPv4(group) ? count + 2 : -1;
            if (group.Length is 0 or > 4 || !IsHex(group)) return -1;
            count++;
            if (end < 0) return count;
            text = text[(end + 1)..];
        }
    }

    private static bool IsOctet(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 3 || (text.Length > 1 && text[0] == '0')) return false;
        var value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = (value * 10) + (c - '0');
        }

        return value <= 255;
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c)) return false;
        }

        return true;
    }
}
