using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Cel.Values;
using static Sallyport.Cel.CelType;

namespace Sallyport.Cel.Functions;

/// <summary>Parts of timestamps, in UTC or a named zone or offset, and of durations.</summary>
internal static class TimeFunctions
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    internal static ImmutableArray<Overload> All { get; } =
    [
        .. Part("getFullYear", t => t.Year),
        .. Part("getMonth", t => t.Month - 1),
        .. Part("getDate", t => t.Day),
        .. Part("getDayOfMonth", t => t.Day - 1),
        .. Part("getDayOfWeek", t => t.DayOfWeek),
        .. Part("getDayOfYear", t => t.DayOfYear),
        .. Part("getHours", t => t.Hour),
        .. Part("getMinutes", t => t.Minute),
        .. Part("getSeconds", t => t.Second),
        new("getMilliseconds", true, [CelType.Timestamp], Int, (_, a) => CelValue.From(a[0].RawNanoseconds / NanosecondsPerMillisecond)),
        new("getMilliseconds", true, [CelType.Timestamp, CelType.String], Int, (f, a) =>
            InZone(a[0], a[1].RawString, out CivilTime _)
                ? CelValue.From(a[0].RawNanoseconds / NanosecondsPerMillisecond)
                : UnknownZone(a[1])),
        Length("getHours", 3_600 * DurationText.NanosecondsPerSecond),
        Length("getMinutes", 60 * DurationText.NanosecondsPerSecond),
        Length("getSeconds", DurationText.NanosecondsPerSecond),

        // The milliseconds within the second, unlike the other three: so the conformance tests want it.
        new("getMilliseconds", true, [CelType.Duration], Int, (_, a) =>
            CelValue.From(a[0].RawBits % DurationText.NanosecondsPerSecond / NanosecondsPerMillisecond)),
    ];

    private static Overload[] Part(string name, Func<CivilTime, int> part) =>
    [
        new(name, true, [CelType.Timestamp], Int, (_, a) => CelValue.From((long)part(CivilTime.FromSeconds(a[0].RawBits)))),
        new(name, true, [CelType.Timestamp, CelType.String], Int, (_, a) =>
            InZone(a[0], a[1].RawString, out var local) ? CelValue.From((long)part(local)) : UnknownZone(a[1])),
    ];

    private static Overload Length(string name, long unit) =>
        new(name, true, [CelType.Duration], Int, (_, a) => CelValue.From(a[0].RawBits / unit));

    private static CelValue UnknownZone(in CelValue zone) => CelValue.Error($"unknown time zone: {zone}");

    private static bool InZone(in CelValue timestamp, string zone, out CivilTime local)
    {
        var offset = FixedOffset(zone) ?? NamedOffset(zone, timestamp.RawBits);
        local = offset is null ? default : CivilTime.FromSeconds(timestamp.RawBits + offset.Value);
        return offset is not null;
    }

    /// <summary>Seconds east of UTC of <c>+hh:mm</c>, <c>-hh:mm</c> or <c>hh:mm</c>.</summary>
    private static int? FixedOffset(string zone)
    {
        var s = zone.AsSpan();
        var sign = s is ['-', ..] ? -1 : 1;
        if (s is ['+' or '-', ..])
            s = s[1..];
        if (s.Length != 5 || s[2] != ':')
            return null;
        var isValid = int.TryParse(s[..2], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) &
            int.TryParse(s[3..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes);
        return isValid && hours <= 23 && minutes <= 59 ? sign * ((hours * 3_600) + (minutes * 60)) : null;
    }

    private static int? NamedOffset(string zone, long seconds)
    {
        if (zone.Length is 0 or > 64 || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
            return null;
        return (int)found.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(seconds)).TotalSeconds;
    }
}
