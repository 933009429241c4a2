using System.Globalization;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Protocol;
using Sallyport.Workflows;

namespace Sallyport.Storage.Tests;

/// <content>The log: one entry per transition, found by every id, final.</content>
public abstract partial class StoreCompliance
{
    [Theory]
    [InlineData(1)]
    [InlineData(20_260_131)]
    public async Task Log_AfterARandomWalk_HasOneEntryPerTransition(int seed)
    {
        var random = new Random(seed);
        var (expected, live) = (await LeavesAsync(), new List<string>());
        for (var i = 0; i < 300; i++)
        {
            if (live.Count == 0 || random.Next(4) == 0)
            {
                live.Add((await AcceptedAsync(random.Next(2) == 0 ? ActionState.Pending : ActionState.Approved)).Id);
                expected++;
                continue;
            }

            var before = await ReadAsync(live[random.Next(live.Count)]);
            var steps = ActionProtocol.Transitions.Where(step => step.From == before.State).ToList();
            if (steps.Count == 0) continue;
            var (_, step, to) = steps[random.Next(steps.Count)];
            // Every third move works on an old copy and must change nothing.
            if (random.Next(3) == 0 && before.Version > 1) before = before with { Version = before.Version - 1 };
            var outcome = await MoveAsync(step, before, Next(before, to));
            if (outcome == TransitionOutcome.Done) expected++;
            else Assert.Equal(TransitionOutcome.Stale, outcome);
        }

        Assert.True(expected == await LeavesAsync(), $"seed {seed}: expected {expected} entries, the log has {await LeavesAsync()}");
        var versions = 0;
        foreach (var id in live) versions += (await ReadAsync(id)).Version;
        Assert.True(versions == expected - 2, $"seed {seed}: versions add up to {versions}, entries to {expected - 2}");
    }

    [Fact]
    public async Task Log_Entries_AreNumberedWithoutGapsAndHashed()
    {
        for (var i = 0; i < 20; i++) await AcceptedAsync();

        var entries = await Store.Audit.ReadAsync(0, 1_000, Cancellation);

        Assert.Equal(Enumerable.Range(0, entries.Count).Select(index => (long)index), entries.Select(entry => entry.Index));
        Assert.All(entries, entry => Assert.Equal(MerkleTree.LeafHash(entry.Leaf), entry.LeafHash));
        Assert.All(entries.Where(entry => entry.Payload is not null),
            entry => Assert.Equal(AuditEntry.Commit(entry.Salt, entry.Payload!), JsonNode.Parse(entry.Leaf)!["payload"]!.GetValue<string>()));
        Assert.Equal(5, (await Store.Audit.ReadAsync(7, 5, Cancellation)).Count);
    }

    [Theory]
    [InlineData("update audit_leaf set kind = 'x' where seq = 0")]
    [InlineData("update audit_leaf set leaf = leaf_hash")]
    [InlineData("delete from audit_leaf where seq = 0")]
    [InlineData("delete from audit_leaf")]
    public async Task Log_Entries_CannotBeChangedOrRemoved(string sql)
    {
        await AcceptedAsync();
        var before = await Store.Audit.ReadAsync(0, 100, Cancellation);

        Assert.Contains("audit entries are", await SabotageAsync(sql) ?? "accepted", StringComparison.Ordinal);

        var after = await Store.Audit.ReadAsync(0, 100, Cancellation);
        Assert.Equal(before.Select(entry => Convert.ToHexString(entry.Leaf)), after.Select(entry => Convert.ToHexString(entry.Leaf)));
    }

    [Fact]
    public async Task Log_PayloadErased_StillHasItsEntries()
    {
        await AcceptedAsync();
        var before = await Store.Audit.ReadAsync(0, 100, Cancellation);

        Assert.Null(await SabotageAsync("delete from audit_payload"));

        var after = await Store.Audit.ReadAsync(0, 100, Cancellation);
        Assert.Equal(before.Select(entry => Convert.ToHexString(entry.LeafHash)), after.Select(entry => Convert.ToHexString(entry.LeafHash)));
        Assert.All(after, entry => Assert.Null(entry.Payload));
    }

