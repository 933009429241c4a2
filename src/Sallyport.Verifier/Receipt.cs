using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.Verifier;

/// <summary>What verifying a receipt found.</summary>
/// <param name="Verified">True when the entry is in the log that the keys signed.</param>
/// <param name="Index">Its place.</param>
/// <param name="Size">Entries that the checkpoint covers.</param>
/// <param name="Entry">The entry itself, JSON.</param>
/// <param name="Witnesses">Which believed witnesses cosigned, and when.</param>
/// <param name="Faults">What is wrong.</param>
public sealed record ReceiptReport(bool Verified, long Index, long Size, JsonElement? Entry, IReadOnlyList<string> Witnesses, IReadOnlyList<string> Faults)
{
    /// <summary>For people.</summary>
    public string ToText() => Verified
        ? $"verified: entry {Index} of a log of {Size} entries, {(Witnesses.Count == 0 ? "no cosignature" : "cosigned by " + string.Join(", ", Witnesses))}\n{Entry}"
        : "NOT VERIFIED\n" + string.Join('\n', Faults.Select(fault => "  " + fault));
}

/// <summary>A receipt: a C2SP tlog-proof of one entry, which it carries as its extra data.</summary>
public static class Receipt
{
    private const string FirstLine = "c2sp.org/tlog-proof@v1";
    private const int MostHashes = 63;

    /// <summary>Verifies a receipt. Without a key nothing is verified: a receipt carries no key of its own.</summary>
    public static ReceiptReport Verify(string file, ReaderTrust trust)
    {
        try
        {
            var lines = File.ReadAllText(file, Encoding.UTF8);
            var split = lines.IndexOf("\n\n", StringComparison.Ordinal);
            if (split < 0 || lines[..split].Split('\n') is not [FirstLine, var extra, var place, .. var hashes] || hashes.Length > MostHashes
                || !extra.StartsWith("extra ", StringComparison.Ordinal) || !place.StartsWith("index ", StringComparison.Ordinal)) return Failed("It is no receipt: not the lines of c2sp.org/tlog-proof@v1 with the entry as extra data.");
            if (trust.KeyFile is null) return Failed("A receipt is verified with a key that you kept: --key FILE.");
            var leaf = Convert.FromBase64String(extra["extra ".Length..]);
            var index = long.Parse(place["index ".Length..], NumberStyles.None, CultureInfo.InvariantCulture);
            var checkpoint = Checkpoint.Open(lines[(split + 2)..], NoteKey.ReadAll(trust.KeyFile));
            var faults = new List<string>();
            if (!Rfc6962.Includes(Rfc6962.LeafHash(leaf), index, checkpoint.Size, [.. hashes.Select(Convert.FromBase64String)], checkpoint.Root)) faults.Add("The proof does not lead from the entry to the checkpoint's root.");
            var witnesses = Cosignatures.Check(checkpoint, trust.WitnessKeyFile is { } kept ? NoteKey.ReadAll(kept) : [], trust.WitnessesNeeded, faults);
            return new ReceiptReport(faults.Count == 0, index, checkpoint.Size, ExportEntry.Of(index, leaf, null, null).Content, witnesses, faults);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or OverflowException or JsonException or CryptographicException)
        {
            return Failed(fault.Message);
        }
    }

    private static ReceiptReport Failed(string fault) => new(false, 0, 0, null, [], [fault]);
}
