using System.Collections;

namespace Sallyport.Cel.Values;

/// <summary>A list that knows its weight.</summary>
internal sealed class CelList : IReadOnlyList<CelValue>
{
    /// <summary>
    /// Values are shared, so an expression of a few lines could describe a tree of 2^100 leaves. A value heavier than this is refused
    /// when it is built; walking any value (equality, JSON, text) is then bounded by construction.
    /// </summary>
    internal const long MaxWeight = 2_000_000;

    private readonly CelValue[] _elements;

    internal CelList(CelValue[] elements)
    {
        _elements = elements;
        Weight = 1;
        foreach (ref readonly var element in elements.AsSpan())
        {
            Weight += Heft(element);
            HoldsErrors |= HasErrors(element);
        }
    }

    internal static CelList Empty { get; } = new([]);

    /// <summary>Number of values in this tree, counting shared parts each time they occur.</summary>
    internal long Weight { get; }

    /// <summary>True if a member somewhere inside could not be read. Such a value equals nothing and differs from nothing.</summary>
    internal bool HoldsErrors { get; }

    internal ReadOnlySpan<CelValue> Span => _elements;

    /// <summary>For compiled loops, which cannot hold a span. Never written to.</summary>
    internal CelValue[] Elements => _elements;

    public int Count => _elements.Length;

    public CelValue this[int index] => _elements[index];

    public IEnumerator<CelValue> GetEnumerator() => ((IEnumerable<CelValue>)_elements).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _elements.GetEnumerator();

    internal static bool HasErrors(in CelValue value) => value.Kind switch
    {
        CelValueKind.List => value.RawList.HoldsErrors,
        CelValueKind.Map => value.RawMap.HoldsErrors,
        CelValueKind.Optional => value.HasValue && HasErrors(value.RawInner),
        CelValueKind.Error => true,
        _ => false,
    };

    internal static long Heft(in CelValue value) => value.Kind switch
    {
        CelValueKind.List => value.RawList.Weight,
        CelValueKind.Map => value.RawMap.Weight,
        CelValueKind.Optional => value.HasValue ? 1 + Heft(value.RawInner) : 1,
        CelValueKind.String => 1 + (value.RawString.Length >> 4),
        CelValueKind.Bytes => 1 + (value.RawBytes.Length >> 4),
        _ => 1,
    };
}

/// <summary>What an optional refers to when it holds a value.</summary>
internal sealed class OptionalBox(CelValue value)
{
    internal CelValue Value { get; } = value;
}
