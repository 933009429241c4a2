using System.Runtime.InteropServices;

namespace Sallyport.Verifier;

/// <summary>Ed25519 verification (RFC 8032) by OpenSSL's libcrypto.</summary>
internal static partial class OpenSslEd25519
{
    private const string Library = "libcrypto.so.3";
    private const int KeyType = 1087; // NID_ED25519

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

    [LibraryImport(Library)]
    private static partial nint EVP_PKEY_new_raw_public_key(int type, nint engine, byte[] key, nuint length);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    private static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerify(nint context, byte[] signature, nuint signatureLength, byte[] message, nuint messageLength);
}
