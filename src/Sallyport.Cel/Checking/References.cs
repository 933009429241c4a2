using System.Collections.Immutable;
using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Checking;

/// <summary>Collects the maximal member paths that start at a declared variable.</summary>
internal sealed class References(CheckedTree tree)
{
    private readonly SortedDictionary<string, CelPath> _paths = new(StringComparer.Ordinal);

    internal static ImmutableArray<CelPath> Of(CelExpr root, CheckedTree tree)
    {
        var references = new References(tree);
        references.Visit(root);
        return [.. references._paths.Values];
    }

    private void Visit(CelExpr expr)
    {
        if (PathOf(expr) is { } path)
        {
            // A path holds literal indexes only, so nothing below it is left to visit.
            _paths[path.ToString()] = path;
            return;
        }

        foreach (var child in SyntaxWalk.Children(expr))
        {
            // A namespace such as math in math.abs(x) is a target only by its spelling.
            var isNamespace = expr is CelCall call && ReferenceEquals(child, call.Target) &&
                tree.Resolutions[call.Id] is FunctionResolution { HasReceiver: false };
            if (!isNamespace)
                Visit(child);
        }
    }

    /// <summary>The path that this expression denotes; null if it is not one.</summary>
    private CelPath? PathOf(CelExpr expr)
    {
        switch (expr)
        {
            case CelIdentifier or CelSelect when tree.Resolutions[expr.Id] is VariableResolution variable:
                return new CelPath(variable.Name, []);
            case CelSelect select:
                return Extend(select.Operand, new(select.Field, 0));
            case CelPresence presence:
                return Extend(presence.Operand, new(presence.Field, 0));
            case CelIndex { Index: CelLiteral literal } index:
                return literal.Value.Kind switch
                {
                    CelValueKind.String => Extend(index.Operand, new(literal.Value.AsString, 0)),
                    CelValueKind.Int => Extend(index.Operand, new(null, literal.Value.AsInt)),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private CelPath? Extend(CelExpr operand, CelPathSegment segment) =>
        PathOf(operand) is { } path ? path with { Segments = path.Segments.Add(segment) } : null;
}
