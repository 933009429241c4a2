using System.Runtime.CompilerServices;

namespace Sallyport.Cel.Values;

/// <summary>CEL equality (language definition, "Equality") and a hash that agrees with it.</summary>
internal static class Equality
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool AreEqual(in CelValue a, in CelValue b) =>
        a.Kind == CelValueKind.Int && b.Kind == CelValueKind.Int ? a.RawBits == b.RawBits : AreEqualSlow(a, b);

    internal static int HashOf(in CelValue value) => value.Kind switch
    {
        CelValueKind.String => value.RawString.GetHashCode(StringComparison.Ordinal),
        CelValueKind.Bool => (int)value.RawBits,
        CelValueKind.Int or CelValueKind.Uint or CelValueKind.Double or CelValueKind.Decimal => NumberLine.HashOf(value),
        CelValueKind.Timestamp => HashCode.Combine(value.RawBits, value.RawNanoseconds),
        CelValueKind.Duration => value.RawBits.GetHashCode(),
        CelValueKind.Bytes => HashOf(value.RawBytes),
        CelValueKind.List => value.RawList.Count,
        CelValueKind.Map => value.RawMap.Count,
        CelValueKind.Type => value.RawType.Name.GetHashCode(StringComparison.Ordinal),
        CelValueKind.Optional => value.HasValue ? 1 + HashOf(value.RawInner) : 0,
        CelValueKind.Opaque => value.RawOpaque.GetHashCode(),
        _ => (int)value.Kind,
    };

    private static int HashOf(byte[] octets)
    {
        var hash = default(HashCode);
        hash.AddBytes(octets);
        return hash.ToHashCode();
    }

    private static bool AreEqualSlow(in CelValue a, in CelValue b)
    {
        if (NumberLine.IsNumber(a.Kind) && NumberLine.IsNumber(b.Kind))
            return NumberLine.Compare(a, b) == 0;
        if (a.Kind != b.Kind)
            return false;
        return a.Kind switch
        {
            CelValueKind.Null => true,
            CelValueKind.Bool or CelValueKind.Duration => a.RawBits == b.RawBits,
            CelValueKind.String => string.Equals(a.RawString, b.RawString),
            CelValueKind.Bytes => a.RawBytes.AsSpan().SequenceEqual(b.RawBytes),
            CelValueKind.Timestamp => a.RawBits == b.RawBits && a.RawNanoseconds == b.RawNanoseconds,
            CelValueKind.List => ListsEqual(a.RawList.Span, b.RawList.Span),
            CelValueKind.Map => MapsEqual(a.RawMap, b.RawMap),
            CelValueKind.Type => a.RawType.Kind == b.RawType.Kind && a.RawType.Name == b.RawType.Name,
            CelValueKind.Opaque => a.RawOpaque.Equals(b.RawOpaque),
            CelValueKind.Optional => a.HasValue == b.HasValue && (!a.HasValue || AreEqual(a.RawInner, b.RawInner)),
            _ => false,
        };
    }

    private static bool ListsEqual(ReadOnlySpan<CelValue> a, ReadOnlySpan<CelValue> b)
    {
        if (a.Length != b.Length)
            return false;
        for (var i = 0; i < a.Length; i++)
        {
            if (!AreEqual(a[i], b[i]))
                return false;
        }

        return true;
    }

    private static bool MapsEqual(CelMap a, CelMap b)
    {
        if (a.Count != b.Count)
            return false;
        foreach (var (key, value) in a)
        {
            if (!b.TryGet(key, out var other) || !AreEqual(value, other))
                return false;
        }

        return true;
    }
}
