using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Verifier;

namespace Sallyport.Witness;

/// <summary>The witness's own key: signs timestamped cosignatures (C2SP tlog-cosignature, Ed25519).</summary>
internal sealed partial class CosignerKey
{
    private const string Library = "libcrypto.so.3";
    private const int KeyType = 1087; // NID_ED25519
    private const int SeedBytes = 32;
    private const int SignatureBytes = 64;
    private readonly byte[] _seed;

    /// <exception cref="FormatException">The seed has not 32 bytes.</exception>
    internal CosignerKey(string name, byte[] seed)
    {
        if (seed.Length != SeedBytes) throw new FormatException("An Ed25519 seed has 32 bytes.");
        (_seed, Verifier) = (seed, NoteKey.Of(name, NoteKey.Cosignature, PublicKey(seed)));
    }

    internal NoteKey Verifier { get; }

    /// <summary>Opens the key file, or makes one that only its owner can read.</summary>
    internal static CosignerKey Open(string file, string name)
    {
        if (!File.Exists(file)) DurableFile.Write(file, Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(SeedBytes)) + "\n"));
        return new CosignerKey(name, Convert.FromBase64String(File.ReadAllText(file).Trim()));
    }

    /// <summary>The signature line over a checkpoint's text, ending with a line feed.</summary>
    internal string Cosign(string text, DateTimeOffset at)
    {
        var stamp = new byte[8];
        var time = (ulong)at.ToUnixTimeSeconds();
        BinaryPrimitives.WriteUInt64BigEndian(stamp, time);
        return $"— {Verifier.Name} {Convert.ToBase64String([.. Verifier.Id, .. stamp, .. Sign(Encoding.UTF8.GetBytes(NoteKey.CosignedText(time, text)))])}\n";
    }

    private byte[] Sign(byte[] message)
    {
        var key = Load(_seed);
        var context = EVP_MD_CTX_new();
        try
        {
            var signature = new byte[SignatureBytes];
            nuint length = SignatureBytes;
            if (EVP_DigestSignInit(context, 0, 0, 0, key) != 1 || EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length) != 1) throw new CryptographicException("OpenSSL could not sign.");
            return signature;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    private static byte[] PublicKey(byte[] seed)
    {
        var key = Load(seed);
        try
        {
            var bytes = new byte[32];
            nuint length = 32;
            return EVP_PKEY_get_raw_public_key(key, bytes, ref length) == 1 ? bytes : throw new CryptographicException("OpenSSL gave no public key.");
        }
        finally
        {
            EVP_PKEY_free(key);
        }
    }

    private static nint Load(byte[] seed) =>
        EVP_PKEY_new_raw_private_key(KeyType, 0, seed, SeedBytes) is not 0 and var key ? key : throw new CryptographicException("OpenSSL refused the Ed25519 key.");

    [LibraryImport(Library)]
    private static partial nint EVP_PKEY_new_raw_private_key(int type, nint engine, byte[] key, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_get_raw_public_key(nint key, byte[] bytes, ref nuint length);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    private static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSign(nint context, byte[] signature, ref nuint length, byte[] message, nuint messageLength);
}
