using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.Server.Tests.People;

/// <summary>An authenticator in memory, which says what the test tells it to say.</summary>
internal sealed class SoftPasskey(string origin) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2_048);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(32);

    internal string CredentialId => Base64Url.EncodeToString(_id);

    internal string Origin { get; set; } = origin;

    internal string RpId { get; set; } = new Uri(origin).Host;

    /// <summary>User present and verified.</summary>
    internal byte Flags { get; set; } = 0x05;

    internal uint Count { get; set; }

    internal string Format { get; set; } = "none";

    internal string ClientType { get; set; } = "";

    /// <summary>RS256 instead of ES256.</summary>
    internal bool IsRsa { get; init; }

    /// <summary>The body of <c>POST /v1/passkeys</c>.</summary>
    internal object Register(string challenge, string name = "test key", string? answer = null)
    {
        var client = ClientData("webauthn.create", answer ?? challenge);
        return new { name, challenge, attestation_object = Base64Url.EncodeToString(Attestation(client)), client_data = Base64Url.EncodeToString(client) };
    }

    /// <summary>A signature over a challenge.</summary>
    internal Dictionary<string, string> Sign(string challenge)
    {
        var (client, data) = (ClientData("webauthn.get", challenge), AuthenticatorData(Flags, []));
        byte[] covered = [.. data, .. SHA256.HashData(client)];
        return new Dictionary<string, string>
        {
            ["credential_id"] = CredentialId, ["authenticator_data"] = Base64Url.EncodeToString(data), ["client_data"] = Base64Url.EncodeToString(client),
            ["signature"] = Base64Url.EncodeToString(Signature(covered)),
        };
    }

    public void Dispose()
    {
        _key.Dispose();
        _rsa.Dispose();
    }

    private byte[] Signature(byte[] covered) => IsRsa
        ? _rsa.SignData(covered, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : _key.SignData(covered, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private byte[] ClientData(string type, string challenge) =>
        JsonSerializer.SerializeToUtf8Bytes(new { type = ClientType.Length > 0 ? ClientType : type, challenge, origin = Origin, crossOrigin = false });

    private byte[] AuthenticatorData(byte flags, byte[] credential)
    {
        var data = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(RpId)).CopyTo(data, 0);
        data[32] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(33), ++Count);
        return [.. data, .. credential];
    }

    private byte[] Attestation(byte[] client)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)_id.Length);
        var data = AuthenticatorData((byte)(Flags | 0x40), [.. new byte[16], .. length, .. _id, .. CoseKey()]);
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString(Format);
        writer.WriteTextString("attStmt");
        if (Format == "packed")
        {
            byte[] covered = [.. data, .. SHA256.HashData(client)];
            writer.WriteStartMap(2);
            writer.WriteTextString("alg");
            writer.WriteInt64(IsRsa ? -257 : -7);
            writer.WriteTextString("sig");
            writer.WriteByteString(Signature(covered));
            writer.WriteEndMap();
        }
        else
        {
            writer.WriteStartMap(0);
            writer.WriteEndMap();
        }

        writer.WriteTextString("authData");
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private byte[] CoseKey()
    {
        var (point, rsa) = (_key.ExportParameters(false).Q, _rsa.ExportParameters(false));
        (long, object)[] members = IsRsa ? [(1, 3L), (3, -257L), (-1, rsa.Modulus!), (-2, rsa.Exponent!)] : [(1, 2L), (3, -7L), (-1, 1L), (-2, point.X!), (-3, point.Y!)];
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(members.Length);
        foreach (var (label, value) in members)
        {
            writer.WriteInt64(label);
            if (value is long number) writer.WriteInt64(number);
            else writer.WriteByteString((byte[])value);
        }

        writer.WriteEndMap();
        return writer.Encode();
    }
}
