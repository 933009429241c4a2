using Sallyport.Cel.Syntax;
using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary>Where a comprehension keeps its variables. <paramref name="Cost"/> is what one round is charged.</summary>
internal readonly record struct ComprehensionShape(CelMacro Kind, int Local, bool HasTwo, Node Range, Node? Filter, Node Body, long Cost);

/// <summary>Walks the range and hands each element to the macro's own rule. Every round is charged against the step limit.</summary>
internal abstract class ComprehensionNode(ComprehensionShape shape) : Node
{
    protected ComprehensionShape Shape { get; } = shape;

    internal sealed override CelValue Evaluate(CelActivation activation)
    {
        var range = Shape.Range.Evaluate(activation);
        switch (range.Kind)
        {
            case CelValueKind.List:
                return OverList(activation, range.RawList);
            case CelValueKind.Map:
                return OverMap(activation, range.RawMap);
            case CelValueKind.Error:
                return range;
            default:
                return NoOverload(Shape.Kind.ToString(), range);
        }
    }

    /// <summary>A fresh accumulator; null if the rule needs none.</summary>
    protected virtual object? Begin(int count) => null;

    /// <summary>One round. A result ends the walk.</summary>
    protected abstract CelValue? Round(CelActivation activation, object? state, in CelValue first, in CelValue second, ref CelValue pending);

    /// <summary>The result after the last round.</summary>
    protected abstract CelValue End(CelActivation activation, object? state, in CelValue pending);

    /// <summary>False, true, or the error of the filter.</summary>
    protected CelValue Passes(CelActivation activation)
    {
        if (Shape.Filter is null)
            return CelValue.True;
        var passes = Shape.Filter.Evaluate(activation);
        return passes.Kind is CelValueKind.Bool or CelValueKind.Error ? passes : NoOverload("filter", passes);
    }

    private CelValue OverList(CelActivation activation, CelList list)
    {
        var state = Begin(list.Count);
        var pending = CelValue.Null;
        for (var i = 0; i < list.Count; i++)
        {
            var first = Shape.HasTwo ? CelValue.From((long)i) : list[i];
            if (Step(activation, state, first, list[i], ref pending) is { } result)
                return result;
        }

        return End(activation, state, pending);
    }

    private CelValue OverMap(CelActivation activation, CelMap map)
    {
        var state = Begin(map.Count);
        var pending = CelValue.Null;
        foreach (var (key, value) in map)
        {
            if (Step(activation, state, key, value, ref pending) is { } result)
                return result;
        }

        return End(activation, state, pending);
    }

    private CelValue? Step(CelActivation activation, object? state, in CelValue first, in CelValue second, ref CelValue pending)
    {
        if (!activation.Charge(Shape.Cost))
            return CelActivation.OutOfSteps;
        activation.Locals[Shape.Local] = first;
        if (Shape.HasTwo)
            activation.Locals[Shape.Local + 1] = second;
        return Round(activation, state, first, second, ref pending);
    }
}

/// <summary><c>all</c> and <c>exists</c>: a logical chain over the elements, errors absorbed in the same way.</summary>
internal sealed class QuantifierNode(ComprehensionShape shape) : ComprehensionNode(shape)
{
    private readonly bool _deciding = shape.Kind == CelMacro.Exists;

    protected override CelValue? Round(CelActivation activation, object? state, in CelValue first, in CelValue second, ref CelValue pending)
    {
        var value = Shape.Body.Evaluate(activation);
        if (value.Kind == CelValueKind.Bool)
            return value.RawBits != 0 == _deciding ? value : null;
        if (!pending.IsError)
            pending = value.IsError ? value : NoOverload(_deciding ? "exists" : "all", value);
        return null;
    }

    protected override CelValue End(CelActivation activation, object? state, in CelValue pending) =>
        pending.IsError ? pending : CelValue.From(!_deciding);
}

