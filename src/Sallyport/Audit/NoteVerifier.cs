using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Audit;

/// <summary>A verifier key of C2SP signed-note: <c>name+id+base64(algorithm ‖ key)</c>.</summary>
public sealed record NoteVerifier
{
    /// <summary>Algorithm byte of a plain Ed25519 note signature.</summary>
    internal const byte Ed25519Note = 0x01;

    /// <summary>Algorithm byte of a timestamped Ed25519 cosignature (C2SP tlog-cosignature).</summary>
    internal const byte Ed25519Cosignature = 0x04;

    private readonly byte _algorithm;
    private readonly byte[] _publicKey;

    internal NoteVerifier(string name, byte algorithm, byte[] publicKey)
    {
        (Name, _algorithm, _publicKey) = (name, algorithm, publicKey);
        KeyId = SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', algorithm, .. publicKey])[..4];
    }

    /// <summary>Name of whoever signs.</summary>
    public string Name { get; }

    /// <summary>The four bytes that lead a signature of this key.</summary>
    internal byte[] KeyId { get; }

    /// <summary>Reads the key of a witness.</summary>
    /// <exception cref="FormatException">It is no Ed25519 cosigner's key.</exception>
    public static NoteVerifier ParseWitness(string text)
    {
        if (text.Trim().Split('+', 3) is not [{ Length: > 0 } name, var id, var encoded]) throw new FormatException("A witness key is name+id+base64.");
        var material = Convert.FromBase64String(encoded);
        if (material.Length != 33 || material[0] != Ed25519Cosignature) throw new FormatException($"The key of the witness {name} is no Ed25519 cosigner's key (algorithm 0x04).");
        var verifier = new NoteVerifier(name, material[0], material[1..]);
        return string.Equals(Convert.ToHexStringLower(verifier.KeyId), id, StringComparison.Ordinal) ? verifier : throw new FormatException($"The id of the key of {name} does not fit the key.");
    }

    /// <summary>The key as text.</summary>
    public override string ToString() => $"{Name}+{Convert.ToHexStringLower(KeyId)}+{Convert.ToBase64String([_algorithm, .. _publicKey])}";

    /// <summary>Whether a signature line of a note is this key's over a text.</summary>
    internal bool Verifies(string line, string text)
    {
        if (line.Split(' ') is not ["—", var name, var encoded] || name != Name) return false;
        var buffer = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, buffer, out var length) || length < 4 || !buffer.AsSpan(0, 4).SequenceEqual(KeyId)) return false;
        var rest = buffer[4..length];
        if (_algorithm == Ed25519Note) return rest.Length == Ed25519.SignatureBytes && Ed25519.Verify(_publicKey, Encoding.UTF8.GetBytes(text), rest);
        if (rest.Length != 8 + Ed25519.SignatureBytes) return false;
        var time = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(rest);
        return time <= long.MaxValue && Ed25519.Verify(_publicKey, Encoding.UTF8.GetBytes($"cosignature/v1\ntime {time}\n{text}"), rest[8..]);
    }
}
