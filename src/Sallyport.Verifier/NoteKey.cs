using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Verifier;

/// <summary>A verifier key of C2SP signed-note: <c>name+id+base64(algorithm ‖ key)</c>; a log's (0x01) or a witness's (0x04).</summary>
internal sealed record NoteKey(string Name, byte[] Id, byte Algorithm, byte[] PublicKey)
{
    internal const byte LogSignature = 0x01;
    internal const byte Cosignature = 0x04;

    internal static NoteKey Of(string name, byte algorithm, byte[] publicKey) =>
        new(name, SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', algorithm, .. publicKey])[..4], algorithm, publicKey);

    /// <exception cref="FormatException">It is no Ed25519 verifier key.</exception>
    internal static NoteKey Parse(string text)
    {
        var parts = text.Trim().Split('+', 3);
        if (parts.Length != 3 || parts[0].Length == 0 || parts[0].Contains(' ')) throw new FormatException("The key is not name+id+base64.");
        var material = Convert.FromBase64String(parts[2]);
        if (material.Length != 33 || material[0] is not (LogSignature or Cosignature)) throw new FormatException("The key is no Ed25519 key.");
        var key = Of(parts[0], material[0], material[1..]);
        return string.Equals(Convert.ToHexStringLower(key.Id), parts[1], StringComparison.Ordinal) ? key : throw new FormatException("The key's id does not fit the key.");
    }

    /// <summary>The keys of a file, one a line.</summary>
    internal static List<NoteKey> ReadAll(string file) => [.. File.ReadLines(file).Where(line => line.Trim().Length > 0).Select(Parse)];

    public override string ToString() => $"{Name}+{Convert.ToHexStringLower(Id)}+{Convert.ToBase64String([Algorithm, .. PublicKey])}";

    /// <summary>Whether a signature line claims to be of this key.</summary>
    internal bool Claims(string line) => Signature(line) is not null;

    /// <summary>Whether a signature line is this key's over the text.</summary>
    internal bool Verifies(string line, string text) => Signature(line) is { } signature && (Algorithm == LogSignature
        ? signature.Length == 64 && OpenSslEd25519.Verify(PublicKey, Encoding.UTF8.GetBytes(text), signature)
        : TimeOf(signature) is { } time && OpenSslEd25519.Verify(PublicKey, Encoding.UTF8.GetBytes(CosignedText(time, text)), signature[8..]));

    /// <summary>When a cosignature line says that it was made.</summary>
    internal DateTimeOffset? CosignedAt(string line) => Algorithm == Cosignature && Signature(line) is { } signature && TimeOf(signature) is < 253_402_300_800 and var time ? DateTimeOffset.FromUnixTimeSeconds((long)time) : null;

    /// <summary>What a cosigner signs (C2SP tlog-cosignature): a header, the time, the checkpoint's text.</summary>
    internal static string CosignedText(ulong time, string text) => $"cosignature/v1\ntime {time}\n{text}";

    private static ulong? TimeOf(byte[] signature) => signature.Length == 72 && BinaryPrimitives.ReadUInt64BigEndian(signature) is <= long.MaxValue and var time ? time : null;

    private byte[]? Signature(string line)
    {
        if (line.Split(' ') is not ["—", var name, var encoded] || name != Name) return null;
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length) && length > 4 && bytes.AsSpan(0, 4).SequenceEqual(Id) ? bytes[4..length] : null;
    }
}
