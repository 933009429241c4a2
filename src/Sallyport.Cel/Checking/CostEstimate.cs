using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Checking;

/// <summary>
/// An upper bound of the steps of an evaluation, from the expression and the sizes that its types declare (an assumed size where they declare
/// none). Nested macros multiply; everything else adds. All sums saturate.
/// </summary>
internal sealed class CostEstimate(CheckedTree tree, CelOptions options)
{
    private readonly Dictionary<int, long> _rounds = [];

    /// <summary>Steps to evaluate the expression once.</summary>
    internal long Of(CelExpr expr) => expr switch
    {
        CelSelect select when tree.Resolutions[select.Id] is null => Add(1, Of(select.Operand)),
        CelPresence presence => Add(1, Of(presence.Operand)),
        CelIndex index => Add(1, Of(index.Operand), Of(index.Index)),
        CelUnary unary => Add(1, Of(unary.Operand)),
        CelBinary { Operator: CelBinaryOperator.In } binary => Add(1 + (SizeOf(binary.Right) / 8), Of(binary.Left), Of(binary.Right)),
        CelBinary binary => Add(1, Of(binary.Left), Of(binary.Right)),
        CelConditional conditional => Add(1, Of(conditional.Condition), Math.Max(Of(conditional.Then), Of(conditional.Else))),
        CelCall call => Add(2, call.Target is null ? 0 : Of(call.Target), Sum(call.Arguments.Select(Of))),
        CelListLiteral list => Add(1, Sum(list.Elements.Select(e => Of(e.Value)))),
        CelMapLiteral map => Add(1, Sum(map.Entries.Select(e => Add(Of(e.Key), Of(e.Value))))),
        CelComprehension comprehension => Add(1, Of(comprehension.Range), Multiply(SizeOf(comprehension.Range), FullRound(comprehension))),
        CelBind bind => Add(1, Of(bind.Value), Of(bind.Body)),
        CelOptionalMap map => Add(1, Of(map.Target), Of(map.Body)),
        _ => 1,
    };

    /// <summary>Steps that one round is charged; what runs in nested macros charges itself.</summary>
    internal long OfRound(CelComprehension comprehension)
    {
        if (!_rounds.TryGetValue(comprehension.Id, out var cost))
            _rounds[comprehension.Id] = cost = Add(1, Flat(comprehension.Body), comprehension.Filter is null ? 0 : Flat(comprehension.Filter));
        return cost;
    }

    private long FullRound(CelComprehension comprehension) =>
        Add(1, Of(comprehension.Body), comprehension.Filter is null ? 0 : Of(comprehension.Filter));

    private static long Flat(CelExpr expr) => expr switch
    {
        CelComprehension comprehension => Add(1, Flat(comprehension.Range)),
        CelSelect select => Add(1, Flat(select.Operand)),
        CelPresence presence => Add(1, Flat(presence.Operand)),
        CelIndex index => Add(1, Flat(index.Operand), Flat(index.Index)),
        CelUnary unary => Add(1, Flat(unary.Operand)),
        CelBinary binary => Add(1, Flat(binary.Left), Flat(binary.Right)),
        CelConditional conditional => Add(1, Flat(conditional.Condition), Flat(conditional.Then), Flat(conditional.Else)),
        CelCall call => Add(2, call.Target is null ? 0 : Flat(call.Target), Sum(call.Arguments.Select(Flat))),
        CelListLiteral list => Add(1, Sum(list.Elements.Select(e => Flat(e.Value)))),
        CelMapLiteral map => Add(1, Sum(map.Entries.Select(e => Add(Flat(e.Key), Flat(e.Value))))),
        CelBind bind => Add(1, Flat(bind.Value), Flat(bind.Body)),
        CelOptionalMap map => Add(1, Flat(map.Target), Flat(map.Body)),
        _ => 1,
    };

    private long SizeOf(CelExpr expr) => expr switch
    {
        CelListLiteral list => list.Elements.Length,
        CelMapLiteral map => map.Entries.Length,
        CelComprehension comprehension => SizeOf(comprehension.Range),
        CelConditional conditional => Math.Max(SizeOf(conditional.Then), SizeOf(conditional.Else)),
        CelBinary { Operator: CelBinaryOperator.Add } binary => Add(SizeOf(binary.Left), SizeOf(binary.Right)),
        _ => SizeOf(tree.Types[expr.Id]),
    };

    private long SizeOf(CelType type) => type.Kind switch
    {
        CelTypeKind.Object when type.IsClosed => type.Fields.Length,
        CelTypeKind.Nullable or CelTypeKind.Optional => SizeOf(type.Parameters[0]),
        _ => type.MaxSize ?? options.AssumedSize,
    };

    private static long Sum(IEnumerable<long> costs) => costs.Aggregate(0L, (a, b) => Add(a, b));

    private static long Add(params ReadOnlySpan<long> costs)
    {
        var total = 0L;
        foreach (var cost in costs)
            total = total > long.MaxValue - cost ? long.MaxValue : total + cost;
        return total;
    }

    private static long Multiply(long a, long b) => Math.BigMul(a, b, out var low) != 0 || low < 0 ? long.MaxValue : low;
}
