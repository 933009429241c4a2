using System.Globalization;

namespace Sallyport.Cel.Values;

/// <summary>Durations as text: a sign, then numbers with units such as <c>1h30m</c> or <c>1.5s</c>.</summary>
internal static class DurationText
{
    internal const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Seconds with up to nine decimals and an <c>s</c>.</summary>
    internal static string Format(long nanoseconds)
    {
        var sign = nanoseconds < 0 ? "-" : "";
        var magnitude = nanoseconds < 0 ? 0UL - (ulong)nanoseconds : (ulong)nanoseconds;
        var seconds = (magnitude / NanosecondsPerSecond).ToString(CultureInfo.InvariantCulture);
        var rest = (int)(magnitude % NanosecondsPerSecond);
        return rest == 0 ? $"{sign}{seconds}s" : $"{sign}{seconds}.{TimestampText.Fraction(rest)}s";
    }

    /// <summary>The duration, or an error value.</summary>
    internal static CelValue Parse(string text)
    {
        var s = text.AsSpan();
        var negative = s is ['-', ..];
        if (s is ['+' or '-', ..])
            s = s[1..];
        if (s is "0")
            return CelValue.Duration(0);
        Int128 total = 0;
        if (s.IsEmpty)
            return Invalid(text);
        while (!s.IsEmpty)
        {
            if (!Quantity(ref s, out var nanoseconds))
                return Invalid(text);
            total += nanoseconds;
            if (total > (Int128)long.MaxValue + 1)
                return OutOfRange;
        }

        if (negative)
            total = -total;
        return total >= long.MinValue && total <= long.MaxValue ? CelValue.Duration((long)total) : OutOfRange;
    }

    internal static CelValue OutOfRange => CelValue.Error("duration out of range");

    private static CelValue Invalid(string text) => CelValue.Error($"invalid duration: {ValueText.Describe(CelValue.From(text))}");

    /// <summary>One number with its unit. Digits beyond the nanosecond are dropped.</summary>
    private static bool Quantity(ref ReadOnlySpan<char> s, out Int128 nanoseconds)
    {
        nanoseconds = 0;
        var whole = CountDigits(s);
        var integral = s[..whole];
        s = s[whole..];
        ReadOnlySpan<char> fraction = [];
        if (s is ['.', ..])
        {
            var digits = CountDigits(s[1..]);
            fraction = s.Slice(1, digits);
            s = s[(digits + 1)..];
        }

        if ((integral.IsEmpty && fraction.IsEmpty) || !Unit(ref s, out var unit))
            return false;
        integral = integral.TrimStart('0');
        if (integral.Length > 20)
        {
            nanoseconds = Int128.MaxValue >> 2;
            return true;
        }

        nanoseconds = integral.IsEmpty ? 0 : Int128.Parse(integral, CultureInfo.InvariantCulture) * unit;
        var scale = unit;
        foreach (var c in fraction)
        {
            scale /= 10;
            nanoseconds += (c - '0') * scale;
            if (scale == 0)
                break;
        }

        return true;
    }

    private static int CountDigits(ReadOnlySpan<char> s)
    {
        var i = 0;
        while (i < s.Length && char.IsAsciiDigit(s[i]))
            i++;
        return i;
    }

    private static bool Unit(ref ReadOnlySpan<char> s, out long nanoseconds)
    {
        (nanoseconds, var length) = s switch
        {
            ['n', 's', ..] => (1L, 2),
            ['u' or 'µ' or 'μ', 's', ..] => (1_000L, 2),
            ['m', 's', ..] => (1_000_000L, 2),
            ['s', ..] => (NanosecondsPerSecond, 1),
            ['m', ..] => (60 * NanosecondsPerSecond, 1),
            ['h', ..] => (3_600 * NanosecondsPerSecond, 1),
            _ => (0L, 0),
        };
        s = s[length..];
        return length > 0;
    }
}
