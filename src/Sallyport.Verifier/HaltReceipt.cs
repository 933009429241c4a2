using System.Security.Cryptography;
using System.Text.Json;

namespace Sallyport.Verifier;

/// <summary>What verifying the receipt of a halt found.</summary>
/// <param name="Verified">True when a key that the reader kept signed it.</param>
/// <param name="Statement">What was signed: what is stopped, who confirmed, what was cancelled, what may still land.</param>
/// <param name="Faults">What is wrong.</param>
public sealed record HaltReport(bool Verified, JsonElement? Statement, IReadOnlyList<string> Faults)
{
    /// <summary>For people.</summary>
    public string ToText() => Verified ? $"verified: {Statement}" : "NOT VERIFIED\n" + string.Join('\n', Faults.Select(fault => "  " + fault));
}

/// <summary>The receipt of a halt: a signed note (C2SP signed-note) under the log's key over one line of canonical JSON.</summary>
public static class HaltReceipt
{
    private const string FirstLine = "sallyport kill receipt v1";

    /// <summary>Verifies a receipt with a key that the reader kept; it carries none of its own.</summary>
    public static HaltReport Verify(string file, ReaderTrust trust)
    {
        try
        {
            if (trust.KeyFile is null) return Failed("A receipt is verified with a key that you kept: --key FILE.");
            var note = File.ReadAllText(file);
            var end = note.IndexOf("\n\n", StringComparison.Ordinal);
            if (end < 0 || note[..(end + 1)] is not { } text || text.Split('\n') is not [FirstLine, var statement, ""]) return Failed("It is no receipt of a halt.");
            var lines = note[(end + 2)..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var keys = NoteKey.ReadAll(trust.KeyFile).Where(key => key.Algorithm == NoteKey.LogSignature).ToList();
            if (!lines.Any(line => keys.Any(key => key.Verifies(line, text)))) return Failed("None of the keys signed it.");
            using var json = JsonDocument.Parse(statement);
            return new HaltReport(true, json.RootElement.Clone(), []);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or JsonException or CryptographicException)
        {
            return Failed(fault.Message);
        }
    }

    private static HaltReport Failed(string fault) => new(false, null, [fault]);
}
