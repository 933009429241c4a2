namespace Sallyport.JsonSchema.Formats;

/// <summary>Dates and times of RFC 3339 §5.6, durations of its appendix A.</summary>
internal static class TimeFormats
{
    private const int MinutesPerDay = 24 * 60;

    public static bool IsDate(ReadOnlySpan<char> text)
    {
        if (text.Length != 10 || text[4] != '-' || text[7] != '-') return false;
        if (!Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..], out var day)) return false;
        if (month is < 1 or > 12 || day < 1) return false;
        var isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        var last = month switch
        {
            2 => isLeap ? 29 : 28,
            4 or 6 or 9 or 11 => 30,
            _ => 31,
        };
        return day <= last;
    }

    public static bool IsDateTime(ReadOnlySpan<char> text) =>
        text.Length > 11 && text[10] is 'T' or 't' && IsDate(text[..10]) && IsTime(text[11..]);

    public static bool IsTime(ReadOnlySpan<char> text)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':') return false;
        if (!Number(text[..2], out var hour) || !Number(text[3..5], out var minute) || !Number(text[6..8], out var second)) return false;
        if (hour > 23 || minute > 59 || second > 60) return false;
        var rest = text[8..];
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits < 1) return false;
            rest = rest[(digits + 1)..];
        }

        if (!Offset(rest, out var offset)) return false;
        // A leap second is inserted at the end of a UTC day, wherever that is locally.
        var utc = ((hour * 60) + minute - offset + MinutesPerDay) % MinutesPerDay;
        return second < 60 || utc == MinutesPerDay - 1;
    }

    public static bool IsDuration(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[0] is not ('P' or 'p')) return false;
        text = text[1..];
        var mark = text.IndexOfAny('T', 't');
        var date = mark < 0 ? text : text[..mark];
        if (mark < 0 && date[^1] is 'W' or 'w') return Units(date, "W");
        if (!Units(date, "YMD")) return false;
        return mark < 0 ? !date.IsEmpty : mark + 1 < text.Length && Units(text[(mark + 1)..], "HMS");
    }

    /// <summary>Numbers with units in order and without a gap between the first and the last, as the grammar nests them.</summary>
    private static bool Units(ReadOnlySpan<char> text, string order)
    {
        var previous = -1;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits < 1) return false;
            var unit = order.IndexOf(char.ToUpperInvariant(text[digits]), StringComparison.Ordinal);
            if (unit < 0 || (previous >= 0 && unit != previous + 1)) return false;
            previous = unit;
            text = text[(digits + 1)..];
        }

        return true;
    }

    private static bool Offset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is ['Z'] or ['z']) return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':') return false;
        if (!Number(text[1..3], out var hour) || !Number(text[4..], out var minute) || hour > 23 || minute > 59) return false;
        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Number(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
