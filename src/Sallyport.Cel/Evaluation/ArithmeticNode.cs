using Sallyport.Cel.Syntax;
using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary>The arithmetic operators; integer overflow is an error, never a wrapped number.</summary>
internal sealed class ArithmeticNode(CelBinaryOperator op, Node left, Node right) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var a = left.Evaluate(activation);
        if (a.IsError)
            return a;
        var b = right.Evaluate(activation);
        if (b.IsError)
            return b;
        if (a.Kind != b.Kind)
            return MixedKinds(a, b);
        return a.Kind switch
        {
            CelValueKind.Int => Arithmetic.Int(op, a.RawBits, b.RawBits),
            CelValueKind.Uint => Arithmetic.Uint(op, (ulong)a.RawBits, (ulong)b.RawBits),
            CelValueKind.Double when op != CelBinaryOperator.Modulo => CelValue.From(Arithmetic.Double(op, a.RawDouble, b.RawDouble)),
            CelValueKind.Decimal => Arithmetic.Decimal(op, a.RawDecimal, b.RawDecimal),
            CelValueKind.Duration when op is CelBinaryOperator.Add or CelBinaryOperator.Subtract =>
                TimeArithmetic.Durations(op, a.RawBits, b.RawBits),
            CelValueKind.Timestamp when op == CelBinaryOperator.Subtract => TimeArithmetic.Difference(a, b),
            CelValueKind.String or CelValueKind.Bytes or CelValueKind.List when op == CelBinaryOperator.Add => Concatenate(activation, a, b),
            _ => Fail(a, b),
        };
    }

    private CelValue MixedKinds(in CelValue a, in CelValue b) => (a.Kind, b.Kind, op) switch
    {
        (CelValueKind.Timestamp, CelValueKind.Duration, CelBinaryOperator.Add) => TimeArithmetic.Shift(a, b.RawBits),
        (CelValueKind.Timestamp, CelValueKind.Duration, CelBinaryOperator.Subtract) => TimeArithmetic.Shift(a, -(Int128)b.RawBits),
        (CelValueKind.Duration, CelValueKind.Timestamp, CelBinaryOperator.Add) => TimeArithmetic.Shift(b, a.RawBits),
        (CelValueKind.Decimal, CelValueKind.Int, _) => Arithmetic.Decimal(op, a.RawDecimal, b.RawBits),
        (CelValueKind.Int, CelValueKind.Decimal, _) => Arithmetic.Decimal(op, a.RawBits, b.RawDecimal),
        _ => Fail(a, b),
    };

    private CelValue Fail(in CelValue a, in CelValue b) => NoOverload(Checking.Operators.NameOf(op), a, b);

    /// <summary>Charged by the size of the result, so that doubling a string in a loop ends before memory does.</summary>
    private static CelValue Concatenate(CelActivation activation, in CelValue a, in CelValue b)
    {
        switch (a.Kind)
        {
            case CelValueKind.String:
                var (x, y) = (a.RawString, b.RawString);
                return activation.ChargeBytes(x.Length + (long)y.Length) ? CelValue.From(x + y) : CelActivation.OutOfSteps;
            case CelValueKind.Bytes:
                var (p, q) = (a.RawBytes, b.RawBytes);
                return activation.ChargeBytes(p.Length + (long)q.Length) ? CelValue.OwnBytes([.. p, .. q]) : CelActivation.OutOfSteps;
            default:
                var (left, right) = (a.RawList, b.RawList);
                return activation.Charge(left.Count + (long)right.Count)
                    ? CelValue.OwnList([.. left.Span, .. right.Span])
                    : CelActivation.OutOfSteps;
        }
    }
}

/// <summary>Unary minus.</summary>
internal sealed class NegateNode(Node operand) : Node
{
    internal override CelValue Evaluate(CelActivation activation)
    {
        var value = operand.Evaluate(activation);
        return value.Kind switch
        {
            CelValueKind.Int => Arithmetic.Int(CelBinaryOperator.Subtract, 0, value.RawBits),
            CelValueKind.Double => CelValue.From(-value.RawDouble),
            CelValueKind.Decimal => CelValue.From(-value.RawDecimal),
            CelValueKind.Error => value,
            _ => NoOverload("-_", value),
        };
    }
}
