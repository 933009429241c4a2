using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary>
/// <c>&amp;&amp;</c> and <c>||</c>. The operand that decides (false or true) wins from either side, even over an error on the other;
/// without it the first error is the result (language definition, "Logical Operators").
/// </summary>
internal sealed class LogicNode(Node left, Node right, bool deciding) : Node
{
    private readonly long _deciding = deciding ? 1 : 0;

    internal override CelValue Evaluate(CelActivation activation)
    {
        var a = left.Evaluate(activation);
        if (a.Kind == CelValueKind.Bool && a.RawBits == _deciding)
            return a;
        var b = right.Evaluate(activation);
        if (b.Kind == CelValueKind.Bool && (b.RawBits == _deciding || a.Kind == CelValueKind.Bool))
            return b;
        if (a.IsError)
            return a;
        return b.IsError && a.Kind == CelValueKind.Bool ? b : NoOverload(deciding ? "_||_" : "_&&_", a, b);
    }

    internal override Truth Test(CelActivation activation)
    {
        var decisive = deciding ? Truth.True : Truth.False;
        var a = left.Test(activation);
        if (a == decisive)
            return a;
        var b = right.Test(activation);
        return b == decisive || a != Truth.Other ? b : Truth.Other;
    }
}

/// <summary><c>!</c>.</summary>
internal sealed class NotNode(Node operand) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var value = operand.Evaluate(activation);
        if (value.Kind == CelValueKind.Bool)
            return CelValue.From(value.RawBits == 0);
        return value.IsError ? value : NoOverload("!_", value);
    }

    internal override Truth Test(CelActivation activation) => operand.Test(activation) switch
    {
        Truth.True => Truth.False,
        Truth.False => Truth.True,
        _ => Truth.Other,
    };
}

/// <summary><c>==</c> and <c>!=</c>.</summary>
internal sealed class EqualNode(Node left, Node right, bool equal) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var a = left.Evaluate(activation);
        if (a.IsError)
            return a;
        var b = right.Evaluate(activation);
        if (b.IsError)
            return b;
        if (a.Kind >= CelValueKind.List && !activation.Charge(CelList.Heft(a)))
            return CelActivation.OutOfSteps;
        if (HoldsErrors(a) || HoldsErrors(b))
            return CelValue.Error("a value that holds a failed member cannot be compared");
        return CelValue.From(Equality.AreEqual(a, b) == equal);
    }

    internal override Truth Test(CelActivation activation)
    {
        CelValue first = default, second = default;
        ref readonly var a = ref left.Refer(activation, ref first);
        if (a.IsError)
            return Truth.Other;
        ref readonly var b = ref right.Refer(activation, ref second);
        if (b.IsError)
            return Truth.Other;
        if (a.Kind >= CelValueKind.List && !activation.Charge(CelList.Heft(a)))
            return Truth.Other;
        if (HoldsErrors(a) || HoldsErrors(b))
            return Truth.Other;
        return Equality.AreEqual(a, b) == equal ? Truth.True : Truth.False;
    }

    private static bool HoldsErrors(in CelValue value) => value.Kind >= CelValueKind.List && CelList.HasErrors(value);
}

/// <summary>The four orders.</summary>
internal sealed class CompareNode(Node left, Node right, Order order) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var a = left.Evaluate(activation);
        var b = right.Evaluate(activation);
        if (a.IsError || b.IsError)
            return a.IsError ? a : b;
        return Ordering.Compare(a, b) is { } sign ? FromTruth(Holds(sign)) : NoOverload(NameOf(order), a, b);
    }

    internal override Truth Test(CelActivation activation)
    {
        CelValue first = default, second = default;
        ref readonly var a = ref left.Refer(activation, ref first);
        ref readonly var b = ref right.Refer(activation, ref second);
        if (a.Kind == CelValueKind.Int && b.Kind == CelValueKind.Int)
            return Holds(a.RawBits.CompareTo(b.RawBits));
        return Ordering.Compare(a, b) is { } sign ? Holds(sign) : Truth.Other;
    }

    private Truth Holds(int sign)
    {
        var holds = sign != NumberLine.Unordered && order switch
        {
            Order.Less => sign < 0,
            Order.LessOrEqual => sign <= 0,
            Order.Greater => sign > 0,
            Order.GreaterOrEqual => sign >= 0,
        };
        return holds ? Truth.True : Truth.False;
    }

    private static string NameOf(Order order) => order switch
    {
        Order.Less => "_<_",
        Order.LessOrEqual => "_<=_",
        Order.Greater => "_>_",
        Order.GreaterOrEqual => "_>=_",
    };
}

/// <summary>An order between two values.</summary>
internal enum Order
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary><c>in</c>: an element of a list, a key of a map.</summary>
internal sealed class InNode(Node element, Node collection) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var a = element.Evaluate(activation);
        if (a.IsError)
            return a;
        var b = collection.Evaluate(activation);
        switch (b.Kind)
        {
            case CelValueKind.Error:
                return b;
            case CelValueKind.List:
                if (!activation.Charge(b.RawList.Weight >> 3))
                    return CelActivation.OutOfSteps;
                if (b.RawList.HoldsErrors || CelList.HasErrors(a))
                    return CelValue.Error("a value that holds a failed member cannot be compared");
                foreach (ref readonly var candidate in b.RawList.Span)
                {
                    if (Equality.AreEqual(a, candidate))
                        return CelValue.True;
                }

                return CelValue.False;
            case CelValueKind.Map:
                return CelValue.From(b.RawMap.TryGet(a, out _));
            default:
                return NoOverload("_in_", a, b);
        }
    }
}
