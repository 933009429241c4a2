using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.Verifier;

/// <summary>The diff of a round, as canonical text; not known once its payload is erased.</summary>
internal sealed record StatementDiff(bool Known, string? Text);

/// <summary>
/// The statement that people decide on: the digests that stand in an entry, and the diff from the payload. Its digest is computed here again,
/// as canonical JSON (RFC 8785), so an approval cannot be moved to other arguments, facts, contract or policy.
/// </summary>
internal static class Statement
{
    internal static StatementDiff DiffOf(ExportEntry entry) =>
        entry.Payload is null ? new StatementDiff(false, null) : new StatementDiff(true, entry.Beside("diff") is { } diff ? diff.GetRawText() : null);

    internal static string Digest(ExportEntry entry, StatementDiff diff) => Digest(string.Concat(
        $"{{\"action_id\":{Quoted(entry.Text("action_id"))},\"contract_hash\":{Quoted(entry.Text("contract_hash"))},",
        $"\"diff_hash\":{Quoted(diff.Text is null ? null : Digest(diff.Text))},\"facts_hash\":{Quoted(entry.Text("facts_hash"))},",
        $"\"param_hash\":{Quoted(entry.Text("param_hash"))},\"policy_hash\":{Quoted(entry.Text("policy_hash"))},",
        $"\"release\":{Quoted(entry.Text("release"))},\"round\":{entry.Number("round").ToString(CultureInfo.InvariantCulture)},\"v\":1}}"));

    private static string Digest(string text) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>All of these are digests and ids in ASCII, for which plain JSON is canonical.</summary>
    private static string Quoted(string? text) => text is null ? "null" : $"\"{JsonEncodedText.Encode(text)}\"";
}
