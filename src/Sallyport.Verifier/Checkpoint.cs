using System.Globalization;

namespace Sallyport.Verifier;

/// <summary>A checkpoint (C2SP tlog-checkpoint in a signed note), and the signature lines under it.</summary>
internal sealed record Checkpoint(string Origin, long Size, byte[] Root, string Text, IReadOnlyList<string> Signatures)
{
    private const int MostSignatures = 100;

    /// <exception cref="FormatException">It is malformed.</exception>
    internal static Checkpoint Parse(string note)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || !note.EndsWith('\n')) throw new FormatException("The checkpoint is no signed note.");
        var text = note[..(end + 1)];
        var signatures = note[(end + 2)..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (signatures.Length is 0 or > MostSignatures || text.Split('\n') is not [{ Length: > 0 } origin, var number, var hash, .., ""]) throw new FormatException("The checkpoint is not origin, size, root and signatures.");
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || (number.Length > 1 && number[0] == '0')) throw new FormatException("The checkpoint's size is no number.");
        var root = Convert.FromBase64String(hash);
        return root.Length == 32 ? new Checkpoint(origin, size, root, text, signatures) : throw new FormatException("The checkpoint's root is no SHA-256 hash.");
    }

    /// <summary>Reads a checkpoint that one of the keys must have signed as the log of its name.</summary>
    /// <exception cref="FormatException">It is malformed, of another log, or signed by none of the keys.</exception>
    internal static Checkpoint Open(string note, IReadOnlyCollection<NoteKey> keys)
    {
        var checkpoint = Parse(note);
        if (keys.All(key => key.Name != checkpoint.Origin)) throw new FormatException($"The checkpoint is of another log ({checkpoint.Origin}).");
        return checkpoint.IsSignedBy(keys) ? checkpoint : throw new FormatException($"The checkpoint over {checkpoint.Size} entries carries no valid signature of a trusted key of {checkpoint.Origin}.");
    }

    internal bool IsSignedBy(IEnumerable<NoteKey> keys) =>
        keys.Any(key => key.Algorithm == NoteKey.LogSignature && key.Name == Origin && Signatures.Any(line => key.Verifies(line, Text)));
}
