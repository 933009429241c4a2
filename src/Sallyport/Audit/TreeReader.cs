using System.Numerics;

namespace Sallyport.Audit;

/// <summary>
/// Roots and proofs (RFC 6962, section 2.1) from stored hashes: at most 255 hashes per level of tiles are read, however long the log is.
/// </summary>
public sealed class TreeReader(ITreeStore store)
{
    private const int TileHeight = 8;
    private const int TileWidth = 1 << TileHeight;
    private const int TilesPerStep = 64;

    /// <summary>Adds the roots of all subtrees that a tree of this size completes.</summary>
    internal async Task IntegrateAsync(long size, CancellationToken cancellation)
    {
        for (var level = 1; size >> (TileHeight * level) is > 0 and var complete; level++)
        {
            for (var have = await store.NodesAsync(level, cancellation); have < complete;)
            {
                var tiles = (int)Math.Min(complete - have, TilesPerStep);
                var hashes = await ReadAsync(level - 1, have * TileWidth, tiles * TileWidth, cancellation);
                await store.AddNodesAsync(level, have, [.. hashes.Chunk(TileWidth).Select(MerkleTree.Root)], cancellation);
                have += tiles;
            }
        }
    }

    /// <summary>The root of the first <paramref name="size"/> entries.</summary>
    public Task<byte[]> RootAsync(long size, CancellationToken cancellation) => RangeAsync(0, size, cancellation);

    /// <summary>The inclusion proof of an entry in a tree of that size, from the leaf's sibling up.</summary>
    public async Task<IReadOnlyList<byte[]>> InclusionAsync(long index, long size, CancellationToken cancellation)
    {
        if (index < 0 || index >= size) throw new ArgumentOutOfRangeException(nameof(index), index, $"The tree has {size} entries.");
        var path = new List<byte[]>();
        for (var (from, to) = (0L, size); to - from > 1;)
        {
            var split = from + Split(to - from);
            path.Add(index < split ? await RangeAsync(split, to, cancellation) : await RangeAsync(from, split, cancellation));
            (from, to) = index < split ? (from, split) : (split, to);
        }

        path.Reverse();
        return path;
    }

    /// <summary>The proof that a tree of one size is a prefix of a larger one; empty from nothing and for the same size.</summary>
    public async Task<IReadOnlyList<byte[]>> ConsistencyAsync(long older, long newer, CancellationToken cancellation)
    {
        if (older < 0 || older > newer) throw new ArgumentOutOfRangeException(nameof(older), older, $"The tree has {newer} entries.");
        var proof = new List<byte[]>();
        if (older == 0) return proof;
        var (from, to, whole) = (0L, newer, true);
        while (older != to)
        {
            var split = from + Split(to - from);
            if (older <= split)
            {
                proof.Add(await RangeAsync(split, to, cancellation));
                to = split;
            }
            else
            {
                proof.Add(await RangeAsync(from, split, cancellation));
                (from, whole) = (split, false);
            }
        }

        if (!whole) proof.Add(await RangeAsync(from, to, cancellation));
        proof.Reverse();
        return proof;
    }

    /// <summary>The root over a range that starts where a subtree of its size may start.</summary>
    private async Task<byte[]> RangeAsync(long from, long to, CancellationToken cancellation)
    {
        var range = new MerkleRange();
        for (var level = to > from ? BitOperations.Log2((ulong)(to - from)) / TileHeight : -1; level >= 0; level--)
        {
            var shift = TileHeight * level;
            var count = (int)((to - from) >> shift);
            if (count == 0) continue;
            foreach (var hash in await ReadAsync(level, from >> shift, count, cancellation)) range.Add(shift, hash);
            from += (long)count << shift;
        }

        return range.Root();
    }

    private async Task<IReadOnlyList<byte[]>> ReadAsync(int level, long from, int count, CancellationToken cancellation)
    {
        var hashes = await store.HashesAsync(level, from, count, cancellation);
        return hashes.Count == count && hashes.All(hash => hash.Length == MerkleTree.HashBytes)
            ? hashes : throw new AuditLogException($"the audit tree lacks hashes of level {level} from {from} on");
    }

    /// <summary>The largest power of two below a size.</summary>
    private static long Split(long size) => 1L << BitOperations.Log2((ulong)(size - 1));
}
