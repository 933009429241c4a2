using System.Collections.Immutable;
using Sallyport.Cel;
using Sallyport.Cel.Syntax;

namespace Sallyport.Policy;

/// <summary>
/// A boolean leaf of a condition: what stands between <c>&amp;&amp;</c>, <c>||</c>, <c>!</c> and <c>?:</c>. A macro is one leaf; a literal is
/// none, since it cannot be otherwise.
/// </summary>
/// <param name="Program">The condition.</param>
/// <param name="Expression">The leaf in its tree.</param>
/// <param name="Place">Where it stands; null when the condition's place is not known.</param>
public sealed record PolicyAtom(CelProgram Program, CelExpr Expression, SourcePlace? Place)
{
    /// <summary>The leaf as it is written.</summary>
    public string Text => Program.Source[Expression.Span.Start..Expression.Span.End];

    /// <summary>The leaves of a condition in the order written.</summary>
    /// <param name="program">The condition.</param>
    /// <param name="place">Where its text starts.</param>
    public static IReadOnlyList<PolicyAtom> Of(CelProgram program, SourcePlace? place) =>
        [.. Leaves(program, program.Ast).Select(leaf => new PolicyAtom(program, leaf, place?.Plus(leaf.Span.Start)))];

    /// <summary>The longest member paths from declared variables that an expression reads, in the order written.</summary>
    public static IReadOnlyList<CelPath> PathsOf(CelProgram program, CelExpr expression)
    {
        var paths = new List<CelPath>();
        Collect(program, expression, paths);
        return [.. paths.DistinctBy(path => path.ToString())];
    }

    /// <summary>The path that an expression is; null when it is something else.</summary>
    public static CelPath? PathOf(CelProgram program, CelExpr expression) => expression switch
    {
        CelIdentifier or CelSelect when program.VariableOf(expression) is { } variable => new CelPath(variable, []),
        CelSelect { IsOptional: false } select => Extend(program, select.Operand, new CelPathSegment(select.Field, 0)),
        CelPresence presence => Extend(program, presence.Operand, new CelPathSegment(presence.Field, 0)),
        CelIndex { IsOptional: false, Index: CelLiteral { Value.Kind: CelValueKind.String } key } index => Extend(program, index.Operand, new CelPathSegment(key.Value.AsString, 0)),
        CelIndex { IsOptional: false, Index: CelLiteral { Value.Kind: CelValueKind.Int } at } index => Extend(program, index.Operand, new CelPathSegment(null, at.Value.AsInt)),
        _ => null,
    };

    private static CelPath? Extend(CelProgram program, CelExpr operand, CelPathSegment segment) =>
        PathOf(program, operand) is { } path ? path with { Segments = path.Segments.Add(segment) } : null;

    private static void Collect(CelProgram program, CelExpr expression, List<CelPath> paths)
    {
        if (PathOf(program, expression) is { } path) paths.Add(path);
        else foreach (var child in SyntaxWalk.Children(expression)) Collect(program, child, paths);
    }

    private static ImmutableArray<CelExpr> Leaves(CelProgram program, CelExpr expression) => expression switch
    {
        CelBinary { Operator: CelBinaryOperator.And or CelBinaryOperator.Or } both => [.. Leaves(program, both.Left), .. Leaves(program, both.Right)],
        CelUnary { Operator: CelUnaryOperator.Not } not => Leaves(program, not.Operand),
        CelConditional choice when program.TypeOf(choice).Kind == CelTypeKind.Bool =>
            [.. Leaves(program, choice.Condition), .. Leaves(program, choice.Then), .. Leaves(program, choice.Else)],
        CelLiteral => [],
        _ => [expression],
    };
}
