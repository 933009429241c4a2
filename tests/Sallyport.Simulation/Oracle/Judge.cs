using Sallyport.Protocol;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation.Oracle;

/// <summary>
/// Holds three sources against each other once everything is over: the store's rows, the audit entries, and what the world outside saw
/// (the bank's ledger, the requests that left, the answers that were heard).
/// </summary>
internal sealed partial class Judge(Universe universe, Books books)
{
    private readonly History _history = universe.History;
    private readonly Bank _bank = universe.Bank;

    /// <summary>Who checks which invariant; what a world cannot see is left to the suites named.</summary>
    internal static IReadOnlyDictionary<string, string> Table { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["I1"] = nameof(OneEffect) + ", and at every effect",
        ["I2"] = nameof(IntentFirst),
        ["I3"] = nameof(Approved) + ", " + nameof(FreshFacts),
        ["I4"] = nameof(NoEffectAfterNo),
        ["I5"] = nameof(Halted) + "; I5c is promised for fenced tools only, and their effects after a halt are counted there",
        ["I6"] = nameof(Certain),
        ["I7"] = nameof(Settled) + ", and at every request that leaves: Universe.Left",
        ["I8"] = nameof(Chained) + ", " + nameof(Written) + "; checkpoints in the audit log's own tests",
        ["I9"] = "the verifier's tests: tampering needs somebody who tampers",
        ["I10"] = nameof(IntentFirst) + ": a store that fails lets nothing leave; witness and identity provider in the server's tests",
        ["I11"] = nameof(Revoked),
        ["I12"] = nameof(Budgeted) + ", and after every commit",
        ["I13"] = nameof(Replayed),
        ["I14"] = nameof(Compensated),
        ["I15"] = nameof(Discreet),
        ["I16"] = "every check runs in worlds with wrong clocks too",
        ["I17"] = nameof(Settled),
        ["I18"] = "the store's own tests: an in-memory store is never foreign",
    };

    internal void Check()
    {
        OneEffect();
        foreach (var sent in _history.Sent)
        {
            IntentFirst(sent);
            if (sent.Action is not { } action) continue;
            Approved(sent, action);
            FreshFacts(sent, action);
        }

        foreach (var action in books.Actions)
        {
            NoEffectAfterNo(action);
            Certain(action);
            Chained(action);
            Settled(action);
        }

        foreach (var halt in _history.Halts) Halted(halt);
        Revoked();
        Written();
        Budgeted();
        Replayed();
        Compensated();
        Discreet();
    }

    private void Violated(string invariant, FormattableString what) => universe.Violation(invariant, FormattableString.Invariant(what));

    /// <summary>I1: at most one effect per action, and at most one action per key.</summary>
    private void OneEffect()
    {
        foreach (var effects in _bank.Effects.GroupBy(effect => effect.Request.Key).Where(effects => effects.Count() > 1))
            Violated("I1", $"{effects.Key} took effect {effects.Count()} times");
        foreach (var keyed in books.Actions.GroupBy(action => (action.ProposerId, action.Tool, action.IdempotencyKey)).Where(keyed => keyed.Count() > 1))
            Violated("I1", $"the key {keyed.Key.IdempotencyKey} made {keyed.Count()} actions");
    }

    /// <summary>I4: what was refused, called off or ran out of time never left.</summary>
    private void NoEffectAfterNo(ActionRecord action)
    {
        var no = action.State is ActionState.Denied or ActionState.Expired or ActionState.Cancelled or ActionState.Escalated or ActionState.Drafted;
        if (no && _bank.Find(action.Id).Any()) Violated("I4", $"{action.Id} is {action.State} and took effect");
        // A person may deny a later round of an action whose earlier attempt was refused; the other ends say that nothing ever left.
        if (no && action.State != ActionState.Denied && _history.Sent.Exists(sent => sent.Request.Key == action.Id)) Violated("I4", $"{action.Id} is {action.State} and a request of it left");
        if (_history.DryRuns.Contains(action.Id)) Violated("I4", $"the dry run {action.Id} became an action");
        if (action.ErrorCode != "denied_by_person") return;
        var denied = books.Transitions[action.Id].LastOrDefault(leaf => leaf.Entry.Kind == "decision.deny")?.Entry.Index ?? long.MaxValue;
        var again = books.Actions.FirstOrDefault(other => other.TaskId == action.TaskId && other.ParamHash == action.ParamHash && other.Id != action.Id
            && books.Transitions[other.Id].FirstOrDefault()?.Entry.Index > denied);
        if (again is not null) Violated("I4", $"{again.Id} asks again what {action.Id} was denied");
    }

    /// <summary>I6: no false certainty.</summary>
    private void Certain(ActionRecord action)
    {
        var effects = _bank.Find(action.Id).Count();
        if (action.State == ActionState.Succeeded && effects == 0) Violated("I6", $"{action.Id} is said to have succeeded and took no effect");
        if (action.State == ActionState.Failed && effects > 0) Violated("I6", $"{action.Id} is said to have failed and took effect");
    }

    /// <summary>I14: one rollback at most, asked for by a person.</summary>
    private void Compensated()
    {
        var rollbacks = books.Actions.Where(action => action.Compensates is not null).ToList();
        foreach (var rollback in rollbacks.Where(rollback => !rollback.ProposerId.StartsWith("usr_", StringComparison.Ordinal)))
            Violated("I14", $"{rollback.Id} rolls back, asked for by {rollback.ProposerId}");
        foreach (var live in rollbacks.Where(rollback => rollback.State is not (ActionState.Denied or ActionState.Expired or ActionState.Cancelled or ActionState.Failed
            or ActionState.Escalated or ActionState.Drafted)).GroupBy(rollback => rollback.Compensates).Where(live => live.Count() > 1))
            Violated("I14", $"{live.Key} is rolled back {live.Count()} times");
        foreach (var voids in _bank.Effects.Where(effect => effect.Request.Tool == "void_payment").GroupBy(effect => effect.Request.Account).Where(voids => voids.Count() > 1))
            Violated("I14", $"the payment {voids.Key} was taken back {voids.Count()} times");
    }

    /// <summary>I7, I17: after the quiet period nothing waits, and nothing is in doubt that the bank could settle.</summary>
    private void Settled(ActionRecord action)
    {
        if (action.State is ActionState.Pending or ActionState.Approved or ActionState.Dispatching) Violated("I17", $"{action.Id} is still {action.State}");
        if (action is { State: ActionState.Unknown, Tool: "pay_fenced" or "pay_revocable" or "pay_bounded" or "void_payment" })
            Violated("I17", $"{action.Id} of {action.Tool} is still in doubt");
        if (action is { State: ActionState.Unknown, IsOverdue: false }) Violated("I7", $"{action.Id} is in doubt and nobody was alarmed");
    }
}
