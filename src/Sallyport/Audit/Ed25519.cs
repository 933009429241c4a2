using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sallyport.Audit;

/// <summary>Ed25519 (RFC 8032) by OpenSSL's libcrypto, which .NET on Linux needs anyway; .NET 10 has no type of its own for it.</summary>
internal static partial class Ed25519
{
    internal const int SeedBytes = 32;
    internal const int SignatureBytes = 64;
    private const int KeyType = 1087; // NID_ED25519
    private const string Library = "libcrypto.so.3";

    internal static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        var key = Load(seed);
        try
        {
            var bytes = new byte[32];
            nuint length = 32;
            Check(EVP_PKEY_get_raw_public_key(key, bytes, ref length));
            return bytes;
        }
        finally
        {
            EVP_PKEY_free(key);
        }
    }

    internal static byte[] Sign(ReadOnlySpan<byte> seed, byte[] message)
    {
        var key = Load(seed);
        var context = EVP_MD_CTX_new();
        try
        {
            Check(EVP_DigestSignInit(context, 0, 0, 0, key));
            var signature = new byte[SignatureBytes];
            nuint length = SignatureBytes;
            Check(EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length));
            return signature;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    internal static bool Verify(byte[] publicKey, byte[] message, byte[] signature)
    {
        var key = EVP_PKEY_new_raw_public_key(KeyType, 0, publicKey, (nuint)publicKey.Length);
        if (key == 0) return false;
        var context = EVP_MD_CTX_new();
        try
        {
            return EVP_DigestVerifyInit(context, 0, 0, 0, key) == 1
                && EVP_DigestVerify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    private static nint Load(ReadOnlySpan<byte> seed)
    {
        var key = EVP_PKEY_new_raw_private_key(KeyType, 0, seed.ToArray(), SeedBytes);
        return key == 0 ? throw new CryptographicException("OpenSSL refused the Ed25519 key.") : key;
    }

    private static void Check(int result)
    {
        if (result != 1) throw new CryptographicException("An OpenSSL Ed25519 operation failed.");
    }

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

    [LibraryImport(Library)]
    private static partial nint EVP_PKEY_new_raw_public_key(int type, nint engine, byte[] key, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerify(nint context, byte[] signature, nuint signatureLength, byte[] message, nuint messageLength);
}
