using System.Collections.Immutable;
using Sallyport.Cel.Values;
using static Sallyport.Cel.CelType;

namespace Sallyport.Cel.Functions;

/// <summary>The math extension.</summary>
internal static class MathFunctions
{
    private static readonly CelType[] Numbers = [Int, Uint, CelType.Double, CelType.Decimal];

    internal static ImmutableArray<Overload> All { get; } =
    [
        .. Extreme("math.greatest", 1),
        .. Extreme("math.least", -1),
        Real("math.ceil", Math.Ceiling),
        Real("math.floor", Math.Floor),
        Real("math.round", x => Math.Round(x, MidpointRounding.AwayFromZero)),
        Real("math.trunc", Math.Truncate),
        Exact("math.ceil", decimal.Ceiling),
        Exact("math.floor", decimal.Floor),
        Exact("math.round", x => decimal.Round(x, MidpointRounding.AwayFromZero)),
        Exact("math.trunc", decimal.Truncate),
        .. Numbers.Select(type => Of("math.abs", type, type, Absolute)),
        .. Numbers.Select(type => Of("math.sign", type, type, Sign)),
        Of("math.sqrt", CelType.Double, CelType.Double, a => CelValue.From(Math.Sqrt(a.RawDouble))),
        Of("math.sqrt", Int, CelType.Double, a => CelValue.From(Math.Sqrt(a.RawBits))),
        Of("math.sqrt", Uint, CelType.Double, a => CelValue.From(Math.Sqrt((ulong)a.RawBits))),
        Of("math.isNaN", CelType.Double, Bool, a => CelValue.From(double.IsNaN(a.RawDouble))),
        Of("math.isInf", CelType.Double, Bool, a => CelValue.From(double.IsInfinity(a.RawDouble))),
        Of("math.isFinite", CelType.Double, Bool, a => CelValue.From(double.IsFinite(a.RawDouble))),
        .. Bits("math.bitAnd", (x, y) => x & y),
        .. Bits("math.bitOr", (x, y) => x | y),
        .. Bits("math.bitXor", (x, y) => x ^ y),
        Of("math.bitNot", Int, Int, a => CelValue.From(~a.RawBits)),
        Of("math.bitNot", Uint, Uint, a => CelValue.From(~(ulong)a.RawBits)),
        .. Shift("math.bitShiftLeft", (x, n) => x << n),
        .. Shift("math.bitShiftRight", (x, n) => x >>> n),
    ];

    private static Overload Of(string name, CelType from, CelType to, Func<CelValue, CelValue> body) =>
        new(name, false, [from], to, (_, a) => body(a[0]));

    private static Overload Real(string name, Func<double, double> body) =>
        Of(name, CelType.Double, CelType.Double, a => CelValue.From(body(a.RawDouble)));

    private static Overload Exact(string name, Func<decimal, decimal> body) =>
        Of(name, CelType.Decimal, CelType.Decimal, a => CelValue.From(body(a.RawDecimal)));

    /// <summary>One list, or any number of arguments of any numeric types. The result keeps the type of the winner.</summary>
    private static IEnumerable<Overload> Extreme(string name, int sign)
    {
        foreach (var type in Numbers)
        {
            yield return new(name, false, [type], type, (f, a) => Pick(a, sign));
            yield return new(name, false, [type, type], type, (f, a) => Pick(a, sign), IsVariadic: true);
        }

        foreach (var type in Numbers.Append(Dyn))
            yield return new(name, false, [CelType.List(type)], type, (f, a) => PickFrom(f, a[0].RawList, name, sign));
        foreach (var first in Numbers)
            yield return new(name, false, [first, Dyn], Dyn, (f, a) => Pick(a, sign), IsVariadic: true);
    }

    private static CelValue PickFrom(CelActivation activation, CelList list, string name, int sign)
    {
        if (list.Count == 0)
            return CelValue.Error($"{name}: the list is empty");
        return activation.Charge(list.Count) ? Pick(list.Span, sign) : CelActivation.OutOfSteps;
    }

    private static CelValue Pick(ReadOnlySpan<CelValue> values, int sign)
    {
        var best = values[0];
        foreach (ref readonly var value in values)
        {
            if (value.IsError)
                return value;
            if (!NumberLine.IsNumber(value.Kind))
                return CelValue.Error($"no such overload: {value} is not a number");
            var order = NumberLine.Compare(value, best);
            if (order != NumberLine.Unordered && order == sign)
                best = value;
        }

        return best;
    }

    private static CelValue Absolute(CelValue a) => a.Kind switch
    {
        CelValueKind.Int => a.RawBits == long.MinValue ? CelValue.Error("int overflow") : CelValue.From(Math.Abs(a.RawBits)),
        CelValueKind.Double => CelValue.From(Math.Abs(a.RawDouble)),
        CelValueKind.Decimal => CelValue.From(Math.Abs(a.RawDecimal)),
        _ => a,
    };

    private static CelValue Sign(CelValue a) => a.Kind switch
    {
        CelValueKind.Int => CelValue.From((long)Math.Sign(a.RawBits)),
        CelValueKind.Uint => CelValue.From(a.RawBits == 0 ? 0UL : 1UL),
        CelValueKind.Decimal => CelValue.From((decimal)Math.Sign(a.RawDecimal)),
        _ => double.IsNaN(a.RawDouble) ? a : CelValue.From((double)Math.Sign(a.RawDouble)),
    };

    private static IEnumerable<Overload> Bits(string name, Func<ulong, ulong, ulong> body)
    {
        yield return new(name, false, [Int, Int], Int, (_, a) => CelValue.From((long)body((ulong)a[0].RawBits, (ulong)a[1].RawBits)));
        yield return new(name, false, [Uint, Uint], Uint, (_, a) => CelValue.From(body((ulong)a[0].RawBits, (ulong)a[1].RawBits)));
    }

    private static IEnumerable<Overload> Shift(string name, Func<ulong, int, ulong> body)
    {
        yield return new(name, false, [Int, Int], Int, (_, a) =>
            Shifted(a, body) is { } bits ? CelValue.From((long)bits) : Negative(name, a[1]));
        yield return new(name, false, [Uint, Int], Uint, (_, a) =>
            Shifted(a, body) is { } bits ? CelValue.From(bits) : Negative(name, a[1]));
    }

    private static CelValue Negative(string name, in CelValue offset) => CelValue.Error($"{name}: negative offset {offset}");

    /// <summary>Null for a negative offset; everything is shifted out from 64 on.</summary>
    private static ulong? Shifted(ReadOnlySpan<CelValue> a, Func<ulong, int, ulong> body) =>
        a[1].RawBits < 0 ? null : a[1].RawBits >= 64 ? 0 : body((ulong)a[0].RawBits, (int)a[1].RawBits);
}
