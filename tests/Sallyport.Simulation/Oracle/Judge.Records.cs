using System.Text;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation.Oracle;

/// <content>What must be true of the records.</content>
internal sealed partial class Judge
{
    /// <summary>I8: one entry per transition, versions without a gap, each from where the last one led, the last one to where the row is.</summary>
    private void Chained(ActionRecord action)
    {
        ActionState? state = null;
        var version = 0;
        foreach (var leaf in books.Transitions[action.Id])
        {
            var to = WireName.Parse<ActionState>(leaf.Text("state"));
            var sameTransaction = leaf.Entry.Kind == "effect.intent" && version == 1 && leaf.Version == 1;
            if (!sameTransaction && leaf.Version != version + 1) Violated("I8", $"the entries of {action.Id} go from version {version} to {leaf.Version}");
            if (!sameTransaction && version > 0 && (leaf.Text("from") != WireName.Of(state!.Value) || !ActionProtocol.Transitions.Any(move => move.From == state && move.To == to)))
                Violated("I8", $"an entry of {action.Id} goes from {leaf.Text("from")} to {to}, after {state}");
            if (leaf.Entry.Kind == "effect.intent" && !sameTransaction) NamesItsApprovers(action, leaf);
            (state, version) = (to, leaf.Version!.Value);
        }

        if (state != action.State || version != action.Version) Violated("I8", $"{action.Id} is {action.State} in version {action.Version}, and its last entry says {state} in version {version}");
        foreach (var (_, decision) in books.Decisions.Where(entry => entry.ActionId == action.Id))
        {
            var kind = decision.Approve ? "decision.approve" : "decision.deny";
            var named = books.Transitions[action.Id].Count(leaf => leaf.Entry.Kind == kind && leaf.Entry.Actor == "person:" + decision.UserId && leaf.Text("approval") == decision.ApprovalId
                && leaf.Text("statement") == decision.Digest && leaf.Fields.GetProperty("evidence").GetArrayLength() > 0);
            if (named != 1) Violated("I8", $"{named} entries name the answer of {decision.UserId} to {action.Id}");
        }
    }

    /// <summary>I8: who approved stands in the entry of the intent, inside what is hashed.</summary>
    private void NamesItsApprovers(ActionRecord action, BookLeaf leaf)
    {
        if (leaf.Text("decision") != WireName.Of(PolicyOutcome.Approve)) return;
        var named = leaf.Fields.TryGetProperty("approvers", out var approvers) ? approvers.EnumerateArray().Select(who => who.GetString()!).Order().ToList() : [];
        var round = leaf.Fields.GetProperty("round").GetInt32();
        var given = books.Decisions.Where(entry => entry.ActionId == action.Id && entry.Decision.Approve && entry.Decision.Round == round && entry.Decision.Digest == leaf.Text("statement"))
            .Select(entry => "person:" + entry.Decision.UserId).Distinct().Order().ToList();
        if (named.Count == 0 || !named.SequenceEqual(given)) Violated("I8", $"the intent of {action.Id} names {named.Count} approvers, and {given.Count} people approved its statement");
    }

    /// <summary>I8: entries without a gap, each with the hash of its bytes and the digest of what stands beside it.</summary>
    private void Written()
    {
        var next = 0L;
        foreach (var leaf in books.Leaves)
        {
            var entry = leaf.Entry;
            if (entry.Index != next++) Violated("I8", $"entry {entry.Index} stands where {next - 1} should");
            if (!entry.LeafHash.AsSpan().SequenceEqual(MerkleTree.LeafHash(entry.Leaf))) Violated("I8", $"entry {entry.Index} does not have its hash");
            if (entry.Payload is { } payload && leaf.Text("payload") != AuditEntry.Commit(entry.Salt, payload)) Violated("I8", $"entry {entry.Index} does not bind its payload");
        }
    }

    /// <summary>I12: reserved is what open actions hold, spent is what succeeded, and no more left the bank than the limit.</summary>
    private void Budgeted()
    {
        foreach (var (key, reserved, _) in books.Budgets)
            if (reserved != books.Reservations.Where(reservation => reservation.Key == key).Sum(reservation => reservation.Amount)) Violated("I12", $"{key} has {reserved} reserved that nothing holds");
        foreach (var action in books.Actions)
        {
            var held = books.Reservations.Any(reservation => reservation.ActionId == action.Id);
            if (held == ActionProtocol.IsTerminal(action.State) && action.Compensates is null) Violated("I12", $"{action.Id} is {action.State} and {(held ? "holds" : "does not hold")} a reservation");
        }

        foreach (var task in books.Actions.Where(action => action.Compensates is null).GroupBy(action => action.TaskId))
        {
            var spent = books.Budgets.FirstOrDefault(budget => budget.Key == $"default/task:{task.Key}").Spent;
            var succeeded = task.Where(action => action.State == ActionState.Succeeded).Sum(Books.AmountOf);
            if (spent != succeeded) Violated("I12", $"{task.Key} has spent {spent}, and {succeeded} succeeded");
            var ids = task.Select(action => action.Id).ToHashSet(StringComparer.Ordinal);
            var paid = _bank.Effects.Where(effect => ids.Contains(effect.Request.Key)).Sum(effect => effect.Request.Amount);
            if (paid > PayBundle.TaskLimit) Violated("I12", $"{paid} left the bank for {task.Key}");
        }
    }

    /// <summary>I13: a key answers for one request only, and what has ended is answered with the same bytes for ever.</summary>
    private void Replayed()
    {
        var rows = books.Actions.GroupBy(action => (action.ProposerId, action.Tool, action.IdempotencyKey)).ToDictionary(keyed => keyed.Key, keyed => keyed.First());
        foreach (var answers in _history.Answers.GroupBy(answer => (answer.Agent, answer.Tool, answer.Key)))
        {
            if (!rows.TryGetValue(answers.Key, out var row)) continue;
            var about = answers.Where(answer => answer.ActionId == row.Id).ToList();
            foreach (var other in about.Where(answer => answer.Arguments != row.Arguments && answer.Code != "idempotency_key_reuse"))
                Violated("I13", $"{other.Key} answered {other.Status} {other.Code} to another request than that of {row.Id}");
            var final = about.Where(answer => answer.Arguments == row.Arguments && answer.Code is not ("action_in_flight" or "effect_unknown" or "idempotency_key_reuse") && answer.Status != 202)
                .Select(answer => answer.Body).Distinct().Count();
            if (final > 1) Violated("I13", $"{row.Id} was answered for in {final} ways");
        }
    }

    /// <summary>I15: what is secret or personal stands in no entry, beside none, and in no answer.</summary>
    private void Discreet()
    {
        foreach (var leaf in books.Leaves)
            if (Encoding.UTF8.GetString(leaf.Entry.Leaf).Contains(Universe.Canary, StringComparison.Ordinal) || leaf.Entry.Payload?.Contains(Universe.Canary, StringComparison.Ordinal) == true)
                Violated("I15", $"entry {leaf.Entry.Index} ({leaf.Entry.Kind}) holds what must not be written down");
        foreach (var answer in _history.Answers.Where(answer => answer.Body.Contains(Universe.Canary, StringComparison.Ordinal)))
            Violated("I15", $"an answer to {answer.Agent} holds what must not be told");
    }
}
