using Sallyport.Execution;
using Sallyport.Identity;

namespace Sallyport.KillSwitch;

/// <summary>
/// Keeps this process's permit fresh and its gate in step with the halts of the store, whoever made them. Called several times per
/// time-to-live; when the store cannot be reached the permit lapses and nothing leaves any more.
/// </summary>
public sealed class PermitRenewal(IHaltStore store, EffectGate gate, ReplicaPermit permit, CredentialCache credentials, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HashSet<string> _closed = new(StringComparer.Ordinal);
    private long _taken = -1;

    /// <summary>How long a permit holds; a halt is confirmed within this time even when a process does not answer.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(3);

    /// <summary>Renews once, taking in what changed first.</summary>
    /// <exception cref="Protocol.StoreUnavailableException">The store cannot be reached; the permit was not extended.</exception>
    public async Task RenewAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            // The timestamp is from before the question: this side always lapses before the store says so.
            var from = time.GetTimestamp();
            var grant = await store.RenewAsync(permit.ReplicaId, time.Now(), TimeToLive, _taken, cancellation);
            while (!grant.Granted)
            {
                await TakeInAsync(grant);
                from = time.GetTimestamp();
                grant = await store.RenewAsync(permit.ReplicaId, time.Now(), TimeToLive, _taken, cancellation);
            }

            permit.Renew(from, TimeToLive);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <summary>Closes what is halted now, waits until its senders are out, and only then opens what was lifted.</summary>
    private async Task TakeInAsync(PermitGrant grant)
    {
        await Task.WhenAll(grant.InForce.Select(halt => gate.CloseAsync(halt.Scope, halt.Id)));
        credentials.Clear();
        var inForce = grant.InForce.Select(halt => halt.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var lifted in _closed.Except(inForce).ToList()) gate.Open(lifted);
        _closed.Clear();
        _closed.UnionWith(inForce);
        _taken = grant.Generation;
    }
}
