using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Values;

/// <summary>Checked arithmetic.</summary>
internal static class Arithmetic
{
    private static CelValue Overflow(string type) => CelValue.Error($"{type} overflow");

    private static CelValue DivideByZero => CelValue.Error("divide by zero");

    private static CelValue ModulusByZero => CelValue.Error("modulus by zero");

    internal static CelValue Int(CelBinaryOperator op, long a, long b)
    {
        long result;
        switch (op)
        {
            case CelBinaryOperator.Add:
                result = unchecked(a + b);
                return ((a ^ result) & (b ^ result)) < 0 ? Overflow("int") : CelValue.From(result);
            case CelBinaryOperator.Subtract:
                result = unchecked(a - b);
                return ((a ^ b) & (a ^ result)) < 0 ? Overflow("int") : CelValue.From(result);
            case CelBinaryOperator.Multiply:
                var high = Math.BigMul(a, b, out result);
                return high != result >> 63 ? Overflow("int") : CelValue.From(result);
            case CelBinaryOperator.Divide:
                if (b == 0)
                    return DivideByZero;
                return b == -1 && a == long.MinValue ? Overflow("int") : CelValue.From(a / b);
            default:
                if (b == 0)
                    return ModulusByZero;
                return b == -1 ? (a == long.MinValue ? Overflow("int") : CelValue.From(0L)) : CelValue.From(a % b);
        }
    }

    internal static CelValue Uint(CelBinaryOperator op, ulong a, ulong b)
    {
        ulong result;
        switch (op)
        {
            case CelBinaryOperator.Add:
                result = unchecked(a + b);
                return result < a ? Overflow("uint") : CelValue.From(result);
            case CelBinaryOperator.Subtract:
                return b > a ? Overflow("uint") : CelValue.From(a - b);
            case CelBinaryOperator.Multiply:
                return Math.BigMul(a, b, out result) != 0 ? Overflow("uint") : CelValue.From(result);
            case CelBinaryOperator.Divide:
                return b == 0 ? DivideByZero : CelValue.From(a / b);
            default:
                return b == 0 ? ModulusByZero : CelValue.From(a % b);
        }
    }

    internal static double Double(CelBinaryOperator op, double a, double b) => op switch
    {
        CelBinaryOperator.Add => a + b,
        CelBinaryOperator.Subtract => a - b,
        CelBinaryOperator.Multiply => a * b,
        _ => a / b,
    };

    /// <summary>Sums, differences and products are exact or an error; a quotient is rounded to 28 significant digits.</summary>
    internal static CelValue Decimal(CelBinaryOperator op, decimal a, decimal b)
    {
        if (b == 0 && op is CelBinaryOperator.Divide or CelBinaryOperator.Modulo && b == 0)
            return op == CelBinaryOperator.Divide ? DivideByZero : ModulusByZero;
        try
        {
            return op switch
            {
                CelBinaryOperator.Add => Exact(a + b, Math.Max(a.Scale, b.Scale)),
                CelBinaryOperator.Subtract => Exact(a - b, Math.Max(a.Scale, b.Scale)),
                CelBinaryOperator.Multiply => Exact(a * b, a.Scale + b.Scale),
                CelBinaryOperator.Divide => CelValue.From(a / b),
                _ => CelValue.From(a % b),
            };
        }
        catch (OverflowException)
        {
            return Overflow("decimal");
        }
    }

    /// <summary>System.Decimal drops digits that do not fit by lowering the scale. An amount must not change silently.</summary>
    private static CelValue Exact(decimal result, int scale) => result.Scale == scale ? CelValue.From(result) : Overflow("decimal");
}
