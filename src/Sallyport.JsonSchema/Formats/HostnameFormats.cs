using System.Text;

namespace Sallyport.JsonSchema.Formats;

/// <summary>
/// Host names (RFC 1123 §2.1) and internationalized ones (RFC 5890 §2.3.2.3). A label that says <c>xn--</c> must be a true A-label in
/// both.
/// </summary>
internal static class HostnameFormats
{
    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;
    private const string AcePrefix = "xn--";

    public static bool IsHostname(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxNameLength) return false;
        var labels = new List<int[]>();
        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (!IsAsciiLabel(label) || DecodeLabel(label) is not { } decoded) return false;
            labels.Add(decoded);
        }

        return BidiRule.Holds(labels);
    }

    public static bool IsInternationalHostname(ReadOnlySpan<char> text)
    {
        var labels = new List<int[]>();
        var length = -1;
        // The ideographic and width variants of the full stop separate labels as well (RFC 3490 §3.1).
        foreach (var range in text.SplitAny('.', '\u3002', '\uFF0E', '\uFF61'))
        {
            var label = text[range];
            var isAscii = Ascii.IsValid(label);
            var decoded = isAscii
                ? IsAsciiLabel(label) && !IsOtherReserved(label) ? DecodeLabel(label) : null
                : CodePoints(label);
            if (decoded is null || (!isAscii && !IdnaLabel.IsValid(decoded))) return false;
            var asciiLength = isAscii ? label.Length : Punycode.Encode(decoded) is { } encoded ? AcePrefix.Length + encoded.Length
                : int.MaxValue;
            if (asciiLength > MaxLabelLength) return false;
            length += asciiLength + 1;
            labels.Add(decoded);
        }

        return length <= MaxNameLength && BidiRule.Holds(labels);
    }

    /// <summary>Letters, digits and inner hyphens (RFC 1123 §2.1), at most as long as the DNS allows.</summary>
    public static bool IsAsciiLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > MaxLabelLength || label[0] == '-' || label[^1] == '-') return false;
        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
        }

        return true;
    }

    /// <summary>A U-label (RFC 5890 §2.3.2.1): a label with characters beyond ASCII.</summary>
    public static bool IsInternationalLabel(ReadOnlySpan<char> label) =>
        !Ascii.IsValid(label) && CodePoints(label) is { } points && IdnaLabel.IsValid(points);

    private static bool IsAce(ReadOnlySpan<char> label) => label.StartsWith(AcePrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Two hyphens in the third and fourth place are reserved for prefixes, and <c>xn</c> is the only one (RFC 5890 §2.3.1).
    /// </summary>
    private static bool IsOtherReserved(ReadOnlySpan<char> label) =>
        label.Length >= 4 && label[2] == '-' && label[3] == '-' && !IsAce(label);

    /// <summary>The code points of a label; for an A-label those of its U-label; <c>null</c> when it is no true A-label.</summary>
    private static int[]? DecodeLabel(ReadOnlySpan<char> label)
    {
        if (!IsAce(label)) return CodePoints(label);
        var encoded = label[AcePrefix.Length..].ToString().ToLowerInvariant();
        var decoded = Punycode.Decode(encoded);
        if (decoded is null || decoded.All(c => c < 128) || !IdnaLabel.IsValid(decoded)) return null;
        return Punycode.Encode(decoded) == encoded ? decoded : null;
    }

    private static int[]? CodePoints(ReadOnlySpan<char> label)
    {
        if (label.IsEmpty) return null;
        var points = new List<int>(label.Length);
        foreach (var rune in label.EnumerateRunes()) points.Add(rune.Value);
        return [.. points];
    }
}
