using Sallyport.Cel.Checking;
using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Evaluation;

/// <summary>One member of a declared path: the object type that has it, and its place among the declared members.</summary>
internal readonly record struct DeclaredStep(CelType Shape, int Position);

/// <summary>
/// Member paths on which every member is declared, from a declared variable such as <c>facts.order.region</c> or from a macro variable.
/// </summary>
internal static class DeclaredPath
{
    /// <summary>The variable and the steps from it; null if the expression is no such path.</summary>
    internal static (Resolution Root, DeclaredStep[] Steps)? Find(CheckedTree tree, CelExpr expr)
    {
        var steps = new List<DeclaredStep>();
        return RootOf(tree, expr, steps) is { } root ? (root, [.. steps]) : null;
    }

    /// <summary>Where a member stands among the declared ones of an expression's type; null if it is not declared there.</summary>
    internal static DeclaredStep? StepInto(CheckedTree tree, CelExpr operand, string field)
    {
        var shape = TypeInference.WithoutNull(tree.Types[operand.Id]);
        for (var i = 0; i < shape.Fields.Length; i++)
        {
            if (shape.Fields[i].Name == field)
                return new(shape, i);
        }

        return null;
    }

    private static Resolution? RootOf(CheckedTree tree, CelExpr expr, List<DeclaredStep> steps)
    {
        var resolution = tree.Resolutions[expr.Id];
        if (resolution is VariableResolution || (resolution is LocalResolution && expr is CelIdentifier))
            return resolution;
        if (expr is not CelSelect { IsOptional: false } select || RootOf(tree, select.Operand, steps) is not { } root)
            return null;
        if (StepInto(tree, select.Operand, select.Field) is not { } step)
            return null;
        steps.Add(step);
        return root;
    }
}
