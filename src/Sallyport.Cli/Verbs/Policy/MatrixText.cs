using System.Globalization;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs.Policy;

/// <summary>Decisions against a candidate's, for people, and what they mean for a script.</summary>
internal static class MatrixText
{
    internal static void Print(DecisionMatrixView matrix, string from, string to)
    {
        if (matrix.Cells.Count == 0) Output.Line("Nothing to compare.");
        else Output.Table([from, to, "change", "count", "examples"], matrix.Cells.Select(cell => (IReadOnlyList<string>)
            [cell.From, cell.To, cell.Change == "same" ? "" : cell.Change, cell.Count.ToString(CultureInfo.InvariantCulture), string.Join(" ", cell.Examples)]));
        foreach (var reason in matrix.Reasons) Output.Coloured("yellow", $"cannot tell {reason.Count}: {reason.Reason} ({string.Join(" ", reason.Examples)})");
        Output.Line($"{matrix.Same} the same, {matrix.Tightened} tightened, {matrix.Loosened} loosened, {matrix.OtherApprovers} with other approvers, {matrix.Unknown} cannot be told.");
    }

    /// <summary>0: nothing loosens; 1: something does; 2: some cannot be told.</summary>
    internal static int ExitCode(DecisionMatrixView matrix, bool truncated) =>
        matrix.Loosened + matrix.OtherApprovers > 0 ? ExitCodes.Refused : matrix.Unknown > 0 || truncated ? ExitCodes.Unavailable : ExitCodes.Ok;
}
