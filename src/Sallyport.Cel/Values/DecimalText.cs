using System.Globalization;

namespace Sallyport.Cel.Values;

/// <summary>Exact reading of decimal numbers.</summary>
internal static class DecimalText
{
    /// <summary>The number, or null if it is malformed or a decimal cannot hold every digit of it.</summary>
    internal static decimal? Parse(ReadOnlySpan<char> text)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        // JSON may write any number of zeros behind a fraction; they are no digits that have to be kept.
        if (text.Length > 64 && text.IndexOfAny('e', 'E') < 0 && text.Contains('.'))
            text = text.TrimEnd('0');
        if (text.Length > 64 || !decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var value))
            return null;

        // decimal.TryParse rounds silently: count the digits that it had to keep.
        var mantissa = text.IndexOfAny('e', 'E') is >= 0 and var e ? text[..e] : text;
        Span<char> digits = stackalloc char[64];
        var count = 0;
        foreach (var c in mantissa)
        {
            if (char.IsAsciiDigit(c))
                digits[count++] = c;
        }

        var significant = digits[..count].TrimStart('0').TrimEnd('0');
        return significant.Length <= 28 && (value != 0 || significant.IsEmpty) ? value : null;
    }
}
