using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Verifier;

namespace Sallyport.Server.Tests.Audit;

/// <summary>The independent verifier against exports that somebody forged.</summary>
public sealed class ExportVerifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-export-").FullName;
    private readonly LogSigner _signer = new("sallyport/test", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
    private readonly List<(AuditEntry Entry, string Line)> _log = [];

    public ExportVerifierTests()
    {
        Story("act_1", approver: "person:usr_1");
        Story("act_2", approver: null);
        Write(_log.Select(entry => entry.Line), _log.Count);
    }

    [Fact]
    public void Export_Untouched_Verifies()
    {
        var report = ExportVerifier.Verify(_folder);
        Assert.True(report.Verified, report.ToText());
        Assert.Equal((_log.Count, 2), ((int)report.Size, report.Effects));
    }

    [Theory]
    [InlineData("edit")]
    [InlineData("delete")]
    [InlineData("insert")]
    [InlineData("reorder")]
    [InlineData("truncate")]
    [InlineData("payload")]
    [InlineData("approver")]
    public void Export_Forged_DoesNotVerify(string forgery)
    {
        var lines = _log.Select(entry => entry.Line).ToList();
        switch (forgery)
        {
            case "edit": lines[1] = Changed(lines[1], "\"actor\":\"person:usr_1\"", "\"actor\":\"person:usr_9\""); break;
            case "delete": lines.RemoveAt(2); break;
            case "insert": lines.Insert(2, lines[1]); break;
            case "reorder": (lines[0], lines[1]) = (lines[1], lines[0]); break;
            case "truncate": lines.RemoveRange(4, lines.Count - 4); break;
            case "payload": lines[0] = lines[0].Replace("4200", "42", StringComparison.Ordinal); break;
            case "approver": lines[2] = Changed(lines[2], "person:usr_1", "person:usr_2"); break;
            default: throw new InvalidOperationException(forgery);
        }

        Write(lines, null);
        Assert.False(ExportVerifier.Verify(_folder).Verified);
    }

    [Fact]
    public void Export_ReSignedByAnotherKey_DoesNotVerifyWithTheKeptKey()
    {
        var kept = Path.Combine(_folder, "kept.key");
        File.WriteAllText(kept, _signer.VerifierKey);
        var forger = new LogSigner("sallyport/test", new byte[32]);
        File.WriteAllText(Path.Combine(_folder, "checkpoint"), forger.Sign(_log.Count, Root(_log.Count)));
        File.WriteAllText(Path.Combine(_folder, "key"), forger.VerifierKey);
        Assert.True(ExportVerifier.Verify(_folder).Verified);
        Assert.False(ExportVerifier.Verify(_folder, new ReaderTrust(kept)).Verified);
    }

    [Fact]
    public void Export_OfARewrittenLog_DoesNotContainTheKeptCheckpoint()
    {
        var kept = Path.Combine(_folder, "old.checkpoint");
        File.WriteAllText(kept, _signer.Sign(4, Root(4)));
        Assert.True(ExportVerifier.Verify(_folder, new ReaderTrust(OldCheckpointFile: kept)).Verified);
        File.WriteAllText(kept, _signer.Sign(4, Root(3)));
        Assert.False(ExportVerifier.Verify(_folder, new ReaderTrust(OldCheckpointFile: kept)).Verified);
        File.WriteAllText(kept, _signer.Sign(_log.Count + 5, Root(4)));
        Assert.False(ExportVerifier.Verify(_folder, new ReaderTrust(OldCheckpointFile: kept)).Verified);
    }

    [Theory]
    [InlineData("effect.intent")]
    [InlineData("decision.approve")]
    public void Export_WhoseSignerLeftOutAnEntry_IsCaughtByTheStory(string kind)
    {
        // Even a log that is signed as it stands must tell a story that makes sense.
        var kept = _log.Where(entry => entry.Entry.Draft.Kind != kind).ToList();
        _log.Clear();
        foreach (var (entry, _) in kept) Append(entry);
        Write(_log.Select(entry => entry.Line), _log.Count);
        var report = ExportVerifier.Verify(_folder);
        Assert.False(report.Verified);
        Assert.Contains(report.Faults, fault => fault.Contains("act_1", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Story(string action, string? approver)
    {
        const string Statement = "sha256:statement";
        var decision = approver is null ? "auto" : "approve";
        Add("action.accepted", "agent:agt_1", action, approver is null ? "dispatching" : "pending", 1, decision, payload: new JsonObject { ["amount"] = 4200 });
        if (approver is not null) Add("decision.approve", approver, action, "approved", 2, decision, extra: new JsonObject { ["statement"] = Statement });
        var version = approver is null ? 1 : 3;
        Add("effect.intent", "system", action, "dispatching", version, decision,
            extra: new JsonObject { ["statement"] = Statement, ["approvers"] = approver is null ? new JsonArray() : new JsonArray(approver) });
        Add("effect.succeeded", "system", action, "succeeded", version + 1, decision);
    }

    private void Add(string kind, string actor, string action, string state, int version, string decision, JsonObject? extra = null, JsonObject? payload = null)
    {
        var fields = new JsonObject { ["state"] = state, ["version"] = version, ["attempt"] = 1, ["decision"] = decision };
        foreach (var (name, value) in extra ?? []) fields[name] = value?.DeepClone();
        var draft = new AuditDraft(kind, actor, action) { Fields = fields, Payload = payload };
        Append(AuditEntry.Seal(draft, "default", DateTimeOffset.UnixEpoch, count => new byte[count]));
    }

    private void Append(AuditEntry entry) => _log.Add((entry, JsonSerializer.Serialize(new
    {
        index = _log.Count, leaf = Convert.ToBase64String(entry.Leaf), payload = entry.Payload, salt = entry.Salt is null ? null : Convert.ToBase64String(entry.Salt),
    })));

    private byte[] Root(int size) => MerkleTree.Root(_log.Take(size).Select(entry => entry.Entry.LeafHash));

    private void Write(IEnumerable<string> lines, int? size)
    {
        File.WriteAllLines(Path.Combine(_folder, "entries.ndjson"), lines);
        if (size is not { } signed) return;
        File.WriteAllText(Path.Combine(_folder, "checkpoint"), _signer.Sign(signed, Root(signed)));
        File.WriteAllText(Path.Combine(_folder, "key"), _signer.VerifierKey);
    }

    private static string Changed(string line, string find, string replace)
    {
        var json = JsonNode.Parse(line)!;
        var leaf = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(json["leaf"]!.GetValue<string>()));
        Assert.Contains(find, leaf);
        json["leaf"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(leaf.Replace(find, replace, StringComparison.Ordinal)));
        return json.ToJsonString();
    }
}
