using System.Globalization;

namespace Sallyport.Contracts.Json;

/// <summary>Number-to-string conversion of ECMA-262, <c>Number::toString</c> with radix 10, which RFC 8785 section 3.2.2.3 prescribes.</summary>
internal static class EcmaScriptNumber
{
    /// <summary>Formats a finite double with the shortest digits that read back to it.</summary>
    internal static string Format(double value)
    {
        if (value == 0) return "0";
        if (value < 0) return "-" + Format(-value);

        // "E16" would round; "R" gives the shortest round-trip digits, in one of two layouts that we take apart.
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var (digits, point) = Split(text);
        return Layout(digits, point);
    }

    /// <summary>Significant digits, and n such that the value is 0.digits × 10^n.</summary>
    private static (string Digits, int Point) Split(string text)
    {
        var exponent = 0;
        var mark = text.IndexOf('E');
        if (mark >= 0)
        {
            exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..mark];
        }

        var dot = text.IndexOf('.');
        var whole = dot < 0 ? text : text[..dot];
        var digits = dot < 0 ? text : whole + text[(dot + 1)..];
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), whole.Length - leading + exponent);
    }

    private static string Layout(string digits, int point)
    {
        var count = digits.Length;
        if (count <= point && point <= 21) return digits + new string('0', point - count);
        if (point is > 0 and <= 21) return digits[..point] + "." + digits[point..];
        if (point is > -6 and <= 0) return "0." + new string('0', -point) + digits;
        var exponent = point - 1;
        var sign = exponent < 0 ? "-" : "+";
        var mantissa = count == 1 ? digits : digits[..1] + "." + digits[1..];
        return $"{mantissa}e{sign}{Math.Abs(exponent).ToString(CultureInfo.InvariantCulture)}";
    }
}
