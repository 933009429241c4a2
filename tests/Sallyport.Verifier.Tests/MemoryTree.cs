using Sallyport.Audit;

namespace Sallyport.Verifier.Tests;

/// <summary>A tree store in memory, whose leaves a test may change behind the log's back.</summary>
internal sealed class MemoryTree : ITreeStore
{
    private readonly Dictionary<int, List<byte[]>> _nodes = [];

    internal List<byte[]> Leaves { get; } = [];

    internal List<StoredCheckpoint> Checkpoints { get; } = [];

    internal LogIdentity? Identity { get; set; }

    /// <summary>Makes the store refuse to keep checkpoints, as a full disk would.</summary>
    internal bool IsFull { get; set; }

    internal void Add(int count)
    {
        for (var i = 0; i < count; i++) Leaves.Add(MerkleTree.LeafHash(BitConverter.GetBytes(Leaves.Count)));
    }

    public Task<LogIdentity?> IdentityAsync(CancellationToken cancellation) => Task.FromResult(Identity);

    public Task IdentifyAsync(LogIdentity identity, CancellationToken cancellation)
    {
        Identity = identity;
        return Task.CompletedTask;
    }

    public Task<long> SizeAsync(CancellationToken cancellation) => Task.FromResult((long)Leaves.Count);

    public Task<IReadOnlyList<byte[]>> HashesAsync(int level, long from, int count, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<byte[]>>([.. (level == 0 ? Leaves : Nodes(level)).Skip((int)from).Take(count)]);

    public Task<long> NodesAsync(int level, CancellationToken cancellation) => Task.FromResult((long)Nodes(level).Count);

    public Task AddNodesAsync(int level, long from, IReadOnlyList<byte[]> hashes, CancellationToken cancellation)
    {
        Assert.Equal(from, Nodes(level).Count);
        Nodes(level).AddRange(hashes);
        return Task.CompletedTask;
    }

    public Task<StoredCheckpoint?> CheckpointAsync(CancellationToken cancellation) => Task.FromResult(Checkpoints.MaxBy(checkpoint => checkpoint.Size));

    public Task<IReadOnlyList<StoredCheckpoint>> RotationsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<StoredCheckpoint>>([.. Checkpoints.Where(checkpoint => checkpoint.Rotation)]);

    public Task KeepAsync(StoredCheckpoint checkpoint, CancellationToken cancellation)
    {
        if (IsFull) throw new IOException("No space left on device.");
        Checkpoints.RemoveAll(kept => !kept.Rotation || kept.Size == checkpoint.Size);
        Checkpoints.Add(checkpoint);
        return Task.CompletedTask;
    }

    private List<byte[]> Nodes(int level) => _nodes.TryGetValue(level, out var nodes) ? nodes : _nodes[level] = [];
}
