using System.Globalization;

namespace Sallyport.Cel.Values;

/// <summary>Exact reading of decimal numbers.</summary>
internal static class DecimalText
{
    /// <summary>The number, or null if it is malformed or a decimal cannot hold every digit of it.</summary>
    internal static decimal? Parse(ReadOnlySpan<char> text)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var value))
            return null;

        // decimal.TryParse rounds silently: count the digits that it had to keep. Zeros at either end are none of them, however many.
        var mantissa = text.IndexOfAny('e', 'E') is >= 0 and var e ? text[..e] : text;
        var (first, last, count) = (-1, -1, 0);
        foreach (var c in mantissa)
        {
            if (!char.IsAsciiDigit(c))
                continue;
            if (c != '0')
                (first, last) = (first < 0 ? count : first, count);
            count++;
        }

        var significant = first < 0 ? 0 : last - first + 1;
        return significant <= 28 && (value != 0 || significant == 0) ? value : null;
    }
}
