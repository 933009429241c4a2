using System.Security.Cryptography;

namespace Sallyport.Audit;

/// <summary>The Merkle tree hash of RFC 6962, section 2.1, over SHA-256.</summary>
public static class MerkleTree
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = 32;

    /// <summary>SHA-256(0x00 ‖ leaf).</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> leaf) => SHA256.HashData([0x00, .. leaf]);

    /// <summary>The root over leaf hashes in order; of no leaves it is the hash of nothing.</summary>
    public static byte[] Root(IEnumerable<byte[]> leafHashes)
    {
        var range = new MerkleRange();
        foreach (var leaf in leafHashes) range.Add(0, leaf);
        return range.Root();
    }

    internal static byte[] NodeHash(byte[] left, byte[] right) => SHA256.HashData([0x01, .. left, .. right]);
}

/// <summary>
/// Folds neighbouring perfect subtrees, largest first, into the root over all of them. Memory stays logarithmic: the subtrees that wait
/// are the binary representation of the leaves so far.
/// </summary>
public sealed class MerkleRange
{
    private readonly Stack<(int Height, byte[] Hash)> _waiting = [];

    /// <summary>Adds the next subtree of 2^height leaves.</summary>
    public void Add(int height, byte[] hash)
    {
        while (_waiting.TryPeek(out var left) && left.Height == height)
        {
            _waiting.Pop();
            (height, hash) = (height + 1, MerkleTree.NodeHash(left.Hash, hash));
        }

        _waiting.Push((height, hash));
    }

    /// <summary>The root over everything added so far; more can be added afterwards.</summary>
    public byte[] Root()
    {
        byte[]? root = null;
        foreach (var (_, hash) in _waiting) root = root is null ? hash : MerkleTree.NodeHash(hash, root);
        return root ?? SHA256.HashData([]);
    }
}
