using System.Collections.Immutable;
using Sallyport.Cel.Values;
using static Sallyport.Cel.CelType;

namespace Sallyport.Cel.Functions;

/// <summary>The lists extension. <c>sortBy</c> is a macro.</summary>
internal static class ListFunctions
{
    private const int MaxRange = 100_000;

    private static readonly CelType T = TypeParameter("T");
    private static readonly CelType ListT = CelType.List(T);

    internal static ImmutableArray<Overload> All { get; } =
    [
        Metered("distinct", [ListT], ListT, (f, a) => Distinct(f, a[0].RawList)),
        new("flatten", true, [CelType.List(CelType.List(T))], ListT, (f, a) => Flatten(f, a[0].RawList, 1)),
        new("flatten", true, [CelType.List(Dyn), Int], CelType.List(Dyn), (f, a) => Flatten(f, a[0].RawList, a[1].RawBits)),
        new("lists.range", false, [Int], CelType.List(Int), (f, a) => Range(f, a[0].RawBits)),
        Metered("reverse", [ListT], ListT, (_, a) => CelValue.OwnList([.. a[0].RawList.Reverse()])),
        Metered("slice", [ListT, Int, Int], ListT, (_, a) => Slice(a[0].RawList, a[1].RawBits, a[2].RawBits)),
        Metered("sort", [ListT], ListT, (f, a) => Sorted(f, [.. a[0].RawList.Select(e => (e, e))])),
        new("first", true, [ListT], CelType.Optional(T), (_, a) => At(a[0].RawList, 0)),
        new("last", true, [ListT], CelType.Optional(T), (_, a) => At(a[0].RawList, a[0].RawList.Count - 1)),
    ];

    /// <summary>A stable sort by keys that all have one order.</summary>
    internal static CelValue Sorted(CelActivation activation, List<(CelValue Key, CelValue Element)> pairs)
    {
        var log = System.Numerics.BitOperations.Log2((uint)pairs.Count + 1) + 1;
        if (!activation.Charge((long)pairs.Count * log))
            return CelActivation.OutOfSteps;
        foreach (var (key, _) in pairs)
        {
            if (key.IsError)
                return key;
            if (Ordering.Compare(pairs[0].Key, key) is null)
                return CelValue.Error($"no such overload: sort of {ValueText.KindName(pairs[0].Key)} and {ValueText.KindName(key)}");
        }

        // NaN has no place in an order; it compares equal, and the sort stays stable around it.
        var comparer = Comparer<CelValue>.Create((a, b) => Ordering.Compare(a, b) is { } order and not NumberLine.Unordered ? order : 0);
        return CelValue.OwnList([.. pairs.OrderBy(p => p.Key, comparer).Select(p => p.Element)]);
    }

    private static CelValue At(CelList list, int index) => list.Count == 0 ? CelValue.None : CelValue.Some(list[index]);

    private static Overload Metered(string name, CelType[] parameters, CelType result, Implementation body) =>
        new(name, true, parameters, result, (f, a) => f.Charge(a[0].RawList.Count) ? body(f, a) : CelActivation.OutOfSteps);

    private static CelValue Distinct(CelActivation activation, CelList list)
    {
        // Lists and maps hash by size only, so each is charged as a walk over what was kept.
        var seen = new HashSet<CelValue>();
        var result = new List<CelValue>();
        foreach (var element in list)
        {
            if (element.Kind >= CelValueKind.List && !activation.Charge(CelList.Heft(element) * (1 + seen.Count)))
                return CelActivation.OutOfSteps;
            if (seen.Add(element))
                result.Add(element);
        }

        return CelValue.OwnList([.. result]);
    }

    private static CelValue Flatten(CelActivation activation, CelList list, long depth)
    {
        if (depth < 0)
            return CelValue.Error("flatten: negative depth");
        if (!activation.Charge(list.Weight))
            return CelActivation.OutOfSteps;
        var result = new List<CelValue>();
        Append(result, list, depth);
        return CelValue.OwnList([.. result]);
    }

    private static void Append(List<CelValue> result, CelList list, long depth)
    {
        foreach (var element in list)
        {
            if (depth > 0 && element.Kind == CelValueKind.List)
                Append(result, element.RawList, depth - 1);
            else
                result.Add(element);
        }
    }

    private static CelValue Range(CelActivation activation, long count)
    {
        if (count > MaxRange)
            return CelValue.Error($"lists.range: more than {MaxRange} elements");
        if (!activation.Charge(Math.Max(0, count)))
            return CelActivation.OutOfSteps;
        var elements = new CelValue[Math.Max(0, count)];
        for (var i = 0; i < elements.Length; i++)
            elements[i] = CelValue.From((long)i);
        return CelValue.OwnList(elements);
    }

    private static CelValue Slice(CelList list, long start, long end)
    {
        if (start < 0 || end < 0)
            return CelValue.Error($"slice({start}, {end}): negative index");
        if (start > end)
            return CelValue.Error($"slice({start}, {end}): the start is behind the end");
        return end > list.Count
            ? CelValue.Error($"slice({start}, {end}): the list has {list.Count} elements")
            : CelValue.OwnList([.. list.Span[(int)start..(int)end]]);
    }
}
