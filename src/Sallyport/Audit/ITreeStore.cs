namespace Sallyport.Audit;

/// <summary>Which log a store holds. All are given once, when the store is first served, and never change.</summary>
/// <param name="Store">Random id of the store.</param>
/// <param name="Origin">Name of the log in its checkpoints (C2SP tlog-checkpoint).</param>
/// <param name="FirstKey">Its first verifier key: where a reader who kept none begins.</param>
public sealed record LogIdentity(string Store, string Origin, string FirstKey);

/// <summary>A checkpoint as the store keeps it.</summary>
/// <param name="Size">Entries that it covers.</param>
/// <param name="Note">The signed note, with the cosignatures that were collected.</param>
/// <param name="At">When it was signed.</param>
/// <param name="Rotation">Whether it announces a new log key, and so is kept for good.</param>
public sealed record StoredCheckpoint(long Size, string Note, DateTimeOffset At, bool Rotation);

/// <summary>
/// The tree over the entries, two stores implement it. Entries get their place when they are committed; integrating them into the tree and
/// signing a checkpoint are later steps, so no action waits for them.
/// </summary>
public interface ITreeStore
{
    /// <summary>Which log this is; null before the first start.</summary>
    Task<LogIdentity?> IdentityAsync(CancellationToken cancellation);

    /// <summary>Names the log, once.</summary>
    Task IdentifyAsync(LogIdentity identity, CancellationToken cancellation);

    /// <summary>Number of committed entries.</summary>
    Task<long> SizeAsync(CancellationToken cancellation);

    /// <summary>Hashes of a level of tiles: level 0 are leaf hashes, level n the roots of full subtrees of 256^n leaves.</summary>
    Task<IReadOnlyList<byte[]>> HashesAsync(int level, long from, int count, CancellationToken cancellation);

    /// <summary>How many hashes a level above 0 has.</summary>
    Task<long> NodesAsync(int level, CancellationToken cancellation);

    /// <summary>Adds the next hashes of a level above 0.</summary>
    Task AddNodesAsync(int level, long from, IReadOnlyList<byte[]> hashes, CancellationToken cancellation);

    /// <summary>The last checkpoint that was made durable.</summary>
    Task<StoredCheckpoint?> CheckpointAsync(CancellationToken cancellation);

    /// <summary>The checkpoints that announced new log keys, in order.</summary>
    Task<IReadOnlyList<StoredCheckpoint>> RotationsAsync(CancellationToken cancellation);

    /// <summary>Makes a checkpoint durable; older ones that announce no key are dropped.</summary>
    Task KeepAsync(StoredCheckpoint checkpoint, CancellationToken cancellation);
}
