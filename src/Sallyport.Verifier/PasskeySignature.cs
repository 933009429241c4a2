using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Sallyport.Verifier;

/// <summary>
/// An approval that its giver signed with a passkey (WebAuthn): the server cannot make one, so this is checked against the person's key and
/// not against the log's. Each member of the statement has its own digest, so what was changed can be named.
/// </summary>
internal static class PasskeySignature
{
    private const byte PresentAndVerified = 0x05;

    /// <summary>Members that stand in the entry of the decision itself.</summary>
    private static readonly string[] OfTheEntry =
        ["action_id", "approval", "release", "tool", "contract_hash", "policy_hash", "rule", "proposer", "param_hash", "facts_hash", "statement"];

    /// <summary>What is wrong with the signature of a decision, each fault with the name of the field; empty when it holds.</summary>
    /// <param name="entry">The decision.</param>
    /// <param name="accepted">The entry that opened this round: what was proposed.</param>
    /// <param name="book">People's keys.</param>
    internal static IEnumerable<string> Faults(ExportEntry entry, ExportEntry? accepted, PasskeyBook book)
    {
        var passkey = entry.Content.GetProperty("passkey");
        var userId = (entry.Text("actor") ?? "")["person:".Length..];
        var signed = Members(passkey, "signed");
        foreach (var name in Changed(entry, accepted, userId, signed)) yield return $"field {name} is not what the person signed";
        if (book.Find(Text(passkey, "credential_id"), userId, entry.Index) is not { } key)
        {
            yield return $"field credential_id names no passkey that was registered for person:{userId} before";
            yield break;
        }

        if (!book.IsKept(key)) yield return $"field credential_id names the passkey {key.Thumbprint}, which is not among those that you kept";
        foreach (var fault in SignatureFaults(passkey, key, signed)) yield return fault;
    }

    internal static string Thumbprint(string publicKey) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(publicKey)));

    private static IEnumerable<string> Changed(ExportEntry entry, ExportEntry? accepted, string userId, SortedDictionary<string, string> signed)
    {
        var expected = OfTheEntry.ToDictionary(name => name, name => Quoted(entry.Text(name)), StringComparer.Ordinal);
        expected["decision"] = Quoted(entry.Text("kind") == "decision.approve" ? "approve" : "deny");
        expected["user_id"] = Quoted(userId);
        expected["round"] = entry.Number("round").ToString(System.Globalization.CultureInfo.InvariantCulture);
        expected["type"] = Quoted("sallyport-approval/1");
        foreach (var (name, json) in expected)
            if (signed.GetValueOrDefault(name) != Digest(json)) yield return name;
        // What is beside the entries can be erased; then the hashes above still bind it.
        if (accepted?.Text("kind") == "action.accepted" && accepted.Beside("arguments") is { } arguments && signed.GetValueOrDefault("arguments") != Digest(arguments.GetRawText())) yield return "arguments";
        if (accepted?.Payload is not null && signed.GetValueOrDefault("diff") != Digest(accepted.Beside("diff")?.GetRawText() ?? "null")) yield return "diff";
        if (entry.Beside("signed") is not { } shown) yield break;
        foreach (var member in shown.EnumerateObject())
            if (signed.GetValueOrDefault(member.Name) != Digest(member.Value.GetRawText())) yield return "signed." + member.Name;
        foreach (var name in signed.Keys.Where(name => !shown.TryGetProperty(name, out _))) yield return "signed." + name;
    }

    private static IEnumerable<string> SignatureFaults(JsonElement passkey, RegisteredPasskey key, SortedDictionary<string, string> signed)
    {
        if (Bytes(passkey, "authenticator_data") is not { Length: >= 37 } data || Bytes(passkey, "client_data") is not { } client || Bytes(passkey, "signature") is not { } signature)
        {
            yield return "field authenticator_data, client_data or signature is not base64url, or too short";
            yield break;
        }

        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes("{" + string.Join(',', signed.Select(member => $"{Quoted(member.Key)}:{Quoted(member.Value)}")) + "}")));
        if (ClientText(client, "challenge") != challenge) yield return "field signed has other digests than the challenge in client_data that was signed";
        if (ClientText(client, "type") != "webauthn.get") yield return "field client_data.type is no signature's";
        if (ClientText(client, "origin") != key.Origin) yield return $"field client_data.origin is not {key.Origin}";
        if (!data.AsSpan(0, 32).SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(key.RpId)))) yield return $"field authenticator_data is for another site than {key.RpId}";
        else if ((data[32] & PresentAndVerified) != PresentAndVerified) yield return "field authenticator_data does not say that the person was present and verified";
        if (!Verifies(Convert.FromBase64String(key.PublicKey), [.. data, .. SHA256.HashData(client)], signature)) yield return "field signature does not fit authenticator_data, client_data and the person's key";
    }

    private static bool Verifies(byte[] publicKey, byte[] covered, byte[] signature)
    {
        var key = PublicKey.CreateFromSubjectPublicKeyInfo(publicKey, out _);
        using var ecdsa = key.GetECDsaPublicKey();
        if (ecdsa is not null) return ecdsa.VerifyData(covered, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        using var rsa = key.GetRSAPublicKey();
        return rsa is not null && rsa.VerifyData(covered, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static SortedDictionary<string, string> Members(JsonElement json, string name) => new(
        json.TryGetProperty(name, out var members) && members.ValueKind == JsonValueKind.Object ? members.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.ToString()) : [], StringComparer.Ordinal);

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static byte[]? Bytes(JsonElement json, string name)
    {
        try
        {
            return Base64Url.DecodeFromChars(Text(json, name));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? ClientText(byte[] client, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(client);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Digest(string json) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));

    /// <summary>Ids, digests and names of rules are ASCII, for which plain JSON is canonical.</summary>
    private static string Quoted(string? text) => text is null ? "null" : $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
