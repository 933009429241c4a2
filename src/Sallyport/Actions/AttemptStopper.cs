using System.Collections.Concurrent;
using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Execution;
using Sallyport.Protocol;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>
/// What the kill switch does about requests that may still be on their way: where the contract declares a fence or a credential that can be
/// revoked, the system of record is told to refuse them. It changes no state; the settler draws the conclusions.
/// </summary>
public sealed class AttemptStopper(IActionStore store, ReleaseRegistry releases, ConnectorSet connectors)
{
    private const int AtOnce = 64;

    /// <summary>The attempts that can no longer be applied (unless they already were). What cannot be told in time is not among them.</summary>
    public async Task<IReadOnlySet<UnresolvedAttempt>> StopAsync(IReadOnlyList<UnresolvedAttempt> attempts, CancellationToken cancellation)
    {
        var stopped = new ConcurrentDictionary<UnresolvedAttempt, bool>();
        foreach (var group in attempts.Chunk(AtOnce))
            await Task.WhenAll(group.Select(async attempt =>
            {
                if (await TryStopAsync(attempt, cancellation)) stopped[attempt] = true;
            }));
        return stopped.Keys.ToHashSet();
    }

    private async Task<bool> TryStopAsync(UnresolvedAttempt attempt, CancellationToken cancellation)
    {
        try
        {
            if (await store.FindAsync(attempt.Tenant, attempt.ActionId, cancellation) is not { } action
                || await releases.FindAsync(action.Release, cancellation) is not { } release || release.Tools[action.Tool].Effect is not { Stop: { } stop } effect
                || connectors.Find(effect.Connector) is not { } connector || await store.FindTaskAsync(action.Tenant, action.TaskId, cancellation) is not { } task) return false;
            var input = CallInput.Create(CanonicalJson.Parse(action.Arguments), action.ProposerId, action.ProposerName, action.Owner, task)
                with { Action = JsonSerializer.SerializeToElement(new { id = action.Id, attempt = attempt.Attempt }) };
            return stop.TryRender(input, out var request, out _) && await connector.FenceAsync(request, cancellation);
        }
        catch (Exception fault) when (fault is OperationCanceledException or StoreUnavailableException)
        {
            // Not confirmed is not stopped; the receipt says so.
            return false;
        }
    }
}
