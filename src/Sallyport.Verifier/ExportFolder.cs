namespace Sallyport.Verifier;

/// <summary>What the reader holds independently of the export. All of it is optional, and what is missing is taken from the folder.</summary>
/// <param name="KeyFile">Verifier keys of the log, one a line.</param>
/// <param name="OldCheckpointFile">A checkpoint that the reader kept.</param>
/// <param name="WitnessKeyFile">Verifier keys of witnesses that the reader trusts, one a line.</param>
/// <param name="WitnessesNeeded">Valid cosignatures that the checkpoint must carry.</param>
/// <param name="ApproverKeyFile">Thumbprints of the approvers' passkeys that the reader got from the people themselves, one a line.</param>
public sealed record ReaderTrust(string? KeyFile = null, string? OldCheckpointFile = null, string? WitnessKeyFile = null, int WitnessesNeeded = 0, string? ApproverKeyFile = null)
{
    internal IReadOnlySet<string>? ApproverKeys => ApproverKeyFile is null ? null : File.ReadLines(ApproverKeyFile).Select(line => line.Split(' ')[0].Trim()).Where(line => line.Length > 0).ToHashSet(StringComparer.Ordinal);
}

/// <summary>The files of an export.</summary>
internal sealed class ExportFolder(string folder)
{
    internal string Checkpoint => File.ReadAllText(Path.Combine(folder, "checkpoint"));

    internal string EntriesFile => Path.Combine(folder, "entries.ndjson");

    /// <summary>The keys to start from: the reader's, or the folder's oldest.</summary>
    internal List<NoteKey> Keys(ReaderTrust trust) => trust.KeyFile is { } kept ? NoteKey.ReadAll(kept) : [NoteKey.Parse(File.ReadLines(Path.Combine(folder, "key")).First())];

    /// <summary>The witnesses to believe: the reader's, or those that the folder names.</summary>
    internal List<NoteKey> Witnesses(ReaderTrust trust) =>
        trust.WitnessKeyFile is { } kept ? NoteKey.ReadAll(kept) : File.Exists(Path.Combine(folder, "witnesses")) ? NoteKey.ReadAll(Path.Combine(folder, "witnesses")) : [];

    /// <summary>The checkpoints that announced keys.</summary>
    internal IReadOnlyList<string> Rotations => Directory.Exists(Path.Combine(folder, "rotations"))
        ? [.. Directory.EnumerateFiles(Path.Combine(folder, "rotations"), "*.checkpoint").Order(StringComparer.Ordinal).Select(File.ReadAllText)] : [];
}
