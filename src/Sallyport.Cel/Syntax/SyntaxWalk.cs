namespace Sallyport.Cel.Syntax;

/// <summary>The children of a node, in source order.</summary>
public static class SyntaxWalk
{
    /// <summary>The direct children.</summary>
    /// <param name="expr">The node.</param>
    public static IEnumerable<CelExpr> Children(CelExpr expr) => expr switch
    {
        CelSelect select => [select.Operand],
        CelPresence presence => [presence.Operand],
        CelIndex index => [index.Operand, index.Index],
        CelUnary unary => [unary.Operand],
        CelBinary binary => [binary.Left, binary.Right],
        CelConditional conditional => [conditional.Condition, conditional.Then, conditional.Else],
        CelCall call => call.Target is null ? call.Arguments : call.Arguments.Insert(0, call.Target),
        CelListLiteral list => list.Elements.Select(e => e.Value),
        CelMapLiteral map => map.Entries.SelectMany(e => new[] { e.Key, e.Value }),
        CelComprehension c => c.Filter is null ? [c.Range, c.Body] : [c.Range, c.Filter, c.Body],
        CelBind bind => [bind.Value, bind.Body],
        CelOptionalMap map => [map.Target, map.Body],
        _ => [],
    };
}
