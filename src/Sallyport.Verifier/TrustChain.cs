namespace Sallyport.Verifier;

/// <summary>
/// Follows the log's keys from those that the reader kept: a new key counts from the checkpoint on that announces it, if a trusted key
/// signed that checkpoint and its entries are in the log.
/// </summary>
internal static class TrustChain
{
    private const string Announcement = "audit.key_rotated";

    /// <summary>All keys that are trusted in the end.</summary>
    internal static List<NoteKey> Follow(IReadOnlyList<NoteKey> kept, IReadOnlyList<string> rotations, List<ExportEntry> entries, byte[][] hashes, List<string> faults)
    {
        var trusted = kept.ToList();
        foreach (var checkpoint in rotations.Select(Checkpoint.Parse).OrderBy(checkpoint => checkpoint.Size))
        {
            // A reader who kept a newer key need not trust older ones again.
            if (!checkpoint.IsSignedBy(trusted)) continue;
            if (checkpoint.Size > hashes.Length || !Rfc6962.Root(hashes.AsSpan(0, (int)checkpoint.Size)).AsSpan().SequenceEqual(checkpoint.Root))
            {
                faults.Add($"The checkpoint over {checkpoint.Size} entries, which announces a key, does not fit the entries.");
                continue;
            }

            foreach (var entry in entries.Take((int)checkpoint.Size).Where(entry => entry.Text("kind") == Announcement))
            {
                if (entry.Text("old_key") is not { } old || entry.Text("new_key") is not { } fresh || trusted.All(key => key.ToString() != old)) continue;
                var key = NoteKey.Parse(fresh);
                if (key.Name != checkpoint.Origin) faults.Add($"Entry {entry.Index} announces a key of another log.");
                else if (!trusted.Contains(key) && trusted.All(known => known.ToString() != fresh)) trusted.Add(key);
            }
        }

        return trusted;
    }
}
