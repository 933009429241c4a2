using Sallyport.Audit;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>Counts what a shadow candidate decided, from the payloads of the log.</summary>
public sealed class ShadowReport(IAuditStore audit)
{
    private const int PageSize = 1_000;
    private const int MostEntries = 500_000;

    /// <summary>The report of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="examples">Most example ids of each cell.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ShadowReportView> OfAsync(ShadowRun run, int examples, CancellationToken cancellation)
    {
        var matrix = new DecisionMatrix(examples);
        var (decisions, erased) = (0, 0);
        var end = run.LastEntry ?? await audit.SizeAsync(cancellation);
        var last = Math.Min(end, run.FirstEntry + MostEntries);
        for (var next = run.FirstEntry; next < last;)
        {
            var page = await audit.ReadAsync(next, PageSize, cancellation);
            foreach (var entry in page.Where(entry => entry.Index < last && entry.Kind is "action.accepted" or "action.dry_run"))
            {
                if (entry.Payload is null) erased++;
                else if (ShadowNote.In(CanonicalJson.Parse(entry.Payload)) is { } note && note.Release == run.Release)
                {
                    decisions++;
                    matrix.Add(entry.ActionId ?? "", note.Active, note.Candidate, note.Change, note.Why);
                }
            }

            if (page.Count == 0) break;
            next = page[^1].Index + 1;
        }

        return new ShadowReportView(run.Workflow, run.Release, run.StartedAt, run.StoppedAt, decisions, erased, last < end, matrix.View());
    }
}
