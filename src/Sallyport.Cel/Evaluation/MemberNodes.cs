using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary><c>a.b</c> and <c>a.?b</c>.</summary>
internal sealed class SelectNode(Node operand, string field, bool isOptional) : Node
{
    private readonly CelValue _key = CelValue.From(field);

    internal override CelValue Evaluate(CelActivation activation)
    {
        var value = operand.Evaluate(activation);
        if (value.Kind == CelValueKind.Map && !isOptional)
            return value.RawMap.TryGet(_key, out var found) ? found : NoSuchKey(field);
        if (value.IsError)
            return value;
        if (value.Kind == CelValueKind.Optional)
            return value.HasValue ? Optionally(value.RawInner) : value;
        return isOptional ? Optionally(value) : NoFields(value);
    }

    internal static CelValue NoSuchKey(string field) => CelValue.Error($"no such key: '{field}'");

    internal static CelValue NoFields(in CelValue value) =>
        CelValue.Error($"type '{ValueText.KindName(value)}' does not support field selection");

    private CelValue Optionally(in CelValue value)
    {
        if (value.Kind != CelValueKind.Map)
            return value.IsError ? value : NoFields(value);
        return value.RawMap.TryGet(_key, out var found) ? CelValue.Some(found) : CelValue.None;
    }
}

/// <summary><c>has(a.b)</c>.</summary>
internal sealed class PresenceNode(Node operand, string field) : Node
{
    private readonly CelValue _key = CelValue.From(field);

    internal override CelValue Evaluate(CelActivation activation)
    {
        var value = operand.Evaluate(activation);
        if (value.Kind == CelValueKind.Optional)
        {
            if (!value.HasValue)
                return CelValue.False;
            value = value.RawInner;
        }

        if (value.Kind == CelValueKind.Map)
            return CelValue.From(value.RawMap.TryGet(_key, out _));
        return value.IsError ? value : SelectNode.NoFields(value);
    }
}

/// <summary><c>a[b]</c> and <c>a[?b]</c>.</summary>
internal sealed class IndexNode(Node operand, Node index, bool isOptional) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var collection = operand.Evaluate(activation);
        if (collection.IsError)
            return collection;
        var key = index.Evaluate(activation);
        if (key.IsError)
            return key;
        if (collection.Kind == CelValueKind.Optional)
            return collection.HasValue ? Wrap(Find(collection.RawInner, key, out var present), present) : collection;
        var found = Find(collection, key, out var isPresent);
        return isOptional ? Wrap(found, isPresent) : found;
    }

    private static CelValue Wrap(in CelValue found, bool? isPresent) => isPresent switch
    {
        true => CelValue.Some(found),
        false => CelValue.None,
        null => found,
    };

    /// <summary>The value, or the error for its absence; <paramref name="isPresent"/> is null where the lookup itself is wrong.</summary>
    private static CelValue Find(in CelValue collection, in CelValue key, out bool? isPresent)
    {
        switch (collection.Kind)
        {
            case CelValueKind.Map:
                isPresent = collection.RawMap.TryGet(key, out var value);
                return isPresent.Value ? value : CelValue.Error($"no such key: {key}");
            case CelValueKind.List:
                return At(collection.RawList, key, out isPresent);
            default:
                isPresent = null;
                return collection.IsError ? collection : NoOverload("_[_]", collection, key);
        }
    }

    private static CelValue At(CelList list, in CelValue key, out bool? isPresent)
    {
        var position = WholeNumber(key);
        isPresent = position is null ? null : position >= 0 && position < list.Count;
        return isPresent switch
        {
            true => list[(int)position!.Value],
            false => CelValue.Error($"index out of range: {key}"),
            null => CelValue.Error($"invalid list index: {key}"),
        };
    }

    private static long? WholeNumber(in CelValue key) => key.Kind switch
    {
        CelValueKind.Int => key.RawBits,
        CelValueKind.Uint => key.RawBits < 0 ? long.MaxValue : key.RawBits,
        CelValueKind.Double when key.RawDouble is > -1e15 and < 1e15 && Math.Floor(key.RawDouble) == key.RawDouble => (long)key.RawDouble,
        _ => null,
    };
}
