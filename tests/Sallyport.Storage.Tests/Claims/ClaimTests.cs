using System.Text.Json;
using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;
using Sallyport.Execution;
using Sallyport.Identity;
using Sallyport.Limits;
using Sallyport.Protocol;
using Sallyport.Storage.Sqlite;
using Sallyport.Workflows;

namespace Sallyport.Storage.Tests.Claims;

/// <summary>What was right when an action was accepted must still be right when it is claimed: on the real store, with facts that move.</summary>
public sealed class ClaimTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-claims-").FullName;
    private readonly MovingFacts _facts = new();
    private SqliteStore _store = null!;
    private ReleaseRegistry _releases = null!;
    private TestEngine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        var time = TimeProvider.System;
        var ids = new IdSource(time, IdSource.SystemRandom);
        _store = await SqliteStore.OpenAsync(Path.Combine(_folder, "store.db"), ids, time);
        _releases = new ReleaseRegistry(_store.Releases);
        await ActivateAsync("limited_autonomy");
        _engine = await TestEngine.StartAsync(_store, _releases, [_facts], [], ids, time, Cancel);
        var agent = new AgentIdentity("agt_1", "default", "bot", "olivia", "refund", ["refund:issue:region=eu"], AgentStatus.Active, 1, [], time.Now());
        await _store.Identities.AddAgentAsync(agent, new AuditDraft("agent.created", "system"), Cancel);
        await _store.Actions.OpenTaskAsync(new AgentTask("tsk_1", "default", "agt_1", "refund", "r", "ticket", "{}", 0, false, time.Now()), new AuditDraft("task.opened", "system"), Cancel);
    }

    [Fact, Trait("req", "A2.2")]
    public async Task Claim_OfAResourceThatLeftTheTokensScope_SendsNothing()
    {
        var action = await ApprovedAsync();
        _facts.Region = "us";
        await _engine.Upkeep.RunOnceAsync(Cancel);
        var after = await FindAsync(action);
        Assert.Equal((ActionState.Cancelled, "insufficient_scope", 0), (after.State, after.ErrorCode, _facts.Sent));
    }

    [Fact, Trait("req", "A3.3")]
    public async Task Claim_InAWorkflowThatWentBackToDrafts_SendsNothing()
    {
        var action = await ApprovedAsync();
        await ActivateAsync("drafts");
        await _engine.Upkeep.RunOnceAsync(Cancel);
        var after = await FindAsync(action);
        Assert.Equal((ActionState.Cancelled, "release_changed", 0), (after.State, after.ErrorCode, _facts.Sent));
    }

    [Fact]
    public async Task Claim_WithNothingMoved_SendsOnce()
    {
        var action = await ApprovedAsync();
        await _engine.Upkeep.RunOnceAsync(Cancel);
        await _engine.Upkeep.RunOnceAsync(Cancel);
        Assert.Equal((ActionState.Succeeded, 1), ((await FindAsync(action)).State, _facts.Sent));
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<string> ApprovedAsync()
    {
        var proposer = new Proposer("agt_1", "default", "bot", "olivia", "refund", ["refund:issue:region=eu"], 1, IsPerson: false);
        var call = new ActionCall(JsonSerializer.SerializeToElement(new { order_id = "ord_000003", amount_minor = 9_000, currency = "EUR", reason = "late" }), "tsk_1", IdempotencyKey: "claim-test-key-0001");
        var view = Assert.IsType<ActionView>((await _engine.Pipeline.ProposeAsync(new Proposal(proposer, "issue_refund", call, null, "test", TimeSpan.Zero), Cancel)).Body);
        var pending = await FindAsync(view.ActionId);
        var dana = new HumanPrincipal("usr_1", "default", "dana", "Dana", ["support-leads"], [HumanPrincipal.Approver]);
        var decided = await _engine.Approvals.DecideAsync(dana, new ApprovalAnswer(pending.ApprovalId!, true, pending.StatementDigest, null), Cancel);
        Assert.Equal(ActionState.Approved, decided.Action!.State);
        return view.ActionId;
    }

    private async Task<ActionRecord> FindAsync(string id) => (await _store.Actions.FindAsync("default", id, Cancel))!;

    private Task ActivateAsync(string phase) => _releases.ActivateAsync(
        RefundVariant.Compile("workflow.yaml", "(?m)^phase: .*$", "phase: " + phase), "system", isPerson: false, Cancel);

    /// <summary>A payments system whose facts a test can move, and that counts what reaches it.</summary>
    private sealed class MovingFacts : IConnector
    {
        internal string Region { get; set; } = "eu";

        internal int Sent { get; private set; }

        public string Name => "payments";

        public string? Check(JsonElement request, bool effect) => null;

        public Task<ReadOutcome> ReadAsync(JsonElement request, CancellationToken cancellation) => Task.FromResult(new ReadOutcome(ReadStatus.Found,
            request.GetProperty("get").GetString()!.EndsWith("/customer", StringComparison.Ordinal)
                ? JsonSerializer.SerializeToElement(new { id = "cus_000003", tenure_days = 700, flags = Array.Empty<string>() })
                : JsonSerializer.SerializeToElement(new
                {
                    id = "ord_000003", customer_id = "cus_000003", region = Region, currency = "EUR", total_minor = 32_000, refunded_minor = 0, refundable_minor = 32_000, status = "paid", disputed = false,
                })));

        public Task<EffectOutcome> SendAsync(JsonElement request, EffectPass pass, TimeSpan timeout)
        {
            Assert.True(pass.TryLeave());
            Sent++;
            return Task.FromResult(new EffectOutcome(EffectStatus.Applied, JsonSerializer.SerializeToElement(new { id = "re_1" })));
        }

        public Task<bool> FenceAsync(JsonElement request, CancellationToken cancellation) => Task.FromResult(true);
    }
}
