using System.Collections.Immutable;
using Sallyport.Cel.Values;
using static Sallyport.Cel.CelType;

namespace Sallyport.Cel.Functions;

/// <summary>The optionals extension. <c>optMap</c> and <c>optFlatMap</c> are macros.</summary>
internal static class OptionalFunctions
{
    private static readonly CelType T = TypeParameter("T");
    private static readonly CelType OptionalT = CelType.Optional(T);

    internal static ImmutableArray<Overload> All { get; } =
    [
        new("optional.none", false, [], OptionalT, (_, _) => CelValue.None),
        new("optional.of", false, [T], OptionalT, (_, a) => CelValue.Some(a[0])),
        new("optional.ofNonZeroValue", false, [T], OptionalT, (_, a) => IsZero(a[0]) ? CelValue.None : CelValue.Some(a[0])),
        new("optional.unwrap", false, [CelType.List(OptionalT)], CelType.List(T), (f, a) => Unwrap(f, a[0].RawList)),
        new("unwrapOpt", true, [CelType.List(OptionalT)], CelType.List(T), (f, a) => Unwrap(f, a[0].RawList)),
        new("hasValue", true, [OptionalT], Bool, (_, a) => CelValue.From(a[0].HasValue)),
        new("value", true, [OptionalT], T, (_, a) => a[0].HasValue ? a[0].RawInner : CelValue.Error("optional.none() dereference")),
        new("or", true, [OptionalT, OptionalT], OptionalT, (_, a) => a[0].HasValue ? a[0] : a[1]),
        new("orValue", true, [OptionalT, T], T, (_, a) => a[0].HasValue ? a[0].RawInner : a[1]),
    ];

    private static bool IsZero(in CelValue value) => value.Kind switch
    {
        CelValueKind.Null => true,
        CelValueKind.Bool or CelValueKind.Int or CelValueKind.Uint or CelValueKind.Duration => value.RawBits == 0,
        CelValueKind.Double => value.RawDouble == 0,
        CelValueKind.Decimal => value.RawDecimal == 0,
        CelValueKind.String => value.RawString.Length == 0,
        CelValueKind.Bytes => value.RawBytes.Length == 0,
        CelValueKind.List => value.RawList.Count == 0,
        CelValueKind.Map => value.RawMap.Count == 0,
        CelValueKind.Optional => !value.HasValue,
        _ => false,
    };

    private static CelValue Unwrap(CelActivation activation, CelList list)
    {
        if (!activation.Charge(list.Count))
            return CelActivation.OutOfSteps;
        var result = new List<CelValue>();
        foreach (ref readonly var element in list.Span)
        {
            if (element.Kind != CelValueKind.Optional)
                return CelValue.Error($"no such overload: {element} is not an optional");
            if (element.HasValue)
                result.Add(element.RawInner);
        }

        return CelValue.OwnList([.. result]);
    }
}
