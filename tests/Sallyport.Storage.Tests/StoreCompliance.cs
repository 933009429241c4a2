using System.Text.Json.Nodes;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Limits;
using Sallyport.Outbox;
using Sallyport.Passkeys;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Testing;
using Sallyport.Workflows;

namespace Sallyport.Storage.Tests;

/// <summary>A store that is open: the same seams whatever database is behind them.</summary>
public sealed record OpenStore(
    IActionStore Actions, IAuditStore Audit, IHaltStore Halts, IReleaseStore Releases, IIdentityStore Identities, ISessionStore Sessions, IOutboxStore Outbox, IApprovalStore Approvals, IPasskeyStore Passkeys, Func<ValueTask> Close);

/// <summary>
/// What every store must do. A subclass says how its database is opened; the engine relies on nothing else than what is tested here.
/// </summary>
public abstract partial class StoreCompliance : IAsyncLifetime
{
    protected const string Tenant = "default";
    protected const string AgentId = "agt_0001";
    protected const string TaskId = "tsk_0001";
    private int _count;

    protected ManualTimeProvider Time { get; } = new();

    protected OpenStore Store { get; private set; } = null!;

    protected IActionStore Actions => Store.Actions;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens the store on the same data each time.</summary>
    protected abstract Task<OpenStore> OpenAsync();

    /// <summary>Runs a statement behind the store's back; null when the database accepted it, otherwise its message.</summary>
    protected abstract Task<string?> SabotageAsync(string sql);

    public virtual async ValueTask InitializeAsync()
    {
        Store = await OpenAsync();
        var agent = new AgentIdentity(AgentId, Tenant, "refund-bot", "olivia", "refund", ["refund:issue"], AgentStatus.Active, 1, [], Time.Now());
        Assert.True(await Store.Identities.AddAgentAsync(agent, Leaf("agent.created"), Cancellation));
        await OpenTaskAsync(TaskId);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.Close();
        GC.SuppressFinalize(this);
    }

    protected async Task ReopenAsync()
    {
        await Store.Close();
        Store = await OpenAsync();
    }

    protected Task OpenTaskAsync(string id) => Actions.OpenTaskAsync(
        new AgentTask(id, Tenant, AgentId, "refund", "sha256:release", "ticket", """{"ticket_id":"TCK-1"}""", 0, false, Time.Now()), Leaf("task.opened"), Cancellation);

    /// <summary>A new action in a first state, unlike every other one of the test.</summary>
    protected ActionRecord New(ActionState state = ActionState.Pending, string task = TaskId)
    {
        var number = Interlocked.Increment(ref _count);
        return new ActionRecord
        {
            Id = $"act_{number:D8}", Tenant = Tenant, Workflow = "refund", Release = "sha256:release", Tool = "issue_refund", ContractHash = "sha256:contract",
            PolicyHash = "sha256:policy", ProposerId = AgentId, ProposerName = "refund-bot", Owner = "olivia", Generation = 1, Scopes = ["refund:issue:region=eu", "order:read"], TaskId = task,
            Arguments = $$"""{"order_id":"ord_{{number:D6}}"}""", ParamHash = $"sha256:params-{number}", IdempotencyKey = $"key-{number:D16}", AgentReason = "the agent's words", Confidence = 0.75,
            TraceId = $"{number:x32}", CreatedAt = Time.Now(), State = state, Version = 1, Attempt = state == ActionState.Dispatching ? 1 : 0,
            Decision = state == ActionState.Pending ? PolicyOutcome.Approve : PolicyOutcome.Auto, Rule = "medium",
            Requirements = [new ApprovalRequirement("medium", 1, ["group:support-leads"], ["requester"])], ApprovalId = state == ActionState.Pending ? $"apr_{number:D8}" : null,
            Facts = """{"order":{"refundable_minor":1000}}""", FactsHash = "sha256:facts", Diff = """{"after":1}""", ExpiresAt = Time.Now() + TimeSpan.FromHours(8),
            NotBefore = Time.Now(), UpdatedAt = Time.Now(),
        };
    }

    protected static AuditDraft Leaf(string kind, string actor = "system") => new(kind, actor);

    protected static TaskCharge Charge(ActionRecord action, int maxInvocations = 1_000, int maxIdentical = 1_000) => new(action.TaskId, action.ParamHash, maxInvocations, maxIdentical);

    protected static BudgetReservation Day(long amount, long limit, string day = "2026-01-31") => new($"agent:{AgentId}:day:{day}", "EUR", amount, limit, PerTask: false);

    protected static BudgetReservation OfTask(long amount, long limit) => new($"task:{TaskId}", "EUR", amount, limit, PerTask: true);

    protected Task<AcceptResult> AcceptAsync(ActionRecord action, TaskCharge? charge = null, params BudgetReservation[] reservations) => Actions.AcceptAsync(
        new AcceptIntent(action, [TransitionLeaf.Make("action.accepted", "agent:" + AgentId, null, action, payload: new JsonObject { ["arguments"] = JsonNode.Parse(action.Arguments) })
            with { Correlations = action.ApprovalId is null ? [action.IdempotencyKey] : [action.IdempotencyKey, action.ApprovalId, "ord_" + action.Id[^6..]] }],
            charge ?? Charge(action), reservations), Cancellation);

    /// <summary>Takes in a fresh action; fails the test unless the store accepts it.</summary>
    protected async Task<ActionRecord> AcceptedAsync(ActionState state = ActionState.Pending, params BudgetReservation[] reservations)
    {
        var action = New(state);
        Assert.Equal(AcceptOutcome.Accepted, (await AcceptAsync(action, null, reservations)).Outcome);
        return action;
    }

    protected static ActionRecord Next(ActionRecord action, ActionState state) => action with { State = state, Version = action.Version + 1 };

    protected Task<TransitionOutcome> MoveAsync(
        ActionTransition step, ActionRecord before, ActionRecord after, BudgetStep budget = BudgetStep.Keep, ApprovalDecision? decision = null, params BudgetReservation[] reservations) =>
        Actions.MoveAsync(new TransitionIntent(step, before, after, TransitionLeaf.Make("test." + step, "system", before.State, after), budget, decision, reservations), Cancellation);

    /// <summary>Moves an action; fails the test unless the store does it.</summary>
    protected async Task<ActionRecord> MovedAsync(ActionTransition step, ActionRecord before, ActionState state, BudgetStep budget = BudgetStep.Keep, params BudgetReservation[] reservations)
    {
        var after = Next(before, state);
        Assert.Equal(TransitionOutcome.Done, await MoveAsync(step, before, after, budget, null, reservations));
        return after;
    }

    protected async Task<ActionRecord> ReadAsync(string id) => await Actions.FindAsync(Tenant, id, Cancellation) ?? throw new InvalidOperationException("The store lost " + id);

    protected Task<long> LeavesAsync() => Store.Audit.SizeAsync(Cancellation);
}
