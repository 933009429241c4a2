using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary>
/// A compiled expression: the tree specialised once, so that evaluating it resolves no names and allocates nothing for scalars.
/// Evaluation never throws; a failure is an error value.
/// </summary>
internal abstract class Node
{
    internal abstract CelValue Evaluate(CelActivation activation);

    /// <summary>The value without copying it where it is stored already; otherwise it is put into <paramref name="scratch"/>.</summary>
    internal virtual ref readonly CelValue Refer(CelActivation activation, ref CelValue scratch)
    {
        scratch = Evaluate(activation);
        return ref scratch;
    }

    /// <summary>
    /// The fast way to a boolean. <see cref="Truth.Other"/> says only that <see cref="Evaluate"/> must tell what it is; it is asked once,
    /// at the root, so that a failing expression costs at most twice its normal time.
    /// </summary>
    internal virtual Truth Test(CelActivation activation)
    {
        var value = Evaluate(activation);
        return value.Kind != CelValueKind.Bool ? Truth.Other : value.RawBits != 0 ? Truth.True : Truth.False;
    }

    protected static CelValue FromTruth(Truth truth) => CelValue.From(truth == Truth.True);

    internal static CelValue NoOverload(string function, params ReadOnlySpan<CelValue> arguments)
    {
        var kinds = new string[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
            kinds[i] = ValueText.KindName(arguments[i]);
        return CelValue.Error($"no such overload: {function}({string.Join(", ", kinds)})");
    }
}

/// <summary>What <see cref="Node.Test"/> found.</summary>
internal enum Truth
{
    False,
    True,

    /// <summary>An error or no boolean.</summary>
    Other,
}

/// <summary>A value known when compiling.</summary>
internal sealed class ConstantNode(CelValue value) : Node
{
    private readonly CelValue _value = value;

    internal override CelValue Evaluate(CelActivation activation) => _value;

    internal override ref readonly CelValue Refer(CelActivation activation, ref CelValue scratch) => ref _value;
}

/// <summary>A declared variable.</summary>
internal sealed class SlotNode(int slot) : Node
{
    internal override CelValue Evaluate(CelActivation activation) => activation.Slots[slot];

    internal override ref readonly CelValue Refer(CelActivation activation, ref CelValue scratch) => ref activation.Slots[slot];
}

/// <summary>A macro variable.</summary>
internal sealed class LocalNode(int index) : Node
{
    internal override CelValue Evaluate(CelActivation activation) => activation.Locals[index];
}

/// <summary>Names a value while its body runs.</summary>
internal sealed class BindNode(int local, Node value, Node body) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        // An error is bound like any value: it surfaces only where the name is used, so && and || can still absorb it.
        activation.Locals[local] = value.Evaluate(activation);
        return body.Evaluate(activation);
    }
}

/// <summary>
/// Declared members from a declared variable, such as <c>facts.order.region</c>: by position where the value has the declared shape, else
/// by name as <paramref name="byName"/> does it.
/// </summary>
internal sealed class PathNode(int slot, DeclaredStep[] steps, Node byName) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var scratch = default(CelValue);
        return Refer(activation, ref scratch);
    }

    internal override ref readonly CelValue Refer(CelActivation activation, ref CelValue scratch)
    {
        ref readonly var value = ref activation.Slots[slot];
        foreach (ref readonly var step in steps.AsSpan())
        {
            if (value.Kind != CelValueKind.Map || !ReferenceEquals(value.RawMap.Shape, step.Shape))
                return ref byName.Refer(activation, ref scratch);
            value = ref value.RawMap.Fields[step.Position];
        }

        // An absent member and a failed one are both errors; the slow way has the message.
        if (value.IsError)
            return ref byName.Refer(activation, ref scratch);
        return ref value;
    }
}

/// <summary><c>condition ? a : b</c>.</summary>
internal sealed class ConditionalNode(Node condition, Node then, Node otherwise) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var chosen = condition.Evaluate(activation);
        if (chosen.Kind == CelValueKind.Bool)
            return chosen.RawBits != 0 ? then.Evaluate(activation) : otherwise.Evaluate(activation);
        return chosen.IsError ? chosen : NoOverload("_?_:_", chosen);
    }

    internal override Truth Test(CelActivation activation) => condition.Test(activation) switch
    {
        Truth.True => then.Test(activation),
        Truth.False => otherwise.Test(activation),
        _ => Truth.Other,
    };
}
