using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Verifier;

/// <summary>A verifier key of C2SP signed-note: <c>name+hash+base64(algorithm ‖ key)</c>.</summary>
internal sealed record NoteKey(string Name, byte[] Hash, byte[] PublicKey)
{
    /// <exception cref="FormatException">It is no Ed25519 verifier key.</exception>
    internal static NoteKey Parse(string text)
    {
        var parts = text.Split('+', 3);
        if (parts.Length != 3) throw new FormatException("The key is not name+hash+base64.");
        var material = Convert.FromBase64String(parts[2]);
        if (material.Length != 33 || material[0] != 0x01) throw new FormatException("The key is no Ed25519 key.");
        var hash = SHA256.HashData([.. Encoding.UTF8.GetBytes(parts[0]), (byte)'\n', .. material])[..4];
        if (!string.Equals(Convert.ToHexString(hash), parts[1], StringComparison.OrdinalIgnoreCase)) throw new FormatException("The key's hash does not fit the key.");
        return new NoteKey(parts[0], hash, material[1..]);
    }
}

/// <summary>A checkpoint whose signature was verified (C2SP tlog-checkpoint in a signed note).</summary>
internal sealed record Checkpoint(long Size, string Root)
{
    /// <exception cref="FormatException">It is malformed, of another log, or not signed by the key.</exception>
    internal static Checkpoint Open(string note, NoteKey key)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0) throw new FormatException("The checkpoint is no signed note.");
        var text = note[..(end + 1)];
        var signed = note[(end + 2)..].Split('\n', StringSplitOptions.RemoveEmptyEntries).Any(line => Signs(line, key, text));
        if (!signed) throw new FormatException($"The checkpoint carries no valid signature of {key.Name}.");
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[0] != key.Name) throw new FormatException("The checkpoint is of another log.");
        return new Checkpoint(long.Parse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture), lines[2]);
    }

    private static bool Signs(string line, NoteKey key, string text)
    {
        if (line.Split(' ') is not ["—", var name, var blob] || name != key.Name) return false;
        var bytes = Convert.FromBase64String(blob);
        return bytes.Length == 68 && bytes.AsSpan(0, 4).SequenceEqual(key.Hash) && OpenSslEd25519.Verify(key.PublicKey, Encoding.UTF8.GetBytes(text), bytes[4..]);
    }
}
