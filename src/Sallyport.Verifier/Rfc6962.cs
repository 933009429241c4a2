using System.Security.Cryptography;

namespace Sallyport.Verifier;

/// <summary>The Merkle tree hash, written as RFC 6962 section 2.1 defines it: split at the largest power of two below the size.</summary>
internal static class Rfc6962
{
    internal static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 0) return SHA256.HashData([]);
        if (leaves.Length == 1) return SHA256.HashData([0x00, .. leaves[0]]);
        var split = 1;
        while (split * 2 < leaves.Length) split *= 2;
        return SHA256.HashData([0x01, .. Root(leaves[..split]), .. Root(leaves[split..])]);
    }
}
