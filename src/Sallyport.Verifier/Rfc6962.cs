using System.Numerics;
using System.Security.Cryptography;

namespace Sallyport.Verifier;

/// <summary>Merkle tree hash and proofs: the hash as RFC 6962 section 2.1 defines it, the checks as RFC 9162 sections 2.1.3.2 and 2.1.4.2 do.</summary>
internal static class Rfc6962
{
    internal static byte[] LeafHash(byte[] leaf) => SHA256.HashData([0x00, .. leaf]);

    /// <summary>The root over leaf hashes: split at the largest power of two below the size.</summary>
    internal static byte[] Root(ReadOnlySpan<byte[]> hashes)
    {
        if (hashes.Length == 0) return SHA256.HashData([]);
        if (hashes.Length == 1) return hashes[0];
        var split = 1 << BitOperations.Log2((uint)(hashes.Length - 1));
        return Node(Root(hashes[..split]), Root(hashes[split..]));
    }

    /// <summary>Whether a leaf hash is at an index of the tree of that size and root.</summary>
    internal static bool Includes(byte[] leafHash, long index, long size, IReadOnlyList<byte[]> path, byte[] root)
    {
        if (index < 0 || index >= size) return false;
        var (node, last, hash) = (index, size - 1, leafHash);
        foreach (var sibling in path)
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = Node(sibling, hash);
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = Node(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash.AsSpan().SequenceEqual(root);
    }

    /// <summary>Whether the tree of the older size and root is a prefix of the newer one.</summary>
    internal static bool IsConsistent(long older, byte[] olderRoot, long newer, byte[] newerRoot, IReadOnlyList<byte[]> proof)
    {
        if (older < 0 || older > newer) return false;
        if (older == 0) return proof.Count == 0;
        if (older == newer) return proof.Count == 0 && olderRoot.AsSpan().SequenceEqual(newerRoot);
        if (proof.Count == 0) return false;
        var (node, last) = (older - 1, newer - 1);
        while ((node & 1) == 1) (node, last) = (node >> 1, last >> 1);
        // A power of two is its own first node.
        var whole = BitOperations.IsPow2(older);
        var (first, second) = whole ? (olderRoot, olderRoot) : (proof[0], proof[0]);
        foreach (var hash in proof.Skip(whole ? 0 : 1))
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                (first, second) = (Node(hash, first), Node(hash, second));
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                second = Node(second, hash);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && first.AsSpan().SequenceEqual(olderRoot) && second.AsSpan().SequenceEqual(newerRoot);
    }

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([0x01, .. left, .. right]);
}
