using System.Collections.Concurrent;
using Sallyport.Audit;

namespace Sallyport.Workflows;

/// <summary>A run of a candidate that decides beside the active release and has no say.</summary>
/// <param name="Workflow">Workflow.</param>
/// <param name="Release">The candidate's hash.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="StartedBy">Who started it, as audit entries name them.</param>
/// <param name="FirstEntry">Position in the log from which on its verdicts stand.</param>
/// <param name="StoppedAt">When it was stopped; null while it runs.</param>
/// <param name="LastEntry">Position behind its last verdict.</param>
public sealed record ShadowRun(
    string Workflow, string Release, DateTimeOffset StartedAt, string StartedBy, long FirstEntry, DateTimeOffset? StoppedAt, long? LastEntry);

/// <summary>The candidates that run in the shadow of an active release, at most one per workflow. They survive a restart.</summary>
public sealed class ShadowMode(IReleaseStore store, ReleaseRegistry releases)
{
    private readonly ConcurrentDictionary<string, Release> _running = new(StringComparer.Ordinal);

    /// <summary>The candidate of a workflow, or null.</summary>
    public Release? Of(string workflow) => _running.GetValueOrDefault(workflow);

    /// <summary>Loads what the store says is running. A candidate that does not compile any more is left out: it must not keep the server from starting.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var run in (await store.ShadowsAsync(cancellation)).Where(run => run.StoppedAt is null))
        {
            try
            {
                if (await releases.FindAsync(run.Release, cancellation) is { } candidate) _running[run.Workflow] = candidate;
            }
            catch (InvalidOperationException)
            {
                // The report then shows no further decisions of it; a person stops it.
            }
        }
    }

    /// <summary>Starts a candidate; false when one runs for its workflow already.</summary>
    public async Task<bool> StartAsync(Release candidate, string actor, CancellationToken cancellation)
    {
        var workflow = candidate.Manifest.Name;
        if (!await store.StartShadowAsync(workflow, candidate.Hash, Leaf("shadow.started", actor, workflow, candidate.Hash), cancellation)) return false;
        _running[workflow] = candidate;
        return true;
    }

    /// <summary>Stops the candidate of a workflow; false when none runs.</summary>
    public async Task<bool> StopAsync(string workflow, string actor, CancellationToken cancellation)
    {
        if (await FindAsync(workflow, cancellation) is not { StoppedAt: null } run) return false;
        if (!await store.StopShadowAsync(workflow, Leaf("shadow.stopped", actor, workflow, run.Release), cancellation)) return false;
        _running.TryRemove(workflow, out _);
        return true;
    }

    /// <summary>The last run of a workflow, or null.</summary>
    public async Task<ShadowRun?> FindAsync(string workflow, CancellationToken cancellation) =>
        (await store.ShadowsAsync(cancellation)).FirstOrDefault(run => run.Workflow == workflow);

    private static AuditDraft Leaf(string kind, string actor, string workflow, string release) =>
        new(kind, actor) { Fields = new() { ["workflow"] = workflow, ["release"] = release }, Correlations = [release] };
}
