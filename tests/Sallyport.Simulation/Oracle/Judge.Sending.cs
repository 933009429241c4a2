using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Identity;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Simulation.Actors;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation.Oracle;

/// <content>What must be true of every request that leaves.</content>
internal sealed partial class Judge
{
    /// <summary>From reading facts to the first byte: what a world needs in which nothing stalls, or several steps do.</summary>
    private TimeSpan Fresh => TimeSpan.FromSeconds(15) + (universe.Faults.StallPermille > 0 ? 4 * FaultPlan.LongestStall : TimeSpan.Zero);

    /// <summary>I2, I10: the intent of this attempt was durable before anything left.</summary>
    private void IntentFirst(SentRequest sent)
    {
        if (sent.Action is null) Violated("I2", $"{sent.Request.Key} left without an action");
        else if (!sent.Intent) Violated("I2", $"attempt {sent.Request.Attempt} of {sent.Request.Key} left before its intent was durable");
    }

    /// <summary>I3: what leaves is what was proposed, and the people that this amount needs have said yes to exactly it.</summary>
    private void Approved(SentRequest sent, ActionRecord action)
    {
        var request = sent.Request;
        if (action.State != ActionState.Dispatching || action.Attempt != request.Attempt)
            Violated("I3", $"{action.Id} was {action.State}, attempt {action.Attempt}, when attempt {request.Attempt} left");
        var arguments = JsonElement.Parse(action.Arguments);
        var subject = arguments.GetProperty(action.Tool == "void_payment" ? "payment" : "account").GetString();
        if (subject != request.Account || Books.AmountOf(action) != request.Amount || action.Tool != request.Tool) Violated("I3", $"what left for {action.Id} is not what was proposed");
        if (HashOf(action, arguments) != action.ParamHash) Violated("I3", $"the arguments of {action.Id} do not have the hash that was approved");
        var large = request.Amount > PayBundle.MediumAmount;
        var needed = large ? 2 : request.Amount > PayBundle.SmallAmount || action.Tool == "void_payment" ? 1 : 0;
        if (action.Decision == PolicyOutcome.Approve) needed = Math.Max(1, needed);
        var people = sent.Decisions.Where(decision => decision.Approve && decision.Round == action.Round && decision.ApprovalId == action.ApprovalId && decision.Digest == action.StatementDigest)
            .Select(decision => Cast.Named(decision.UserId)).OfType<HumanPrincipal>()
            .Where(person => person.Groups.Contains("leads") && person.UserId != action.ProposerId && !(large && person == Cast.Olivia)).Distinct().Count();
        if (people < needed) Violated("I3", $"{action.Id} left with {people} of {needed} approvals of its statement");
        if (sent.Decisions.Any(decision => !decision.Approve && decision.Round == action.Round)) Violated("I4", $"{action.Id} left although somebody denied it");
        if (IntentOf(sent) is { } intent && intent.Entry.At > action.ExpiresAt + Fresh) Violated("I3", $"{action.Id} left after its approval had expired");
    }

    /// <summary>I3: the facts behind it were true moments before, and allow it.</summary>
    private void FreshFacts(SentRequest sent, ActionRecord action)
    {
        var release = action.PolicyHash == PayBundle.First.Policies[action.Tool].Hash ? PayBundle.First : PayBundle.Second;
        if (!_history.WasActive(release, sent.At - Fresh, sent.At)) Violated("I3", $"{action.Id} left under a policy that was not active any more");
        if (action.Tool == "void_payment") return;
        var balance = JsonElement.Parse(action.Facts).GetProperty("account.balance").GetInt64();
        var versions = _bank.Versions(sent.Request.Account);
        var index = versions.ToList().FindIndex(version => version.Balance == balance);
        if (index < 0)
        {
            Violated("I3", $"{action.Id} rests on a balance that never was");
            return;
        }

        var over = index + 1 < versions.Count ? versions[index + 1].Since : TimeSpan.MaxValue;
        if (over < sent.At - Fresh) Violated("I3", $"{action.Id} rests on facts that had changed long before it left");
        if (versions[index].Frozen) Violated("I3", $"{action.Id} left for a frozen account");
        if (versions[index].Watched && action.Decision == PolicyOutcome.Auto) Violated("I3", $"{action.Id} left by itself for a watched account");
        if (sent.Request.Amount > balance) Violated("I3", $"{action.Id} pays more than the account held");
    }

    /// <summary>I5a, I5b, and I5c where a fence stands.</summary>
    private void Halted(SeenHalt halt)
    {
        if (halt.Receipt is not { } receipt) return;
        foreach (var sent in _history.Sent.Where(sent => sent.At > halt.Returned && sent.At < halt.Lifted && halt.Covers(sent.Request, sent.Action?.ProposerId ?? "")))
            Violated("I5a", $"{sent.Request.Key} left {(sent.At - halt.Returned).TotalSeconds:F1} s after the halt of {halt.Scope} had returned");
        foreach (var effect in _bank.Effects.Where(effect => effect.At > halt.Returned && effect.At < halt.Lifted && halt.Covers(effect.Request, ProposerOf(effect.Request.Key))))
            if (!receipt.Unresolved.Any(attempt => attempt.ActionId == effect.Request.Key)) Violated("I5b", $"{effect.Request.Key} took effect after the halt of {halt.Scope} and is not in its receipt");
        foreach (var stopped in receipt.Unresolved.Where(attempt => attempt.Stopped))
            if (_bank.Effects.Any(effect => effect.Request.Key == stopped.ActionId && effect.Request.Attempt <= stopped.Attempt && effect.At > halt.Returned))
                Violated("I5c", $"attempt {stopped.Attempt} of {stopped.ActionId} took effect although the receipt says that it was stopped");
        foreach (var cancelled in receipt.Cancelled.Where(id => _bank.Find(id).Any())) Violated("I4", $"{cancelled} was cancelled by a halt and took effect");
    }

    /// <summary>I11: a credential that a halt revoked is refused from then on, and nothing leaves on the strength of it.</summary>
    private void Revoked()
    {
        foreach (var halt in _history.Halts.Where(halt => halt.Receipt is not null))
        {
            foreach (var (agent, generation) in halt.Generations.Where(agent => halt.Revokes(agent.Key)))
            {
                if (_history.TokenChecks.Exists(check => check.Agent == agent && check.Accepted && check.Issued < halt.Begun && check.Began > halt.Returned))
                    Violated("I11", $"a token of {agent} was accepted after the halt of {halt.Scope} had revoked it");
                if (_history.Sent.Exists(sent => sent.Action is { } action && action.ProposerId == agent && action.Generation < generation && sent.At > halt.Returned))
                    Violated("I11", $"something left for {agent} after the halt of {halt.Scope} had revoked its credentials");
            }
        }
    }

    private string ProposerOf(string id) => books.Actions.FirstOrDefault(action => action.Id == id)?.ProposerId ?? "";

    private BookLeaf? IntentOf(SentRequest sent) => books.Transitions[sent.Request.Key]
        .FirstOrDefault(leaf => leaf.Entry.Kind == "effect.intent" && leaf.Fields.GetProperty("attempt").GetInt32() == sent.Request.Attempt);

    /// <summary>The statement of a proposal, written out here once more: the engine's own hash cannot vouch for itself.</summary>
    private static string HashOf(ActionRecord action, JsonElement arguments) => CanonicalJson.Digest(JsonSerializer.SerializeToElement(new
    {
        v = 1, tenant = action.Tenant, agent = action.ProposerId, tool = action.Tool, contract_hash = action.ContractHash, dry_run = false, compensates = action.Compensates, @params = arguments,
    }));
}
