using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Checking;

/// <summary>
/// The steps that an evaluation may take, from the expression and the sizes that its types declare (an assumed size where they declare
/// none, as for the results of functions). Nested macros multiply; everything else adds. All sums saturate. The step limit is the hard bound.
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
        CelBinary binary => Add(1, Bulk(binary.Left), Bulk(binary.Right), Of(binary.Left), Of(binary.Right)),
        CelConditional conditional => Add(1, Of(conditional.Condition), Math.Max(Of(conditional.Then), Of(conditional.Else))),
        CelCall call => Call(call),
        CelListLiteral list => Add(1, Sum(list.Elements.Select(e => Of(e.Value)))),
        CelMapLiteral map => Add(1, Sum(map.Entries.Select(e => Add(Of(e.Key), Of(e.Value))))),
        CelComprehension comprehension => Add(1, Of(comprehension.Range), Multiply(SizeOf(comprehension.Range), FullRound(comprehension))),
        CelBind bind => Add(1, Of(bind.Value), Of(bind.Body)),
        CelOptionalMap map => Add(1, Of(map.Target), Of(map.Body)),
        _ => 1,
    };

    private long Call(CelCall call)
    {
        var operands = call.Target is null ? call.Arguments : call.Arguments.Insert(0, call.Target);
        var bulk = call.Function == "matches" && operands.Length == 2
            ? Multiply(SizeOf(operands[0]), Add(SizeOf(operands[1]), 8)) / 64
            : Sum(operands.Select(Bulk));
        return Add(2, bulk, Sum(operands.Select(Of)));
    }

    /// <summary>What reading the whole value costs: operators and functions are charged for large text and collections.</summary>
    private long Bulk(CelExpr expr) => tree.Types[expr.Id].Kind switch
    {
        CelTypeKind.String or CelTypeKind.Bytes => expr is CelLiteral ? 1 : SizeOf(expr) / 16,
        CelTypeKind.List or CelTypeKind.Map => SizeOf(expr),
        _ => 0,
    };

    /// <summary>Steps that one round is charged; what runs in nested macros charges itself.</summary>
    internal long OfRound(CelComprehension comprehension)
    {
        if (!_rounds.TryGetValue(comprehension.Id, out var cost))
        {
            cost = Add(1, Flat(comprehension.Body), comprehension.Filter is null ? 0 : Flat(comprehension.Filter));
            _rounds[comprehension.Id] = cost;
        }

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
        CelConditional conditional => Add(1, Flat(conditional.Condition), Math.Max(Flat(conditional.Then), Flat(conditional.Else))),
        CelCall call => Add(2, call.Target is null ? 0 : Flat(call.Target), Sum(call.Arguments.Select(Flat))),
        CelListLiteral list => Add(1, Sum(list.Elements.Select(e => Flat(e.Value)))),
        CelMapLiteral map => Add(1, Sum(map.Entries.Select(e => Add(Flat(e.Key), Flat(e.Value))))),
        CelBind bind => Add(1, Flat(bind.Value), Flat(bind.Body)),
        CelOptionalMap map => Add(1, Flat(map.Target), Flat(map.Body)),
        _ => 1,
    };

    private long SizeOf(CelExpr expr) => expr switch
    {
        CelLiteral { Value.Kind: CelValueKind.String } text => text.Value.RawString.Length,
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
