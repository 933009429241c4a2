using System.Linq.Expressions;
using System.Reflection;
using Sallyport.Cel.Checking;
using Sallyport.Cel.Syntax;
using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary>Scalars as long, ulong, double, decimal, bool and string.</summary>
internal sealed partial class ConditionCompiler
{
    private static readonly MethodInfo SumFits = typeof(ConditionCompiler).GetMethod(nameof(FitsSum), Internal)!;
    private static readonly MethodInfo DifferenceFits = typeof(ConditionCompiler).GetMethod(nameof(FitsDifference), Internal)!;

    /// <summary>A value, and when it has the wanted kind; no guard if it always has.</summary>
    private readonly record struct Operand(Expression? Guard, Expression Value);

    private Operand? OperandOf(CelExpr expr, CelTypeKind kind)
    {
        var own = TypeInference.WithoutNull(_tree.Types[expr.Id]).Kind;
        if (kind == CelTypeKind.Decimal && own == CelTypeKind.Int)
        {
            return OperandOf(expr, CelTypeKind.Int) is var (guard, number)
                ? new(guard, Expression.Convert(number, typeof(decimal)))
                : null;
        }

        if (own != kind && own != CelTypeKind.Dyn)
            return null;
        return expr switch
        {
            CelLiteral literal when ConstantOf(literal, kind) is { } constant => new(null, constant),
            CelLiteral => null,
            CelCall call => SizeOf(call, kind),
            CelBinary binary => SumOf(binary, kind),
            _ when PlaceOf(expr) is { } place => Stored(place, kind),
            _ => null,
        };
    }

    private static ConstantExpression? ConstantOf(CelLiteral literal, CelTypeKind kind) => (kind, literal.Value.Kind) switch
    {
        (CelTypeKind.Bool, CelValueKind.Bool) => Expression.Constant(literal.Value.AsBool),
        (CelTypeKind.Int, CelValueKind.Int) => Expression.Constant(literal.Value.AsInt),
        (CelTypeKind.Uint, CelValueKind.Uint) => Expression.Constant(literal.Value.AsUint),
        (CelTypeKind.Double, CelValueKind.Double) => Expression.Constant(literal.Value.AsDouble),
        (CelTypeKind.String, CelValueKind.String) => Expression.Constant(literal.Value.AsString),
        (CelTypeKind.Decimal, CelValueKind.Double) when literal.ExactText is { } text && DecimalText.Parse(text) is { } exact =>
            Expression.Constant(exact),
        _ => null,
    };

    private static Operand? Stored(Place place, CelTypeKind kind) => kind switch
    {
        CelTypeKind.Bool => new(place.Is(CelValueKind.Bool), IsSet(place)),
        CelTypeKind.Int => new(place.Is(CelValueKind.Int), place.Raw(nameof(CelValue.RawBits))),
        CelTypeKind.Uint => new(place.Is(CelValueKind.Uint), Expression.Convert(place.Raw(nameof(CelValue.RawBits)), typeof(ulong))),
        CelTypeKind.Double => new(place.Is(CelValueKind.Double), place.Raw(nameof(CelValue.RawDouble))),
        CelTypeKind.Decimal => new(place.Is(CelValueKind.Decimal), place.Raw(nameof(CelValue.RawDecimal))),
        CelTypeKind.String => new(place.Is(CelValueKind.String), place.Raw(nameof(CelValue.RawString))),
        CelTypeKind.Duration => new(place.Is(CelValueKind.Duration), place.Raw(nameof(CelValue.RawBits))),
        _ => null,
    };

    /// <summary><c>size(list)</c> and <c>list.size()</c>; a map's size likewise. Text has to be read to be counted: its node does that.</summary>
    private Operand? SizeOf(CelCall call, CelTypeKind kind)
    {
        if (kind != CelTypeKind.Int || _tree.Resolutions[call.Id] is not FunctionResolution { Name: "size" } function)
            return null;
        var argument = function.HasReceiver ? call.Target! : call.Arguments[0];
        if (call.Arguments.Length != (function.HasReceiver ? 0 : 1) || PlaceOf(argument) is not { } place)
            return null;
        var (wanted, accessor) = TypeInference.WithoutNull(_tree.Types[argument.Id]).Kind switch
        {
            CelTypeKind.List => (CelValueKind.List, nameof(CelValue.RawList)),
            CelTypeKind.Map or CelTypeKind.Object => (CelValueKind.Map, nameof(CelValue.RawMap)),
            _ => (CelValueKind.Error, ""),
        };
        if (wanted == CelValueKind.Error)
            return null;
        var collection = place.Raw(accessor);
        var count = Expression.Property(collection, collection.Type.GetProperty(nameof(CelMap.Count), Internal)!);
        return new(place.Is(wanted), Expression.Convert(count, typeof(long)));
    }

    /// <summary>Sums and differences of integers. One that overflows is left to its node, which has the error.</summary>
    private Operand? SumOf(CelBinary binary, CelTypeKind kind)
    {
        if (kind != CelTypeKind.Int || binary.Operator is not (CelBinaryOperator.Add or CelBinaryOperator.Subtract) ||
            OperandOf(binary.Left, kind) is not { } left || OperandOf(binary.Right, kind) is not { } right)
            return null;
        var isSum = binary.Operator == CelBinaryOperator.Add;
        var fits = Expression.Call(isSum ? SumFits : DifferenceFits, left.Value, right.Value);
        return new(
            And(And(left.Guard, right.Guard), fits),
            isSum ? Expression.Add(left.Value, right.Value) : Expression.Subtract(left.Value, right.Value));
    }

    private static bool FitsSum(long a, long b) => ((a ^ unchecked(a + b)) & (b ^ unchecked(a + b))) >= 0;

    private static bool FitsDifference(long a, long b) => ((a ^ b) & (a ^ unchecked(a - b))) >= 0;
}
