using System.Numerics;

namespace Sallyport.Cel.Values;

/// <summary>
/// Comparison of int, uint, double and decimal on one number line. Everything is exact but one case that the conformance tests fix: an int
/// or uint beside a double is compared as the nearest double, which differs only beyond 2^53.
/// </summary>
internal static class NumberLine
{
    /// <summary>What <see cref="Compare"/> returns when NaN is involved.</summary>
    internal const int Unordered = 2;

    private const double TwoTo63 = 9223372036854775808.0;
    private const double TwoTo64 = 18446744073709551616.0;

    internal static bool IsNumber(CelValueKind kind) => kind is >= CelValueKind.Int and <= CelValueKind.Decimal;

    /// <summary>-1, 0 or 1, or <see cref="Unordered"/>.</summary>
    internal static int Compare(in CelValue a, in CelValue b)
    {
        if (a.Kind == b.Kind)
        {
            return a.Kind switch
            {
                CelValueKind.Int => a.RawBits.CompareTo(b.RawBits),
                CelValueKind.Uint => ((ulong)a.RawBits).CompareTo((ulong)b.RawBits),
                CelValueKind.Decimal => a.RawDecimal.CompareTo(b.RawDecimal),
                _ => CompareDoubles(a.RawDouble, b.RawDouble),
            };
        }

        if (b.Kind == CelValueKind.Double)
            return Flip(CompareDouble(b.RawDouble, a));
        if (a.Kind == CelValueKind.Double)
            return CompareDouble(a.RawDouble, b);
        if (a.Kind == CelValueKind.Decimal || b.Kind == CelValueKind.Decimal)
            return ToDecimal(a).CompareTo(ToDecimal(b));
        return a.Kind == CelValueKind.Int ? CompareIntUint(a.RawBits, (ulong)b.RawBits) : Flip(CompareIntUint(b.RawBits, (ulong)a.RawBits));
    }

    internal static int HashOf(in CelValue number)
    {
        if (number.Kind == CelValueKind.Double)
        {
            var d = number.RawDouble;
            if (d is >= -TwoTo63 and < TwoTo63 && Math.Floor(d) == d)
                return ((long)d).GetHashCode();
            if (d is >= TwoTo63 and < TwoTo64)
                return ((long)(ulong)d).GetHashCode();
            return d.GetHashCode();
        }

        if (number.Kind == CelValueKind.Decimal)
        {
            var m = number.RawDecimal;
            if (decimal.Truncate(m) == m && m is >= long.MinValue and <= ulong.MaxValue)
                return m <= long.MaxValue ? ((long)m).GetHashCode() : ((long)(ulong)m).GetHashCode();

            // A double that equals this decimal is what the decimal converts to.
            return ((double)m).GetHashCode();
        }

        return number.RawBits.GetHashCode();
    }

    /// <summary>An int, uint or decimal as a decimal, which is exact.</summary>
    internal static decimal ToDecimal(in CelValue number) => number.Kind switch
    {
        CelValueKind.Int => number.RawBits,
        CelValueKind.Uint => (ulong)number.RawBits,
        _ => number.RawDecimal,
    };

    private static int Flip(int order) => order == Unordered ? Unordered : -order;

    private static int CompareDoubles(double a, double b) => a < b ? -1 : a > b ? 1 : a == b ? 0 : Unordered;

    private static int CompareIntUint(long a, ulong b) => a < 0 ? -1 : ((ulong)a).CompareTo(b);

    private static int CompareDouble(double a, in CelValue b)
    {
        if (double.IsNaN(a))
            return Unordered;
        switch (b.Kind)
        {
            case CelValueKind.Int:
                return CompareDoubles(a, b.RawBits);
            case CelValueKind.Uint:
                return CompareDoubles(a, (ulong)b.RawBits);
            default:
                return CompareDecimal(a, b.RawDecimal);
        }
    }

    private static int CompareDecimal(double a, decimal b)
    {
        if (Math.Abs(a) >= 1e29)
            return a > 0 ? 1 : -1;
        if (Math.Abs(a) < 1e-300 && b == 0)
            return CompareDoubles(a, 0);

        // Both are exact rationals: a = mantissa * 2^exponent, b = unscaled / 10^scale.
        var bits = BitConverter.DoubleToInt64Bits(a);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var fraction = bits & 0xFFFFFFFFFFFFF;
        var mantissa = new BigInteger(exponent == 0 ? fraction : fraction | (1L << 52)) * (bits < 0 ? -1 : 1);
        exponent = Math.Max(exponent, 1) - 1075;
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(b, parts);
        var scale = (parts[3] >> 16) & 0x7F;
        var magnitude = (new BigInteger((uint)parts[2]) << 64) | (new BigInteger((uint)parts[1]) << 32) | (uint)parts[0];
        var unscaled = parts[3] < 0 ? -magnitude : magnitude;
        var left = mantissa * BigInteger.Pow(10, scale);
        return exponent >= 0 ? (left << exponent).CompareTo(unscaled) : left.CompareTo(unscaled << -exponent);
    }
}
