namespace Sallyport.Cel.Values;

/// <summary>The order of values of one kind, and of all numbers.</summary>
internal static class Ordering
{
    /// <summary>A negative number, 0, a positive number or <see cref="NumberLine.Unordered"/>; null if the kinds have no order.</summary>
    internal static int? Compare(in CelValue a, in CelValue b)
    {
        if (NumberLine.IsNumber(a.Kind) && NumberLine.IsNumber(b.Kind))
            return NumberLine.Compare(a, b);
        if (a.Kind != b.Kind)
            return null;
        return a.Kind switch
        {
            CelValueKind.Bool or CelValueKind.Duration => a.RawBits.CompareTo(b.RawBits),
            CelValueKind.String => Math.Sign(CompareCodePoints(a.RawString, b.RawString)),
            CelValueKind.Bytes => Math.Sign(a.RawBytes.AsSpan().SequenceCompareTo(b.RawBytes)),
            CelValueKind.Timestamp => a.RawBits != b.RawBits ? a.RawBits.CompareTo(b.RawBits) : a.RawNanoseconds.CompareTo(b.RawNanoseconds),
            _ => null,
        };
    }

    /// <summary>UTF-16 order differs from code point order only where a surrogate meets a character from U+E000 up.</summary>
    internal static int CompareCodePoints(string a, string b)
    {
        var common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
            return a.Length.CompareTo(b.Length);
        var x = a[common];
        var y = b[common];
        if (char.IsSurrogate(x) != char.IsSurrogate(y))
            return char.IsSurrogate(x) ? 1 : -1;
        return x.CompareTo(y);
    }
}
