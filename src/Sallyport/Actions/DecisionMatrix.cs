using Sallyport.Contracts.Wire;

namespace Sallyport.Actions;

/// <summary>Counts decisions that were made against those that a candidate would make.</summary>
internal sealed class DecisionMatrix(int examples)
{
    private readonly Dictionary<(string From, string To, CandidateChange Change), (int Count, List<string> Examples)> _cells = [];
    private readonly Dictionary<string, (int Count, List<string> Examples)> _reasons = new(StringComparer.Ordinal);

    internal void Add(string actionId, string from, string to, CandidateChange change, string? why)
    {
        Count(_cells, (from, to, change), actionId);
        if (change == CandidateChange.Unknown) Count(_reasons, why ?? "No reason was recorded.", actionId);
    }

    internal DecisionMatrixView View() => new(
        [.. _cells.OrderBy(cell => cell.Key.From, StringComparer.Ordinal).ThenBy(cell => cell.Key.To, StringComparer.Ordinal)
            .Select(cell => new DecisionCellView(cell.Key.From, cell.Key.To, WireName.Of(cell.Key.Change), cell.Value.Count, cell.Key.Change == CandidateChange.Same ? [] : cell.Value.Examples))],
        Sum(CandidateChange.Same), Sum(CandidateChange.Tightened), Sum(CandidateChange.Loosened), Sum(CandidateChange.OtherApprovers), Sum(CandidateChange.Unknown),
        [.. _reasons.OrderByDescending(reason => reason.Value.Count).ThenBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => new ReasonView(reason.Key, reason.Value.Count, reason.Value.Examples))]);

    private int Sum(CandidateChange change) => _cells.Where(cell => cell.Key.Change == change).Sum(cell => cell.Value.Count);

    private void Count<T>(Dictionary<T, (int Count, List<string> Examples)> counts, T key, string actionId) where T : notnull
    {
        var known = counts.GetValueOrDefault(key, (0, []));
        if (known.Examples.Count < examples) known.Examples.Add(actionId);
        counts[key] = (known.Count + 1, known.Examples);
    }
}
