using System.Globalization;

namespace Sallyport.Audit;

/// <summary>The text of a checkpoint (C2SP tlog-checkpoint) and the lines of the signed note around it.</summary>
/// <param name="Origin">Name of the log.</param>
/// <param name="Size">Entries.</param>
/// <param name="Root">Root hash.</param>
internal sealed record CheckpointNote(string Origin, long Size, byte[] Root)
{
    internal static string Text(string origin, long size, byte[] root) => $"{origin}\n{size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(root)}\n";

    /// <summary>Reads the three lines; whose signatures it carries is another question.</summary>
    /// <exception cref="FormatException">It is no checkpoint.</exception>
    internal static CheckpointNote Parse(string note)
    {
        if (Split(note).Text.Split('\n') is not [{ Length: > 0 } origin, var size, var root, ""]) throw new FormatException("It is not a checkpoint of three lines.");
        var parsed = new CheckpointNote(origin, long.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture), Convert.FromBase64String(root));
        return parsed.Root.Length == MerkleTree.HashBytes && Text(origin, parsed.Size, parsed.Root) == Split(note).Text ? parsed : throw new FormatException("The checkpoint is not written canonically.");
    }

    internal static (string Text, string[] Signatures) Split(string note)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        return end < 0 ? throw new FormatException("It is no signed note.") : (note[..(end + 1)], note[(end + 2)..].Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    internal static bool IsSignedBy(string note, NoteVerifier key)
    {
        var (text, signatures) = Split(note);
        return signatures.Any(line => key.Verifies(line, text));
    }
}
