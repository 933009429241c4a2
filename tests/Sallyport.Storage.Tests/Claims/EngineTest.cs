using System.Text.Json;
using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Limits;
using Sallyport.Protocol;
using Sallyport.Storage.Sqlite;
using Sallyport.Testing;
using Sallyport.Workflows;

namespace Sallyport.Storage.Tests.Claims;

/// <summary>The engine on the real store, on a clock that the test moves, before a payments system that the test commands.</summary>
public abstract class EngineTest : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-engine-").FullName;
    private int _count;

    private protected static readonly HumanPrincipal Otto = new("usr_otto", "default", "otto", "Otto", [], [HumanPrincipal.Operator]);
    private protected static readonly HumanPrincipal Olga = new("usr_olga", "default", "olga", "Olga", [], [HumanPrincipal.Operator]);

    private protected ManualTimeProvider Time { get; } = new();

    private protected LedgerConnector Payments { get; } = new();

    private protected List<IApproverDirectory> Directories { get; } = [];

    private protected SqliteStore Store { get; private set; } = null!;

    private protected ReleaseRegistry Releases { get; private set; } = null!;

    private protected TestEngine Engine { get; private set; } = null!;

    private protected IdSource Ids { get; private set; } = null!;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Ids = new IdSource(Time, IdSource.SystemRandom);
        Store = await SqliteStore.OpenAsync(Path.Combine(_folder, "store.db"), Ids, Time);
        Releases = new ReleaseRegistry(Store.Releases);
        Engine = await StartEngineAsync();
        var agent = new AgentIdentity("agt_1", "default", "bot", "olivia", "refund", ["refund:issue"], AgentStatus.Active, 1, [], Time.Now());
        await Store.Identities.AddAgentAsync(agent, new AuditDraft("agent.created", "system"), Cancel);
        await Store.Actions.OpenTaskAsync(new AgentTask("tsk_1", "default", "agt_1", "refund", "r", "ticket", "{}", 0, false, Time.Now()), new AuditDraft("task.opened", "system"), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Another server process on the same store.</summary>
    private protected Task<TestEngine> StartEngineAsync() => TestEngine.StartAsync(Store, Releases, [Payments], Directories, Ids, Time, Cancel);

    /// <summary>The refund bundle with other promises of the payments system: lines that stand in the effect of issue_refund.</summary>
    private protected async Task PromiseAsync(params string[] lines)
    {
        var release = RefundVariant.Compile("tools/issue-refund.yaml", "(?m)^  idempotent_for: .*\n  fence: .*\n", string.Concat(lines.Select(line => $"  {line}\n")));
        var activation = await Releases.ActivateAsync(release, "system", isPerson: false, Cancel);
        Assert.Equal(ActivationOutcome.Activated, activation.Outcome);
    }

    /// <summary>Proposes a refund; up to 50.00 passes by policy.</summary>
    private protected async Task<ActionRecord> ProposeAsync(long amount = 4_000, TestEngine? engine = null)
    {
        var proposer = new Proposer("agt_1", "default", "bot", "olivia", "refund", ["refund:issue"], 1, IsPerson: false);
        var arguments = JsonSerializer.SerializeToElement(new { order_id = "ord_000003", amount_minor = amount, currency = "EUR", reason = "late" });
        var call = new ActionCall(arguments, "tsk_1", IdempotencyKey: $"engine-test-key-{Interlocked.Increment(ref _count):D4}");
        await (engine ?? Engine).Pipeline.ProposeAsync(new Proposal(proposer, "issue_refund", call, null, "test", TimeSpan.Zero), Cancel);
        return (await Store.Actions.FindByKeyAsync("default", "agt_1", "issue_refund", call.IdempotencyKey!, Cancel))!;
    }

    /// <summary>Proposes a refund that needs one person, and gives that approval.</summary>
    private protected async Task<ActionRecord> ApprovedAsync()
    {
        var pending = await ProposeAsync(9_000);
        var dana = new HumanPrincipal("usr_1", "default", "dana", "Dana", ["support-leads"], [HumanPrincipal.Approver]);
        return (await Engine.Approvals.DecideAsync(dana, new ApprovalAnswer(pending.ApprovalId!, true, pending.StatementDigest, null), Cancel)).Action!;
    }

    /// <summary>Runs the upkeep until nothing moves any more, letting pauses pass; returns the action as it is then.</summary>
    private protected async Task<ActionRecord> UpkeepAsync(ActionRecord action, int rounds = 4)
    {
        for (var round = 0; round < rounds; round++)
        {
            await Engine.Renewal.RenewAsync(Cancel);
            await Engine.Upkeep.RunOnceAsync(Cancel);
            Time.Advance(TimeSpan.FromSeconds(3));
        }

        return await FindAsync(action);
    }

    private protected async Task<ActionRecord> FindAsync(ActionRecord action) => (await Store.Actions.FindAsync("default", action.Id, Cancel))!;

    /// <summary>The kinds of the entries of an action, in order.</summary>
    private protected async Task<IReadOnlyList<string>> KindsAsync(ActionRecord action) =>
        [.. (await Store.Audit.ChainAsync("default", action.Id, 100, Cancel)).Where(entry => entry.ActionId == action.Id).Select(entry => entry.Kind)];

    /// <summary>Lets a task end that waits for the clock.</summary>
    private protected async Task<T> PassTimeAsync<T>(Task<T> waiting)
    {
        while (!waiting.IsCompleted)
        {
            // Only short pauses pass: a limit of a second must not run out while the real store is at work.
            if (!Time.AdvanceToNext(TimeSpan.FromMilliseconds(100))) await Task.Yield();
        }

        return await waiting;
    }

    private protected static JsonElement Json(string text) => CanonicalJson.Parse(text);
}
