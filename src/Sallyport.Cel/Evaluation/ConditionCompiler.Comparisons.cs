using System.Linq.Expressions;
using System.Reflection;
using Sallyport.Cel.Checking;
using Sallyport.Cel.Syntax;
using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary>Comparisons, membership, presence and text predicates on scalars.</summary>
internal sealed partial class ConditionCompiler
{
    /// <summary>A longer list is searched by its node.</summary>
    private const int MaxUnrolled = 16;

    private static readonly MethodInfo SameText = typeof(string).GetMethod(nameof(string.Equals), [typeof(string), typeof(string)])!;
    private static readonly MethodInfo TextOrder = typeof(Ordering).GetMethod(nameof(Ordering.CompareCodePoints), Internal)!;

    /// <summary>When the test may be made on the spot, and the test. Charging is the last part of the guard, as a test charges once.</summary>
    private (Expression Guard, Expression Holds)? Test(CelExpr expr) => expr switch
    {
        CelBinary { Operator: CelBinaryOperator.In } binary => Membership(binary),
        CelBinary binary => Comparison(binary),
        CelPresence presence when PlaceOf(presence) is { } place => Presence(place),
        CelCall { Target: not null, Arguments.Length: 1 } call => TextPredicate(call),
        CelIdentifier or CelSelect when PlaceOf(expr) is { } place => (place.Is(CelValueKind.Bool), IsSet(place)),
        _ => null,
    };

    private static BinaryExpression IsSet(Place place) => Expression.NotEqual(place.Raw(nameof(CelValue.RawBits)), Expression.Constant(0L));

    private (Expression, Expression)? Comparison(CelBinary binary)
    {
        var kind = CommonKind(binary.Left, binary.Right);
        if (kind is null || OperandOf(binary.Left, kind.Value) is not { } left || OperandOf(binary.Right, kind.Value) is not { } right)
            return null;
        var (a, b) = (left.Value, right.Value);
        if (kind == CelTypeKind.String && binary.Operator is not (CelBinaryOperator.Equal or CelBinaryOperator.NotEqual))
            (a, b) = (Expression.Call(TextOrder, a, b), Expression.Constant(0));
        if (kind == CelTypeKind.Bool && binary.Operator is not (CelBinaryOperator.Equal or CelBinaryOperator.NotEqual))
            return null;
        return Compare(binary.Operator, a, b) is { } holds ? (And(left.Guard, right.Guard), holds) : null;
    }

    private static Expression? Compare(CelBinaryOperator op, Expression a, Expression b) => op switch
    {
        CelBinaryOperator.Equal when a.Type == typeof(string) => Expression.Call(SameText, a, b),
        CelBinaryOperator.NotEqual when a.Type == typeof(string) => Expression.Not(Expression.Call(SameText, a, b)),
        CelBinaryOperator.Equal => Expression.Equal(a, b),
        CelBinaryOperator.NotEqual => Expression.NotEqual(a, b),
        CelBinaryOperator.Less => Expression.LessThan(a, b),
        CelBinaryOperator.LessOrEqual => Expression.LessThanOrEqual(a, b),
        CelBinaryOperator.Greater => Expression.GreaterThan(a, b),
        CelBinaryOperator.GreaterOrEqual => Expression.GreaterThanOrEqual(a, b),
        _ => null,
    };

    /// <summary>The kind in which both are compared; null where they meet on the number line or may be anything.</summary>
    private CelTypeKind? CommonKind(CelExpr left, CelExpr right)
    {
        var a = TypeInference.WithoutNull(_tree.Types[left.Id]).Kind;
        var b = TypeInference.WithoutNull(_tree.Types[right.Id]).Kind;
        return (a, b) switch
        {
            (CelTypeKind.Decimal, CelTypeKind.Int) or (CelTypeKind.Int, CelTypeKind.Decimal) => CelTypeKind.Decimal,
            (CelTypeKind.Dyn, _) => b,
            (_, CelTypeKind.Dyn) => a,
            _ => a == b ? a : null,
        };
    }

    /// <summary><c>x in ['a', 'b']</c> as a chain of comparisons.</summary>
    private (Expression, Expression)? Membership(CelBinary binary)
    {
        if (binary.Right is not CelListLiteral { Elements.Length: > 0 and <= MaxUnrolled } list)
            return null;
        var kind = TypeInference.WithoutNull(_tree.Types[binary.Left.Id]).Kind;
        if (list.Elements.Any(e => e.IsOptional || e.Value is not CelLiteral || _tree.Types[e.Value.Id].Kind != kind) ||
            OperandOf(binary.Left, kind) is not { } element)
            return null;
        Expression? holds = null;
        foreach (var (value, _) in list.Elements)
        {
            var test = Compare(CelBinaryOperator.Equal, element.Value, OperandOf(value, kind)!.Value.Value)!;
            holds = holds is null ? test : Expression.OrElse(holds, test);
        }

        var weight = new CelList([.. list.Elements.Select(e => ((CelLiteral)e.Value).Value)]).Weight;
        var charge = Expression.Call(Activation, ChargeSteps, Expression.Constant(weight >> 3));
        return (And(element.Guard, charge), holds!);
    }

    /// <summary>A member that is there but could not be read is present all the same: its node knows.</summary>
    private static (Expression, Expression) Presence(Place place) => (
        Expression.AndAlso(place.Exists, Expression.Not(place.Raw(nameof(CelValue.IsFailed)))),
        Expression.NotEqual(Expression.Property(place.Value, KindProperty), Expression.Constant(CelValueKind.Error)));

    private (Expression, Expression)? TextPredicate(CelCall call)
    {
        if (call.Function is not ("startsWith" or "endsWith" or "contains") ||
            _tree.Resolutions[call.Id] is not FunctionResolution { HasReceiver: true } ||
            OperandOf(call.Target!, CelTypeKind.String) is not { } text || OperandOf(call.Arguments[0], CelTypeKind.String) is not { } part)
            return null;
        var length = Expression.Convert(Expression.Property(text.Value, nameof(string.Length)), typeof(long));
        var method = typeof(string).GetMethod(
            char.ToUpperInvariant(call.Function[0]) + call.Function[1..], [typeof(string), typeof(StringComparison)])!;
        var holds = Expression.Call(text.Value, method, part.Value, Expression.Constant(StringComparison.Ordinal));
        return (And(And(text.Guard, part.Guard), Expression.Call(Activation, ChargeText, length)), holds);
    }

    private static Expression And(Expression? a, Expression? b) =>
        a is null ? b ?? Expression.Constant(true) : b is null ? a : Expression.AndAlso(a, b);
}
