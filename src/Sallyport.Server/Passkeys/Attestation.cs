using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Passkeys;

namespace Sallyport.Server.Passkeys;

/// <summary>
/// Reads what an authenticator says about a new credential (WebAuthn, section 7.1): ES256 on P-256 or RS256, with the person verified. We ask for no
/// attestation of the device's make, and accept none but what an authenticator says about itself.
/// </summary>
internal static class Attestation
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte HasCredential = 0x40;
    private const long Es256 = -7;
    private const long Rs256 = -257;
    private const int SmallestRsaKey = 2_048;

    /// <summary>The credential, or what is wrong with it.</summary>
    /// <param name="attestation">Attestation object, base64url.</param>
    /// <param name="clientData">Client data, base64url.</param>
    /// <param name="challenge">The challenge that was offered, base64url.</param>
    /// <param name="origin">The only origin that it may come from.</param>
    internal static (NewCredential? Credential, string? Fault) Read(string attestation, string clientData, string challenge, Uri origin)
    {
        if (AssertionCheck.Decode(attestation) is not { } bytes || AssertionCheck.Decode(clientData) is not { } client || AssertionCheck.Decode(challenge) is not { } asked)
            return (null, "A member is not base64url, or too long.");
        var site = origin.GetLeftPart(UriPartial.Authority);
        if (AssertionCheck.ClientFault(client, "webauthn.create", asked, [site]) is { } fault) return (null, fault);
        try
        {
            var (format, data, signature) = ReadObject(bytes);
            if (data.Length < 55 || !data.AsSpan(0, 32).SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(origin.Host)))) return (null, "The authenticator answered for another site.");
            if ((data[32] & UserPresent) == 0 || (data[32] & UserVerified) == 0) return (null, "The authenticator did not verify the person.");
            if ((data[32] & HasCredential) == 0) return (null, "The authenticator sent no credential.");
            var length = BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(53, 2));
            if (length is 0 or > 1_023 || data.Length < 55 + length) return (null, "The credential's id has no possible length.");
            var key = ReadKey(data.AsMemory(55 + length));
            if (format == "packed" && !SignedByItself(key, data, client, signature)) return (null, "The authenticator's own statement does not verify.");
            if (format is not ("none" or "packed")) return (null, $"Attestation of the format \"{format}\" was not asked for.");
            return (new NewCredential(Base64Url.EncodeToString(data.AsSpan(55, length)), Convert.ToBase64String(key),
                BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(33, 4)), challenge, origin.Host, site), null);
        }
        catch (Exception malformed) when (malformed is CborContentException or InvalidOperationException or CryptographicException or OverflowException)
        {
            return (null, "The authenticator's answer is not what WebAuthn prescribes.");
        }
    }

    private static (string Format, byte[] Data, byte[]? Signature) ReadObject(byte[] bytes)
    {
        var reader = new CborReader(bytes, CborConformanceMode.Ctap2Canonical);
        var (format, data, signature) = ("", Array.Empty<byte>(), (byte[]?)null);
        for (var left = reader.ReadStartMap() ?? throw new InvalidOperationException("The map has no length."); left > 0; left--)
        {
            switch (reader.ReadTextString())
            {
                case "fmt": format = reader.ReadTextString(); break;
                case "authData": data = reader.ReadByteString(); break;
                case "attStmt": signature = ReadSelfStatement(reader); break;
                default: reader.SkipValue(); break;
            }
        }

        return (format, data, signature);
    }

    /// <summary>The signature of a statement that the credential's own key made; null where there is none or a certificate speaks.</summary>
    private static byte[]? ReadSelfStatement(CborReader reader)
    {
        var (signature, algorithm, hasCertificate) = ((byte[]?)null, 0L, false);
        for (var left = reader.ReadStartMap() ?? throw new InvalidOperationException("The map has no length."); left > 0; left--)
        {
            switch (reader.ReadTextString())
            {
                case "sig": signature = reader.ReadByteString(); break;
                case "alg": algorithm = reader.ReadInt64(); break;
                case "x5c": hasCertificate = true; reader.SkipValue(); break;
                default: reader.SkipValue(); break;
            }
        }

        reader.ReadEndMap();
        return algorithm is Es256 or Rs256 && !hasCertificate ? signature : null;
    }

    private static bool SignedByItself(byte[] key, byte[] data, byte[] client, byte[]? signature) =>
        signature is not null && AssertionCheck.Verifies(key, [.. data, .. SHA256.HashData(client)], signature);

    /// <summary>A COSE key (RFC 9053, section 7.1.1; RFC 8230) as SubjectPublicKeyInfo: P-256 with ES256, or RSA with RS256.</summary>
    private static byte[] ReadKey(ReadOnlyMemory<byte> cose)
    {
        var reader = new CborReader(cose, CborConformanceMode.Ctap2Canonical, allowMultipleRootLevelValues: true);
        var (numbers, texts) = (new Dictionary<long, long>(), new Dictionary<long, byte[]>());
        for (var left = reader.ReadStartMap() ?? throw new InvalidOperationException("The map has no length."); left > 0; left--)
        {
            var label = reader.ReadInt64();
            if (reader.PeekState() == CborReaderState.ByteString) texts[label] = reader.ReadByteString();
            else if (reader.PeekState() is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger) numbers[label] = reader.ReadInt64();
            else reader.SkipValue();
        }

        switch (numbers.GetValueOrDefault(1), numbers.GetValueOrDefault(3))
        {
            case (2, Es256) when numbers.GetValueOrDefault(-1) == 1 && texts.TryGetValue(-2, out var x) && texts.TryGetValue(-3, out var y):
                using (var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } })) return key.ExportSubjectPublicKeyInfo();
            case (3, Rs256) when texts.TryGetValue(-1, out var modulus) && texts.TryGetValue(-2, out var exponent) && modulus.Length * 8 >= SmallestRsaKey:
                using (var key = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent })) return key.ExportSubjectPublicKeyInfo();
            default: throw new CryptographicException("Only ES256 on P-256 and RS256 with 2048 bits or more are accepted.");
        }
    }
}
