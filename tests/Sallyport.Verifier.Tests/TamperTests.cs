using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Testing;
using Sallyport.Witness;

namespace Sallyport.Verifier.Tests;

/// <summary>
/// Whoever tampers here owns the server and its signing key, and signs the result anew. The reader holds only public keys and a checkpoint
/// from before; for what was added after that checkpoint, the witness and the story must catch it.
/// </summary>
public sealed class TamperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-tamper-").FullName;
    private readonly LogSigner _signer = new("log.test", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
    private readonly SampleLog _log;
    private readonly ReaderTrust _reader;

    public TamperTests()
    {
        _log = SampleLog.Two(_signer);
        File.WriteAllText(Path.Combine(_folder, "kept.key"), _signer.VerifierKey);
        File.WriteAllText(Path.Combine(_folder, "kept.checkpoint"), _log.Checkpoint(6));
        _reader = new ReaderTrust(Path.Combine(_folder, "kept.key"), Path.Combine(_folder, "kept.checkpoint"));
    }

    private string Export => Path.Combine(_folder, "export");

    [Fact]
    [Trait("req", "A4.1")]
    public void Log_Untouched_Verifies()
    {
        _log.Write(Export);
        var report = ExportVerifier.Verify(Export, _reader);
        Assert.True(report.Verified, report.ToText());
        Assert.Equal((8L, 2, 2), (report.Size, report.Effects, report.Statements));
    }

    [Fact]
    public void Edit_OfAnEntry_IsDetected() => Detects("not those of the kept checkpoint", () => Change(0, "rule", "small"));

    [Fact]
    public void Delete_OfAnEntry_IsDetected() => Detects("not those of the kept checkpoint", () => _log.Remove(1, 1));

    [Fact]
    public void Insert_OfAnEntry_IsDetected() => Detects("not those of the kept checkpoint", () => _log.Insert(1, _log.Line(1).DeepClone().AsObject()));

    [Fact]
    public void Reorder_OfEntries_IsDetected() => Detects("not those of the kept checkpoint", () => _log.Move(0, 4));

    [Fact]
    public void Truncate_BelowTheKeptCheckpoint_IsDetected() => Detects("rolled back", () => _log.Remove(4, 4));

    [Fact]
    public void RollBack_ToAnOlderSignedCheckpoint_IsDetected()
    {
        var older = _log.Checkpoint(4);
        _log.Remove(4, 4);
        Detects("rolled back", () => { }, older);
    }

    [Fact]
    public void Fork_FromAnEarlierPoint_IsDetected() => Detects("not those of the kept checkpoint", () =>
    {
        _log.Remove(4, 4);
        _log.Refund("act_9", 7);
    });

    [Fact]
    public void SwapKey_OfTheWholeExport_IsDetected() => Detects("no valid signature", () => _log.Signer = new LogSigner("log.test", new byte[32]));

    [Fact]
    public void ChangeApprover_OfADecision_IsDetected() => Detects("not those of the kept checkpoint", () => Change(1, "actor", "person:usr_2"));

    [Fact]
    public void ChangeFacts_ThatADecisionRestsOn_IsDetected() => Detects("not those of the kept checkpoint", () =>
    {
        for (var i = 0; i < 4; i++) Change(i, "facts_hash", "sha256:other");
    });

    [Fact]
    public void ChangeFacts_InThePayloadOnly_IsDetected() =>
        Detects("is not the one that the entry names", () => _log.Line(0)["payload"] = _log.Line(0)["payload"]!.GetValue<string>().Replace("true", "false", StringComparison.Ordinal));

    [Fact]
    public void ReTime_OfADecision_IsDetected() => Detects("not those of the kept checkpoint", () => Change(1, "at", "1971-01-01T00:00:00.000Z"));

    [Fact]
    public void Graft_OfAnotherLogsTail_IsDetected() => Detects("not those of the kept checkpoint", () =>
    {
        var other = new SampleLog(_signer);
        other.Refund("act_1", 4_201);
        other.Refund("act_3", 1);
        _log.Graft(other, 2);
    });

    [Fact]
    public void EraseThenForge_AnotherPayload_IsDetected() => Detects("is not the one that the entry names", () =>
    {
        _log.EraseAll();
        (_log.Line(0)["payload"], _log.Line(0)["salt"]) = ("{\"arguments\":{\"amount\":1}}", Convert.ToBase64String(new byte[16]));
    });

    [Fact]
    public void SwapCosignature_WithThatOfAnotherCheckpoint_IsDetected()
    {
        var witness = new CosignerKey("witness.test", new byte[32]);
        File.WriteAllText(Path.Combine(_folder, "kept.witnesses"), witness.Verifier.ToString());
        var believes = _reader with { WitnessKeyFile = Path.Combine(_folder, "kept.witnesses"), WitnessesNeeded = 1 };
        _log.Write(Export, _log.Checkpoint() + Cosigned(_log.Checkpoint()));
        Assert.Single(ExportVerifier.Verify(Export, believes).Witnesses);
        _log.Write(Export, _log.Checkpoint() + Cosigned(_log.Checkpoint(6)));
        Assert.Contains("witness.test", ExportVerifier.Verify(Export, believes).ToText().Split('\n')[1], StringComparison.Ordinal);
        _log.Write(Export);
        Assert.Contains("0 valid cosignatures", ExportVerifier.Verify(Export, believes).ToText(), StringComparison.Ordinal);

        string Cosigned(string note) => witness.Cosign(Checkpoint.Parse(note).Text, new ManualTimeProvider().GetUtcNow());
    }

    [Theory]
    [InlineData("facts moved under the approval", "not the one its digests give")]
    [InlineData("an approver who never answered", "approvals that are not recorded")]
    [InlineData("a decision left out", "an entry is missing")]
    [InlineData("an entry twice", "stands twice")]
    [InlineData("a step after the end", "follows its end")]
    public void Story_WrittenAfterTheKeptCheckpoint_MustMakeSense(string forgery, string fault) => Detects(fault, () =>
    {
        // Behind what the reader kept the key's owner writes what they like, and only the story can contradict them.
        _log.Remove(6, 2);
        _log.Refund("act_3", 100);
        switch (forgery)
        {
            case "facts moved under the approval": Change(7, "facts_hash", "sha256:other"); break;
            case "an approver who never answered": ChangeNode(8, "approvers", new JsonArray("person:usr_2")); break;
            case "a decision left out": _log.Remove(7, 1); break;
            case "an entry twice": _log.Insert(7, _log.Line(7).DeepClone().AsObject()); break;
            case "a step after the end": _log.Insert(10, _log.Line(9).DeepClone().AsObject()); break;
            default: throw new InvalidOperationException(forgery);
        }
    });

    [Fact]
    [Trait("req", "B3.2")]
    public void Erased_Payloads_LeaveTheLogVerifiable()
    {
        _log.EraseAll();
        _log.Write(Export);
        var (report, account) = ActionAccount.Of(Export, "act_1", _reader);
        Assert.True(report.Verified, report.ToText());
        Assert.Equal((6, 0), (report.Erased, report.Payloads));
        Assert.True(account!.Erased);
        Assert.Equal(("person:usr_1", null), (account.Answers.Single().Who, account.Answers.Single().Name));
    }

    [Fact]
    [Trait("req", "A4.1")]
    public void Who_OfAnAction_NamesProposerApproverTimeFactsAndEffect()
    {
        _log.Write(Export);
        var (_, account) = ActionAccount.Of(Export, "act_1", _reader);
        var answer = Assert.Single(account!.Answers);
        Assert.Equal(("dana", true, true, DateTimeOffset.UnixEpoch.AddSeconds(1)), (answer.Name, answer.Approved, answer.Counts, answer.At));
        Assert.Equal(["group:support-leads"], answer.Evidence);
        Assert.Equal(("refund-agent", "succeeded", "sha256:f4200", "sha256:q"), (account.ProposerName, account.State, account.FactsHash, account.PolicyHash));
        Assert.Equal("{\"amount\":4200}", account.Arguments!.Value.GetRawText());
        Assert.Equal("{\"paid\":true}", account.Facts!.Value.GetRawText());
        Assert.Equal("effect.succeeded", Assert.Single(account.Attempts).Outcome);
        foreach (var text in (string[])["dana (person:usr_1)", "group:support-leads", "\"paid\":true", "effect.succeeded", "1970-01-01 00:00:01.000Z"]) Assert.Contains(text, account.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rotation_AnnouncedUnderTheOldKey_IsFollowedFromTheKeptKey()
    {
        var fresh = new LogSigner("log.test", [.. Enumerable.Repeat((byte)7, 32)]);
        _log.Announce(_signer.VerifierKey, fresh.VerifierKey);
        var announced = _log.Checkpoint();
        _log.Signer = fresh;
        _log.Refund("act_3", 5);
        _log.Write(Export);
        Directory.CreateDirectory(Path.Combine(Export, "rotations"));
        Assert.False(ExportVerifier.Verify(Export, _reader).Verified);
        File.WriteAllText(Path.Combine(Export, "rotations", "0000.checkpoint"), announced);
        Assert.True(ExportVerifier.Verify(Export, _reader).Verified, ExportVerifier.Verify(Export, _reader).ToText());
        // A key that only announces itself is nobody's.
        File.WriteAllText(Path.Combine(Export, "rotations", "0000.checkpoint"), _log.Checkpoint(9));
        Assert.False(ExportVerifier.Verify(Export, _reader).Verified);
    }

    [Fact]
    public void Receipt_OfAnEntry_VerifiesAndNoOtherEntryDoes()
    {
        var file = Path.Combine(_folder, "act.tlog-proof");
        var hashes = Enumerable.Range(0, 8).Select(i => Rfc6962.LeafHash(Convert.FromBase64String(_log.Line(i)["leaf"]!.GetValue<string>()))).ToArray();
        var node = (byte[] left, byte[] right) => System.Security.Cryptography.SHA256.HashData([0x01, .. left, .. right]);
        byte[][] path = [hashes[2], node(hashes[0], hashes[1]), Rfc6962.Root(hashes.AsSpan(4))];
        File.WriteAllText(file, Proof(3));
        var good = Receipt.Verify(file, _reader);
        Assert.True(good.Verified, good.ToText());
        Assert.Equal("effect.succeeded", good.Entry!.Value.GetProperty("kind").GetString());
        File.WriteAllText(file, Proof(2));
        Assert.False(Receipt.Verify(file, _reader).Verified);
        File.WriteAllText(file, Proof(3).Replace("index 3", "index 2", StringComparison.Ordinal));
        Assert.False(Receipt.Verify(file, _reader).Verified);
        Assert.False(Receipt.Verify(file, new ReaderTrust()).Verified);

        string Proof(int entry) => $"c2sp.org/tlog-proof@v1\nextra {_log.Line(entry)["leaf"]!.GetValue<string>()}\nindex 3\n{string.Concat(path.Select(hash => Convert.ToBase64String(hash) + "\n"))}\n{_log.Checkpoint()}";
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Detects(string fault, Action tamper, string? checkpoint = null)
    {
        tamper();
        _log.Write(Export, checkpoint);
        var report = ExportVerifier.Verify(Export, _reader);
        Assert.False(report.Verified);
        Assert.Contains(fault, report.ToText(), StringComparison.Ordinal);
    }

    private void Change(int entry, string member, string value) => ChangeNode(entry, member, value);

    private void ChangeNode(int entry, string member, JsonNode value)
    {
        var leaf = _log[entry];
        Assert.True(leaf.ContainsKey(member));
        leaf[member] = value;
        _log[entry] = leaf;
    }
}