    [Fact]
    public async Task Chain_ByEveryIdOfAnAction_TellsTheSameStory()
    {
        await AcceptedAsync();
        var action = await AcceptedAsync();
        var approved = await MovedAsync(ActionTransition.Approve, action, ActionState.Approved);
        await MovedAsync(ActionTransition.Claim, approved, ActionState.Dispatching);

        foreach (var id in (string[])[action.Id, action.ApprovalId!, action.IdempotencyKey, "ord_" + action.Id[^6..]])
        {
            var chain = await Store.Audit.ChainAsync(Tenant, id, 100, Cancellation);
            Assert.True(chain.Select(entry => entry.Kind).SequenceEqual(["action.accepted", "test.Approve", "test.Claim"]), $"{id}: {string.Join(", ", chain.Select(entry => entry.Kind))}");
            Assert.All(chain, entry => Assert.Equal(action.Id, entry.ActionId));
        }

        Assert.Equal(4, (await Store.Audit.ChainAsync(Tenant, TaskId, 100, Cancellation)).Count);
        Assert.Equal(2, (await Store.Audit.ChainAsync(Tenant, action.Id, 2, Cancellation)).Count);
        Assert.Empty(await Store.Audit.ChainAsync(Tenant, "act_unknown", 100, Cancellation));
        Assert.Empty(await Store.Audit.ChainAsync("another-tenant", action.Id, 100, Cancellation));
    }

    [Fact]
    public async Task Reads_OfAnotherTenant_FindNothing()
    {
        var action = await AcceptedAsync();

        Assert.Null(await Actions.FindAsync("another", action.Id, Cancellation));
        Assert.Null(await Actions.FindByApprovalAsync("another", action.ApprovalId!, Cancellation));
        Assert.Null(await Actions.FindByKeyAsync("another", AgentId, action.Tool, action.IdempotencyKey, Cancellation));
        Assert.Null(await Actions.FindTaskAsync("another", TaskId, Cancellation));
        Assert.Empty(await Actions.PendingAsync("another", 10, Cancellation));
        Assert.Empty(await Actions.RecentAsync("another", 10, Cancellation));
    }

    [Fact]
    public async Task Reopen_KeepsActionsAnswersTasksReleasesAndEveryByteOfTheLog()
    {
        var action = await AcceptedAsync(ActionState.Pending, Day(100, 100));
        Assert.Equal(TransitionOutcome.Done, await MoveAsync(ActionTransition.Vote, action, Next(action, ActionState.Pending), decision: Answer(action, "usr_1")));
        var release = new StoredRelease("sha256:r1", "refund", new Dictionary<string, string> { ["workflow.yaml"] = "name: refund" }, true);
        await Store.Releases.ActivateAsync(release, null, null, Leaf("release.activated"), Cancellation);
        await Store.Releases.ActivateAsync(release with { Hash = "sha256:r2" }, release.Hash, null, Leaf("release.activated"), Cancellation);
        var before = await Store.Audit.ReadAsync(0, 1_000, Cancellation);
        var record = await ReadAsync(action.Id);

        await ReopenAsync();

        var after = await Store.Audit.ReadAsync(0, 1_000, Cancellation);
        Assert.Equal(before.Select(Show), after.Select(Show));
        Assert.Equal(record.StatementDigest, (await ReadAsync(action.Id)).StatementDigest);
        Assert.Equal((2, 0.75), ((await ReadAsync(action.Id)).Version, (await ReadAsync(action.Id)).Confidence));
        Assert.Single(await Actions.DecisionsAsync(Tenant, action.Id, Cancellation));
        Assert.Equal(1, (await Actions.FindTaskAsync(Tenant, TaskId, Cancellation))!.Invocations);
        Assert.Equal("sha256:r2", Assert.Single(await Store.Releases.ActiveAsync(Cancellation)).Hash);
        Assert.Equal("name: refund", (await Store.Releases.FindAsync("sha256:r1", Cancellation))!.Files["workflow.yaml"]);
        Assert.Equal(AcceptOutcome.DayBudgetExceeded, (await AcceptAsync(New(), null, Day(1, 100))).Outcome);
    }

    private static string Show(StoredEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Index} {entry.At:O} {Convert.ToHexString(entry.Leaf)} {entry.Payload}");
}
