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
/// <param name="Faults">Everything that is wrong.</param>
public sealed record VerificationReport(bool Verified, long Size, string Root, int Payloads, int Erased, int Effects, IReadOnlyList<string> Faults)
{
    /// <summary>For people.</summary>
    public string ToText() => Verified
        ? $"verified: {Size} entries, root {Root}, {Payloads} payloads match, {Erased} erased, {Effects} effects have their intent and approvals"
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
    /// <param name="folder">Holds <c>entries.ndjson</c>, <c>checkpoint</c> and <c>key</c>.</param>
    /// <param name="keyFile">A verifier key that the reader kept; null to trust the folder's.</param>
    /// <param name="oldCheckpointFile">A checkpoint that the reader kept.</param>
    public static VerificationReport Verify(string folder, string? keyFile = null, string? oldCheckpointFile = null)
    {
        var faults = new List<string>();
        try
        {
            var key = NoteKey.Parse(File.ReadAllText(keyFile ?? Path.Combine(folder, "key")).Trim());
            var checkpoint = Checkpoint.Open(File.ReadAllText(Path.Combine(folder, "checkpoint")), key);
            var entries = ExportEntry.ReadAll(Path.Combine(folder, "entries.ndjson"), faults);
            var root = CheckTree(entries, checkpoint, faults);
            if (oldCheckpointFile is not null) CheckOld(entries, Checkpoint.Open(File.ReadAllText(oldCheckpointFile), key), faults);
            var (payloads, erased) = CheckPayloads(entries, faults);
            var effects = ActionStory.Check(entries, faults);
            return new VerificationReport(faults.Count == 0, entries.Count, root, payloads, erased, effects, faults);
        }
        catch (Exception fault) when (fault is IOException or FormatException or JsonException or CryptographicException)
        {
            faults.Add(fault.Message);
            return new VerificationReport(false, 0, "", 0, 0, 0, faults);
        }
    }

    private static string CheckTree(List<ExportEntry> entries, Checkpoint checkpoint, List<string> faults)
    {
        var root = Convert.ToBase64String(Rfc6962.Root([.. entries.Select(entry => entry.Leaf)]));
        if (entries.Count != checkpoint.Size) faults.Add($"The checkpoint covers {checkpoint.Size} entries, but the export has {entries.Count}.");
        else if (root != checkpoint.Root) faults.Add($"The entries give the root {root}, but the checkpoint says {checkpoint.Root}: an entry was changed, removed or moved.");
        return root;
    }

    private static void CheckOld(List<ExportEntry> entries, Checkpoint old, List<string> faults)
    {
        if (old.Size > entries.Count) faults.Add($"The kept checkpoint covers {old.Size} entries, but the export has only {entries.Count}: the log was rolled back.");
        else if (Convert.ToBase64String(Rfc6962.Root([.. entries.Take((int)old.Size).Select(entry => entry.Leaf)])) != old.Root)
            faults.Add($"The first {old.Size} entries are not those of the kept checkpoint: history was rewritten.");
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