/// <summary><c>exists_one</c>: counts, and lets every error through.</summary>
internal sealed class ExistsOneNode(ComprehensionShape shape) : ComprehensionNode(shape)
{
    protected override CelValue? Round(CelActivation activation, object? state, in CelValue first, in CelValue second, ref CelValue pending)
    {
        var value = Shape.Body.Evaluate(activation);
        if (value.Kind != CelValueKind.Bool)
            return value.IsError ? value : NoOverload("exists_one", value);
        if (value.RawBits != 0)
            pending = CelValue.From(pending.Kind == CelValueKind.Int ? pending.RawBits + 1 : 1L);
        return null;
    }

    protected override CelValue End(CelActivation activation, object? state, in CelValue pending) =>
        CelValue.From(pending.Kind == CelValueKind.Int && pending.RawBits == 1);
}

/// <summary><c>map</c>, <c>filter</c> and <c>transformList</c>.</summary>
internal sealed class ListComprehensionNode(ComprehensionShape shape) : ComprehensionNode(shape)
{
    private readonly bool _keepsElement = shape.Kind == CelMacro.Filter;

    protected override object? Begin(int count) => new List<CelValue>(_keepsElement ? 0 : count);

    protected override CelValue? Round(CelActivation activation, object? state, in CelValue first, in CelValue second, ref CelValue pending)
    {
        if (!_keepsElement)
        {
            var passes = Passes(activation);
            if (!passes.IsTrue)
                return passes.IsError ? passes : null;
        }

        var value = Shape.Body.Evaluate(activation);
        if (value.IsError)
            return value;
        if (_keepsElement)
        {
            if (value.Kind != CelValueKind.Bool)
                return NoOverload("filter", value);
            if (value.RawBits == 0)
                return null;
            value = first;
            if (value.IsError)
                return value;
        }

        ((List<CelValue>)state!).Add(value);
        return null;
    }

    protected override CelValue End(CelActivation activation, object? state, in CelValue pending) =>
        CelValue.OwnList([.. (List<CelValue>)state!]);
}

/// <summary><c>transformMap</c> and <c>transformMapEntry</c>.</summary>
internal sealed class MapComprehensionNode(ComprehensionShape shape) : ComprehensionNode(shape)
{
    protected override object? Begin(int count) => new CelMap(count);

    protected override CelValue? Round(CelActivation activation, object? state, in CelValue first, in CelValue second, ref CelValue pending)
    {
        var passes = Passes(activation);
        if (!passes.IsTrue)
            return passes.IsError ? passes : null;
        var value = Shape.Body.Evaluate(activation);
        if (value.IsError)
            return value;
        var map = (CelMap)state!;
        if (Shape.Kind == CelMacro.TransformMap)
            return map.Add(first, value) is { } problem ? CelValue.Error(problem) : null;
        if (value.Kind != CelValueKind.Map)
            return NoOverload("transformMapEntry", value);
        foreach (var (key, entry) in value.RawMap)
        {
            if (map.Add(key, entry) is { } clash)
                return CelValue.Error(clash);
        }

        return null;
    }

    protected override CelValue End(CelActivation activation, object? state, in CelValue pending) => CelValue.From((CelMap)state!);
}

/// <summary><c>sortBy</c>: keys first, then a stable sort.</summary>
internal sealed class SortByNode(ComprehensionShape shape) : ComprehensionNode(shape)
{
    protected override object? Begin(int count) => new List<(CelValue Key, CelValue Element)>(count);

    protected override CelValue? Round(CelActivation activation, object? state, in CelValue first, in CelValue second, ref CelValue pending)
    {
        var key = Shape.Body.Evaluate(activation);
        if (key.IsError)
            return key;
        ((List<(CelValue, CelValue)>)state!).Add((key, first));
        return null;
    }

    protected override CelValue End(CelActivation activation, object? state, in CelValue pending) =>
        Functions.ListFunctions.Sorted(activation, (List<(CelValue, CelValue)>)state!);
}
