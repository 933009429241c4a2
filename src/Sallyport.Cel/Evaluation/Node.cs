using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary>
/// A compiled expression: the tree specialised once, so that evaluating it resolves no names and allocates nothing for scalars.
/// Evaluation never throws; a failure is an error value.
/// </summary>
internal abstract class Node
{
    internal abstract CelValue Evaluate(CelActivation activation);

    internal static CelValue NoOverload(string function, params ReadOnlySpan<CelValue> arguments)
    {
        var kinds = new string[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
            kinds[i] = ValueText.KindName(arguments[i]);
        return CelValue.Error($"no such overload: {function}({string.Join(", ", kinds)})");
    }
}

/// <summary>A value known when compiling.</summary>
internal sealed class ConstantNode(CelValue value) : Node
{
    internal CelValue Value => value;

    internal override CelValue Evaluate(CelActivation activation) => value;
}

/// <summary>A declared variable.</summary>
internal sealed class SlotNode(int slot) : Node
{
    internal override CelValue Evaluate(CelActivation activation) => activation.Slots[slot];
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
}
