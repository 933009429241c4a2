using System.Security.Cryptography;

namespace Sallyport.Audit;

/// <summary>The Merkle tree hash of RFC 6962, section 2.1, over SHA-256.</summary>
public static class MerkleTree
{
    /// <summary>SHA-256(0x00 ‖ leaf).</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> leaf) => SHA256.HashData([0x00, .. leaf]);

    /// <summary>The root over leaf hashes in order; of no leaves it is the hash of nothing.</summary>
    public static byte[] Root(IEnumerable<byte[]> leafHashes)
    {
        // A stack of perfect subtrees, largest first: the binary representation of the size. Memory stays logarithmic.
        var stack = new Stack<(int Height, byte[] Hash)>();
        foreach (var leaf in leafHashes)
        {
            var node = (Height: 0, Hash: leaf);
            while (stack.TryPeek(out var top) && top.Height == node.Height)
            {
                stack.Pop();
                node = (node.Height + 1, NodeHash(top.Hash, node.Hash));
            }

            stack.Push(node);
        }

        if (stack.Count == 0) return SHA256.HashData([]);
        var root = stack.Pop().Hash;
        while (stack.TryPop(out var left)) root = NodeHash(left.Hash, root);
        return root;
    }

    private static byte[] NodeHash(byte[] left, byte[] right) => SHA256.HashData([0x01, .. left, .. right]);
}
