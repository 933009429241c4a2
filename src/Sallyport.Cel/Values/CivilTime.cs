using System.Runtime.InteropServices;

namespace Sallyport.Cel.Values;

/// <summary>A date and time of the proleptic Gregorian calendar.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CivilTime(int Year, int Month, int Day, int Hour, int Minute, int Second)
{
    internal const int SecondsPerDay = 86_400;

    /// <summary>From a year of era to days: 400 years are 146,097 days; years begin in March so that the leap day comes last.</summary>
    internal static long DaysFromCivil(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1L : year;
        var era = (y >= 0 ? y : y - 399) / 400;
        var yearOfEra = y - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468;
    }

    internal static CivilTime FromSeconds(long seconds)
    {
        var days = Math.DivRem(seconds, SecondsPerDay, out var rest);
        if (rest < 0)
        {
            rest += SecondsPerDay;
            days--;
        }

        var z = days + 719_468;
        var era = (z >= 0 ? z : z - 146_096) / 146_097;
        var dayOfEra = z - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var marchMonth = ((5 * dayOfYear) + 2) / 153;
        var month = (int)(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9);
        var year = (int)(yearOfEra + (era * 400) + (month <= 2 ? 1 : 0));
        var day = (int)(dayOfYear - (((153 * marchMonth) + 2) / 5) + 1);
        return new(year, month, day, (int)(rest / 3_600), (int)(rest / 60 % 60), (int)(rest % 60));
    }

    internal long ToSeconds() => (DaysFromCivil(Year, Month, Day) * SecondsPerDay) + (Hour * 3_600L) + (Minute * 60L) + Second;

    /// <summary>Days since 1 January, from 0.</summary>
    internal int DayOfYear => (int)(DaysFromCivil(Year, Month, Day) - DaysFromCivil(Year, 1, 1));

    /// <summary>Days since Sunday, 0 to 6. 1970-01-01 was a Thursday.</summary>
    internal int DayOfWeek => (int)((((DaysFromCivil(Year, Month, Day) + 4) % 7) + 7) % 7);

    internal static int DaysInMonth(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };
}
