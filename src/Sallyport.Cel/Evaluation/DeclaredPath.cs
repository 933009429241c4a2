using Sallyport.Cel.Checking;
using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Evaluation;

/// <summary>One member of a declared path: the object type that has it, and its place among the declared members.</summary>
internal readonly record struct DeclaredStep(CelType Shape, int Position);

/// <summary>Member paths from a declared variable on which every member is declared, such as <c>facts.order.region</c>.</summary>
internal static class DeclaredPath
{
    /// <summary>The variable's slot and the steps from it; null if the expression is no such path.</summary>
    internal static (int Slot, DeclaredStep[] Steps)? Find(CheckedTree tree, CelExpr expr)
    {
        var steps = new List<DeclaredStep>();
        return SlotOf(tree, expr, steps) is { } slot ? (slot, [.. steps]) : null;
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

    private static int? SlotOf(CheckedTree tree, CelExpr expr, List<DeclaredStep> steps)
    {
        if (tree.Resolutions[expr.Id] is VariableResolution variable)
            return variable.Slot;
        if (expr is not CelSelect { IsOptional: false } select || SlotOf(tree, select.Operand, steps) is not { } slot)
            return null;
        if (StepInto(tree, select.Operand, select.Field) is not { } step)
            return null;
        steps.Add(step);
        return slot;
    }
}
