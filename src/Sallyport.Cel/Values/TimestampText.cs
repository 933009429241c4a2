using System.Globalization;

namespace Sallyport.Cel.Values;

/// <summary>Timestamps as text (RFC 3339).</summary>
internal static class TimestampText
{
    private const long MinSeconds = -62_135_596_800;
    private const long MaxSeconds = 253_402_300_799;

    internal static bool IsInRange(long seconds) => seconds is >= MinSeconds and <= MaxSeconds;

    internal static string Format(long seconds, int nanoseconds)
    {
        var t = CivilTime.FromSeconds(seconds);
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{t.Year:0000}-{t.Month:00}-{t.Day:00}T{t.Hour:00}:{t.Minute:00}:{t.Second:00}");
        return nanoseconds == 0 ? text + "Z" : text + "." + Fraction(nanoseconds) + "Z";
    }

    internal static string Fraction(int nanoseconds) => nanoseconds.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');

    /// <summary>The timestamp, or an error value.</summary>
    internal static CelValue Parse(string text)
    {
        var s = text.AsSpan();
        if (!Digits(ref s, 4, out var year) || !Take(ref s, '-') || !Digits(ref s, 2, out var month) || !Take(ref s, '-') ||
            !Digits(ref s, 2, out var day) || !(Take(ref s, 'T') || Take(ref s, 't')) || !Digits(ref s, 2, out var hour) ||
            !Take(ref s, ':') || !Digits(ref s, 2, out var minute) || !Take(ref s, ':') || !Digits(ref s, 2, out var second))
            return Invalid(text);
        if (!Nanoseconds(ref s, out var nanoseconds) || !Offset(ref s, out var offsetSeconds) || !s.IsEmpty)
            return Invalid(text);
        if (month is < 1 or > 12 || day < 1 || day > CivilTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return Invalid(text);
        var seconds = new CivilTime(year, month, day, hour, minute, second).ToSeconds() - offsetSeconds;
        return CelValue.Timestamp(seconds, nanoseconds);
    }

    private static CelValue Invalid(string text) =>
        CelValue.Error($"invalid timestamp, or out of range: {ValueText.Describe(CelValue.From(text))}");

    private static bool Nanoseconds(ref ReadOnlySpan<char> s, out int nanoseconds)
    {
        nanoseconds = 0;
        if (!Take(ref s, '.'))
            return true;
        var digits = 0;
        while (digits < s.Length && char.IsAsciiDigit(s[digits]))
            digits++;
        if (digits is 0 or > 9)
            return false;
        nanoseconds = int.Parse(s[..digits], CultureInfo.InvariantCulture);
        for (var i = digits; i < 9; i++)
            nanoseconds *= 10;
        s = s[digits..];
        return true;
    }

    private static bool Offset(ref ReadOnlySpan<char> s, out int seconds)
    {
        seconds = 0;
        if (Take(ref s, 'Z') || Take(ref s, 'z'))
            return true;
        var sign = Take(ref s, '+') ? 1 : Take(ref s, '-') ? -1 : 0;
        if (sign == 0 || !Digits(ref s, 2, out var hours) || !Take(ref s, ':') || !Digits(ref s, 2, out var minutes))
            return false;
        if (hours > 23 || minutes > 59)
            return false;
        seconds = sign * ((hours * 3_600) + (minutes * 60));
        return true;
    }

    private static bool Digits(ref ReadOnlySpan<char> s, int count, out int value)
    {
        value = 0;
        if (s.Length < count)
            return false;
        foreach (var c in s[..count])
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = (value * 10) + (c - '0');
        }

        s = s[count..];
        return true;
    }

    private static bool Take(ref ReadOnlySpan<char> s, char expected)
    {
        if (s.IsEmpty || s[0] != expected)
            return false;
        s = s[1..];
        return true;
    }
}
