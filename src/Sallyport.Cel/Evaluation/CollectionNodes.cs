using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary>A list literal.</summary>
internal sealed class ListNode(Node[] elements, bool[] optional) : Node
{
    private readonly bool _anyOptional = optional.Contains(true);

    internal override CelValue Evaluate(CelActivation activation)
    {
        if (_anyOptional)
            return WithOptionals(activation);
        var values = new CelValue[elements.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = elements[i].Evaluate(activation);
            if (values[i].IsError)
                return values[i];
        }

        return CelValue.OwnList(values);
    }

    private CelValue WithOptionals(CelActivation activation)
    {
        var values = new List<CelValue>(elements.Length);
        for (var i = 0; i < elements.Length; i++)
        {
            var value = elements[i].Evaluate(activation);
            if (value.IsError)
                return value;
            if (!optional[i])
                values.Add(value);
            else if (value.Kind != CelValueKind.Optional)
                return CelValue.Error("an optional is needed after '?'");
            else if (value.HasValue)
                values.Add(value.RawInner);
        }

        return CelValue.OwnList([.. values]);
    }
}

/// <summary>A map literal.</summary>
internal sealed class MapNode((Node Key, Node Value, bool IsOptional)[] entries) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var map = new CelMap(entries.Length);
        foreach (var (keyNode, valueNode, isOptional) in entries)
        {
            var key = keyNode.Evaluate(activation);
            if (key.IsError)
                return key;
            var value = valueNode.Evaluate(activation);
            if (value.IsError)
                return value;
            if (isOptional)
            {
                if (value.Kind != CelValueKind.Optional)
                    return CelValue.Error("an optional is needed after '?'");
                if (!value.HasValue)
                    continue;
                value = value.RawInner;
            }

            if (map.Add(key, value) is { } problem)
                return CelValue.Error(problem);
        }

        return CelValue.From(map);
    }
}

/// <summary><c>optMap</c> and <c>optFlatMap</c>.</summary>
internal sealed class OptionalMapNode(int local, Node target, Node body, bool isFlat) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var optional = target.Evaluate(activation);
        if (optional.Kind != CelValueKind.Optional)
            return optional.IsError ? optional : NoOverload(isFlat ? "optFlatMap" : "optMap", optional);
        if (!optional.HasValue)
            return optional;
        activation.Locals[local] = optional.RawInner;
        var value = body.Evaluate(activation);
        if (!isFlat)
            return CelValue.Some(value);
        return value.IsError || value.Kind == CelValueKind.Optional ? value : NoOverload("optFlatMap", value);
    }
}

/// <summary><c>or</c> and <c>orValue</c>: the alternative is evaluated only if the optional holds nothing, so it may fail otherwise.</summary>
internal sealed class OptionalOrNode(Node target, Node alternative, bool isFlat) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var optional = target.Evaluate(activation);
        if (optional.Kind != CelValueKind.Optional)
            return optional.IsError ? optional : NoOverload(isFlat ? "or" : "orValue", optional);
        if (optional.HasValue)
            return isFlat ? optional : optional.RawInner;
        var other = alternative.Evaluate(activation);
        return !isFlat || other.IsError || other.Kind == CelValueKind.Optional ? other : NoOverload("or", optional, other);
    }
}
