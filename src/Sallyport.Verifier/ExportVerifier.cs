using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.Verifier;

/// <summary>What verifying an export found.</summary>
/// <param name="Verified">True when nothing is wrong.</param>
/// <param name="Size">Entries.</param>
/// <param name="Root">Root hash, base64.</param>
/// <param name="Payloads">Payloads present and matching.</param>
/// <param name="Erased">Payloads that the entries name but that are not in the export.</param>
/// <param name="Effects">Effects whose intent and approval were checked.</param>
/// <param name="Statements">Statements that people decided on whose digests were computed again from what stands in the export.</param>
/// <param name="Signatures">Approvals whose giver's own signature was checked.</param>
/// <param name="Witnesses">Which believed witnesses cosigned, and when.</param>
/// <param name="Faults">Everything that is wrong.</param>
/// <param name="Notes">What is not wrong, but worth knowing.</param>
public sealed record VerificationReport(
    bool Verified, long Size, string Root, int Payloads, int Erased, int Effects, int Statements, int Signatures, IReadOnlyList<string> Witnesses, IReadOnlyList<string> Faults, IReadOnlyList<string> Notes)
{
    internal static VerificationReport Failed(IReadOnlyList<string> faults) => new(false, 0, "", 0, 0, 0, 0, 0, [], faults, []);

    /// <summary>For people.</summary>
    public string ToText() => Verified
        ? $"verified: {Size} entries, root {Root}, {Payloads} payloads match, {Erased} erased, {Effects} effects have their intent and approvals, {Statements} statements computed again, {Signatures} approvals signed by their givers, "
            + (Witnesses.Count == 0 ? "no cosignature" : "cosigned by " + string.Join(", ", Witnesses)) + string.Concat(Notes.Select(note => "\n  note: " + note))
        : "NOT VERIFIED\n" + string.Join('\n', Faults.Select(fault => "  " + fault));
}

/// <summary>
/// An independent second implementation: it shares no code with the server that wrote the log, and needs no network and no store.
/// </summary>
public static class ExportVerifier
{
    /// <summary>How reports are written.</summary>
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Verifies the folder that <c>sallyport audit export</c> wrote.</summary>
    /// <param name="folder">Holds <c>entries.ndjson</c>, <c>checkpoint</c>, <c>key</c>, and where there are any <c>witnesses</c> and <c>rotations</c>.</param>
    /// <param name="trust">What the reader kept; null to trust the folder's keys.</param>
    public static VerificationReport Verify(string folder, ReaderTrust? trust = null) => Read(folder, trust ?? new ReaderTrust()).Report;

    internal static (VerificationReport Report, List<ExportEntry> Entries) Read(string folder, ReaderTrust trust)
    {
        var faults = new List<string>();
        try
        {
            var files = new ExportFolder(folder);
            var entries = ExportEntry.ReadAll(files.EntriesFile, faults);
            var hashes = entries.Select(entry => Rfc6962.LeafHash(entry.Leaf)).ToArray();
            var keys = TrustChain.Follow(files.Keys(trust), files.Rotations, entries, hashes, faults);
            var checkpoint = Checkpoint.Open(files.Checkpoint, keys);
            var root = CheckTree(hashes, checkpoint, faults);
            if (trust.OldCheckpointFile is { } old) CheckOld(hashes, Checkpoint.Open(File.ReadAllText(old), keys), faults);
            var witnesses = Cosignatures.Check(checkpoint, files.Witnesses(trust), trust.WitnessesNeeded, faults);
            var (payloads, erased) = CheckPayloads(entries, faults);
            var stories = ActionStory.Check(entries, new PasskeyBook(entries, trust.ApproverKeys), faults);
            return (new VerificationReport(faults.Count == 0, entries.Count, root, payloads, erased, stories.Effects, stories.Statements, stories.Signatures, witnesses, faults, stories.Notes), entries);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or JsonException or CryptographicException or KeyNotFoundException or InvalidOperationException)
        {
            faults.Add(fault.Message);
            return (VerificationReport.Failed(faults), []);
        }
    }

    private static string CheckTree(byte[][] hashes, Checkpoint checkpoint, List<string> faults)
    {
        var root = Rfc6962.Root(hashes);
        if (hashes.Length != checkpoint.Size) faults.Add($"The checkpoint covers {checkpoint.Size} entries, but the export has {hashes.Length}.");
        else if (!root.AsSpan().SequenceEqual(checkpoint.Root)) faults.Add($"The entries give another root than the checkpoint over {checkpoint.Size} entries says: an entry was changed, removed or moved.");
        return Convert.ToBase64String(root);
    }

    private static void CheckOld(byte[][] hashes, Checkpoint old, List<string> faults)
    {
        if (old.Size > hashes.Length) faults.Add($"The kept checkpoint covers {old.Size} entries, but the export has only {hashes.Length}: the log was rolled back.");
        else if (!Rfc6962.Root(hashes.AsSpan(0, (int)old.Size)).AsSpan().SequenceEqual(old.Root)) faults.Add($"The first {old.Size} entries are not those of the kept checkpoint: history was rewritten.");
    }

    private static (int Payloads, int Erased) CheckPayloads(List<ExportEntry> entries, List<string> faults)
    {
        var (matching, erased) = (0, 0);
        foreach (var entry in entries)
        {
            if (entry.Text("payload") is not { } commitment)
            {
                if (entry.Payload is not null) faults.Add($"Entry {entry.Index} has a payload that it does not name.");
                continue;
            }

            if (entry.Payload is null || entry.Salt is null) erased++;
            else if ("sha256:" + Convert.ToHexStringLower(SHA256.HashData([.. entry.Salt, .. Encoding.UTF8.GetBytes(entry.Payload)])) == commitment) matching++;
            else faults.Add($"The payload of entry {entry.Index} is not the one that the entry names.");
        }

        return (matching, erased);
    }
}
