using Sallyport.Cel;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>Decides recorded actions again under a candidate release. It reads and never writes.</summary>
public sealed class PolicyReplay(IActionStore store, ReleaseRegistry releases)
{
    /// <summary>Most actions of one replay.</summary>
    public const int Most = 10_000;

    private const int PageSize = 200;

    /// <summary>Replays a workflow's actions since a moment.</summary>
    /// <param name="candidate">The release to try.</param>
    /// <param name="tenant">Tenant.</param>
    /// <param name="workflow">Whose actions.</param>
    /// <param name="since">Since when.</param>
    /// <param name="examples">Most example ids of each cell.</param>
    /// <param name="most">Most actions; the oldest ones are taken.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ReplayView> RunAsync(Release candidate, string tenant, string workflow, DateTimeOffset since, int examples, int most, CancellationToken cancellation)
    {
        var (asked, matrix, money) = (new Candidate(candidate), new DecisionMatrix(examples), new SortedDictionary<string, (int Actions, long Minor)>(StringComparer.Ordinal));
        var (replayed, truncated) = (0, false);
        ActionRecord? last = null;
        while (!truncated)
        {
            var page = await store.SinceAsync(tenant, workflow, since, last, PageSize, cancellation);
            if (page.Count == 0) break;
            foreach (var action in page)
            {
                truncated = replayed == most;
                if (truncated) break;
                replayed++;
                var verdict = await DecideAsync(asked, action, money, cancellation);
                matrix.Add(action.Id, CandidateVerdict.CellOf(action.Decision, action.Requirements), verdict.Cell, verdict.From(action.Decision, action.Requirements), verdict.Why);
            }

            last = page[^1];
        }

        return new ReplayView(candidate.Hash, workflow, since, replayed, truncated, matrix.View(), [.. money.Select(entry => new MoneyView(entry.Key, entry.Value.Actions, entry.Value.Minor))]);
    }

    private async Task<CandidateVerdict> DecideAsync(Candidate candidate, ActionRecord action, SortedDictionary<string, (int Actions, long Minor)> money, CancellationToken cancellation)
    {
        if (await RecordedUnderAsync(action.Release, cancellation) is not { } recorded || !recorded.Bindings.TryGetValue(action.Tool, out var binding))
            return new CandidateVerdict(CandidateOutcome.Unknown, "", [], "The release that recorded it is not stored, or does not compile any more.");
        if (await store.FindTaskAsync(action.Tenant, action.TaskId, cancellation) is not { } task) return new CandidateVerdict(CandidateOutcome.Unknown, "", [], "Its task is missing from the store.");
        var input = RecordedInput.Of(action, binding, task);
        var verdict = candidate.OnRecord(action.Tool, input, action.Round == 1 ? action.Confidence : null, action.Scopes, binding);
        if (verdict.Outcome == CandidateOutcome.Auto && action.Decision != PolicyOutcome.Auto && candidate.Release.Tools[action.Tool].Amount is { } amount
            && input.Evaluate(amount.Minor) is { Kind: CelValueKind.Int } minor && input.Evaluate(amount.Currency) is { Kind: CelValueKind.String } currency)
        {
            var known = money.GetValueOrDefault(currency.AsString);
            money[currency.AsString] = (known.Actions + 1, known.Minor + minor.AsInt);
        }

        return verdict;
    }

    private async Task<Release?> RecordedUnderAsync(string hash, CancellationToken cancellation)
    {
        try
        {
            return await releases.FindAsync(hash, cancellation);
        }
        catch (InvalidOperationException)
        {
            return null; // An old release need not compile with this program; its actions then count as "cannot tell".
        }
    }
}
