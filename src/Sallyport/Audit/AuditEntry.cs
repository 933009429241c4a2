using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Contracts.Json;

namespace Sallyport.Audit;

/// <summary>
/// A sealed audit entry. Its bytes are canonical and final: a Merkle tree over them can be built at any later time without rewriting
/// anything. Erasing the payload and its salt leaves the bytes, and so the log, verifiable, and says nothing about what was erased.
/// </summary>
/// <param name="Draft">What was to be said.</param>
/// <param name="At">When, by the store's clock.</param>
/// <param name="Leaf">Canonical bytes (RFC 8785), at most <see cref="MaxLeafBytes"/>.</param>
/// <param name="LeafHash">RFC 6962 leaf hash: SHA-256(0x00 ‖ leaf).</param>
/// <param name="Payload">Canonical payload beside the entry.</param>
/// <param name="Salt">Salt of the payload's digest.</param>
public sealed record AuditEntry(AuditDraft Draft, DateTimeOffset At, byte[] Leaf, byte[] LeafHash, string? Payload, byte[]? Salt)
{
    /// <summary>Largest entry that a C2SP tile can hold.</summary>
    public const int MaxLeafBytes = 65_535;

    /// <summary>Bytes of salt that the caller supplies for an entry with a payload.</summary>
    public const int SaltBytes = 16;

    /// <summary>Seals a draft.</summary>
    /// <exception cref="InvalidOperationException">The entry is larger than a tile allows: a bug, since everything large belongs into the payload.</exception>
    public static AuditEntry Seal(AuditDraft draft, string tenant, DateTimeOffset at, Func<int, byte[]> randomBytes)
    {
        var entry = new JsonObject
        {
            ["v"] = 1,
            ["kind"] = draft.Kind,
            ["at"] = Timestamp(at),
            ["tenant"] = tenant,
            ["actor"] = draft.Actor,
        };
        if (draft.ActionId is not null) entry["action_id"] = draft.ActionId;
        if (draft.TaskId is not null) entry["task_id"] = draft.TaskId;
        if (draft.TraceId is not null) entry["trace_id"] = draft.TraceId;
        foreach (var (name, value) in draft.Fields) entry[name] = value?.DeepClone();

        string? payload = null;
        byte[]? salt = null;
        if (draft.Payload is { } details)
        {
            payload = CanonicalJson.ToText(JsonSerializer.SerializeToElement(details));
            salt = randomBytes(SaltBytes);
            entry["payload"] = Commit(salt, payload);
        }

        var leaf = CanonicalJson.Serialize(JsonSerializer.SerializeToElement(entry));
        if (leaf.Length > MaxLeafBytes) throw new InvalidOperationException($"An audit entry of kind {draft.Kind} has {leaf.Length} bytes.");
        return new AuditEntry(draft, at, leaf, MerkleTree.LeafHash(leaf), payload, salt);
    }

    /// <summary>The digest that binds a payload to its entry: SHA-256(salt ‖ payload). Without the salt it reveals nothing.</summary>
    public static string Commit(ReadOnlySpan<byte> salt, string payload) =>
        CanonicalJson.Digest([.. salt, .. Encoding.UTF8.GetBytes(payload)]);

    /// <summary>RFC 3339 in UTC with milliseconds.</summary>
    public static string Timestamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
