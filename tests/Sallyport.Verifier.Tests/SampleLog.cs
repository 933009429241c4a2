using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;

namespace Sallyport.Verifier.Tests;

/// <summary>A small log with real statements, which a test may forge at will: whoever forges holds the log's own key.</summary>
internal sealed class SampleLog
{
    private readonly List<JsonObject> _lines = [];

    internal SampleLog(LogSigner signer) => Signer = signer;

    internal LogSigner Signer { get; set; }

    internal int Count => _lines.Count;

    /// <summary>The entry at a place, as JSON that can be changed.</summary>
    internal JsonObject this[int index]
    {
        get => JsonNode.Parse(Convert.FromBase64String(_lines[index]["leaf"]!.GetValue<string>()))!.AsObject();
        set => _lines[index]["leaf"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(Contracts.Json.CanonicalJson.ToText(JsonSerializer.SerializeToElement(value))));
    }

    internal static SampleLog Two(LogSigner signer)
    {
        var log = new SampleLog(signer);
        log.Refund("act_1", 4_200);
        log.Refund("act_2", 900);
        return log;
    }

    /// <summary>An approved refund: accepted, approved, intent, effect.</summary>
    internal void Refund(string action, int amount)
    {
        var diff = new JsonObject { ["refunded"] = amount };
        var statement = Digest($"{{\"action_id\":\"{action}\",\"contract_hash\":\"sha256:c\",\"diff_hash\":\"{Digest(diff.ToJsonString())}\",\"facts_hash\":\"sha256:f{amount}\",\"param_hash\":\"sha256:p{amount}\",\"policy_hash\":\"sha256:q\",\"release\":\"sha256:r\",\"round\":1,\"v\":1}}");
        Add("action.accepted", "agent:agt_1", action, amount, 1, "pending", null, [], new JsonObject { ["arguments"] = new JsonObject { ["amount"] = amount }, ["facts"] = new JsonObject { ["paid"] = true }, ["diff"] = diff, ["agent_name"] = "refund-agent" });
        Add("decision.approve", "person:usr_1", action, amount, 2, "approved", "pending", new JsonObject { ["statement"] = statement, ["evidence"] = new JsonArray("group:support-leads") }, new JsonObject { ["username"] = "dana", ["reason"] = "photo seen" });
        Add("effect.intent", "system", action, amount, 3, "dispatching", "approved", new JsonObject { ["statement"] = statement, ["approvers"] = new JsonArray("person:usr_1") }, null);
        Add("effect.succeeded", "system", action, amount, 4, "succeeded", "dispatching", [], new JsonObject { ["result"] = new JsonObject { ["refund"] = "rf_" + amount } });
    }

    internal void Announce(string old, string fresh) => Append(AuditEntry.Seal(new AuditDraft("audit.key_rotated", "person:usr_9") { Fields = new JsonObject { ["old_key"] = old, ["new_key"] = fresh } }, "default", Time(), Bytes));

    internal void Move(int from, int to)
    {
        var line = _lines[from];
        _lines.RemoveAt(from);
        _lines.Insert(to, line);
    }

    internal void Insert(int at, JsonObject line) => _lines.Insert(at, line);

    internal JsonObject Line(int index) => _lines[index];

    internal void Remove(int from, int count) => _lines.RemoveRange(from, count);

    internal void Graft(SampleLog other, int from)
    {
        _lines.RemoveRange(from, _lines.Count - from);
        _lines.AddRange(other._lines.Skip(from).Select(line => line.DeepClone().AsObject()));
    }

    internal void EraseAll()
    {
        foreach (var line in _lines) (line["payload"], line["salt"]) = (null, null);
    }

    internal string Checkpoint(int? size = null) => Signer.Sign(size ?? Count, MerkleTree.Root(_lines.Take(size ?? Count).Select(line => MerkleTree.LeafHash(Convert.FromBase64String(line["leaf"]!.GetValue<string>())))));

    /// <summary>Writes it as an export, with whatever checkpoint the forger likes.</summary>
    internal void Write(string folder, string? checkpoint = null)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < Count; i++) _lines[i]["index"] = i;
        File.WriteAllLines(Path.Combine(folder, "entries.ndjson"), _lines.Select(line => line.ToJsonString()));
        File.WriteAllText(Path.Combine(folder, "checkpoint"), checkpoint ?? Checkpoint());
        File.WriteAllText(Path.Combine(folder, "key"), Signer.VerifierKey + "\n");
    }

    private void Add(string kind, string actor, string action, int amount, int version, string state, string? from, JsonObject extra, JsonObject? payload)
    {
        var fields = new JsonObject
        {
            ["tool"] = "issue_refund", ["proposer"] = "agt_1", ["state"] = state, ["version"] = version, ["attempt"] = version < 3 ? 0 : 1, ["decision"] = "approve", ["rule"] = "large", ["round"] = 1,
            ["param_hash"] = "sha256:p" + amount, ["contract_hash"] = "sha256:c", ["policy_hash"] = "sha256:q", ["facts_hash"] = "sha256:f" + amount, ["release"] = "sha256:r",
        };
        if (from is not null) fields["from"] = from;
        foreach (var (name, value) in extra) fields[name] = value?.DeepClone();
        Append(AuditEntry.Seal(new AuditDraft(kind, actor, action) { Fields = fields, Payload = payload }, "default", Time(), Bytes));
    }

    private void Append(AuditEntry entry) => _lines.Add(new JsonObject
    {
        ["index"] = Count, ["leaf"] = Convert.ToBase64String(entry.Leaf), ["payload"] = entry.Payload, ["salt"] = entry.Salt is null ? null : Convert.ToBase64String(entry.Salt),
    });

    private DateTimeOffset Time() => DateTimeOffset.UnixEpoch.AddSeconds(Count);

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];

    private static string Digest(string text) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
