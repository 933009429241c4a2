using System.Text;
using System.Text.Json.Nodes;
using Sallyport.Audit;

namespace Sallyport.Tests.Audit;

public sealed class AuditEntryTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 31, 13, 0, 0, 7, TimeSpan.FromHours(1));

    [Fact]
    public void Seal_Draft_GivesCanonicalBytesAndTheirLeafHash()
    {
        var entry = AuditEntry.Seal(new AuditDraft("action.accepted", "agent:agt_1", "act_1") { Fields = new JsonObject { ["tool"] = "t" } }, "default", At, Salt);

        Assert.Equal("""{"action_id":"act_1","actor":"agent:agt_1","at":"2026-01-31T12:00:00.007Z","kind":"action.accepted","tenant":"default","tool":"t","v":1}""", Encoding.UTF8.GetString(entry.Leaf));
        Assert.Equal(MerkleTree.LeafHash(entry.Leaf), entry.LeafHash);
        Assert.Null(entry.Salt);
    }

    [Fact]
    public void Seal_Payload_IsBoundButNotShown()
    {
        var entry = AuditEntry.Seal(new AuditDraft("k", "system") { Payload = new JsonObject { ["secret"] = "s3cret" } }, "default", At, Salt);
        var leaf = Encoding.UTF8.GetString(entry.Leaf);

        Assert.DoesNotContain("s3cret", leaf, StringComparison.Ordinal);
        Assert.Contains(AuditEntry.Commit(entry.Salt, entry.Payload!), leaf, StringComparison.Ordinal);
        Assert.NotEqual(AuditEntry.Commit([1], entry.Payload!), AuditEntry.Commit(entry.Salt, entry.Payload!));
    }

    [Fact]
    public void Seal_LargerThanATile_Throws() => Assert.Throws<InvalidOperationException>(() =>
        AuditEntry.Seal(new AuditDraft("k", "system") { Fields = new JsonObject { ["x"] = new string('x', AuditEntry.MaxLeafBytes) } }, "default", At, Salt));

    private static byte[] Salt(int length) => new byte[length];
}
