using System.Text.Json.Nodes;
using Sallyport.Identity;

namespace Sallyport.Audit;

/// <summary>
/// Replaces the log's key in the open: the new key is announced by an entry under a checkpoint that the old key signs too. A reader who
/// kept the old key follows that chain; for an overlap both keys sign.
/// </summary>
public sealed class KeyRotation(LogSigner signer, IAuditStore audit, ITreeStore store, CheckpointPublisher publisher, IdSource ids, TimeProvider time)
{
    /// <summary>How long the old key goes on signing.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromDays(7);

    /// <summary>Makes a new key, announces it and publishes. From its return on the new key is the log's.</summary>
    /// <returns>The old and the new verifier key.</returns>
    public async Task<(string Old, string New)> RotateAsync(string tenant, string actor, CancellationToken cancellation)
    {
        var (old, fresh) = signer.Replace(ids.Bytes(Ed25519.SeedBytes), time.GetUtcNow() + Overlap);
        await AnnounceAsync(tenant, actor, old, fresh, cancellation);
        return (old, fresh);
    }

    /// <summary>Announces a key whose rotation a crash interrupted between key file and log.</summary>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        if (signer.VerifierKeys is not [var current, var old, ..]) return;
        var rotations = await store.RotationsAsync(cancellation);
        if (rotations.Count > 0 && signer.HasCurrentSigned(rotations[^1].Note)) return;
        await AnnounceAsync("default", "system", old, current, cancellation);
    }

    private async Task AnnounceAsync(string tenant, string actor, string old, string fresh, CancellationToken cancellation)
    {
        await audit.AppendAsync(tenant, new AuditDraft("audit.key_rotated", actor) { Fields = new JsonObject { ["old_key"] = old, ["new_key"] = fresh } }, cancellation);
        await publisher.PublishRotationAsync(cancellation);
    }
}
