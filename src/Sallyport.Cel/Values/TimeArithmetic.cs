using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Values;

/// <summary>Arithmetic of points and spans of time. Everything out of range is an error.</summary>
internal static class TimeArithmetic
{
    internal static CelValue Durations(CelBinaryOperator op, long a, long b)
    {
        var result = op == CelBinaryOperator.Add ? (Int128)a + b : (Int128)a - b;
        return result >= long.MinValue && result <= long.MaxValue ? CelValue.Duration((long)result) : DurationText.OutOfRange;
    }

    internal static CelValue Difference(in CelValue a, in CelValue b)
    {
        var result = ((Int128)(a.RawBits - b.RawBits) * DurationText.NanosecondsPerSecond) + (a.RawNanoseconds - b.RawNanoseconds);
        return result >= long.MinValue && result <= long.MaxValue ? CelValue.Duration((long)result) : DurationText.OutOfRange;
    }

    internal static CelValue Shift(in CelValue timestamp, Int128 nanoseconds)
    {
        var total = ((Int128)timestamp.RawBits * DurationText.NanosecondsPerSecond) + timestamp.RawNanoseconds + nanoseconds;
        var (seconds, rest) = Int128.DivRem(total, DurationText.NanosecondsPerSecond);
        if (rest < 0)
        {
            rest += DurationText.NanosecondsPerSecond;
            seconds--;
        }

        return CelValue.Timestamp((long)seconds, (int)rest);
    }
}
