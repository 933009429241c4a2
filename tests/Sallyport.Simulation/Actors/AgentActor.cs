using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sallyport.Actions;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation.Actors;

/// <summary>What an agent wants to do once.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Account">The account.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="DryRun">Only look.</param>
internal sealed record Intention(string Tool, string Account, long Amount, string Key, bool DryRun = false);

/// <summary>
/// An agent that means well and calls badly: it repeats with the same key whatever it was not told, doubles calls, reuses a key for
/// something else, asks again under a fresh key what was denied, and calls off what is on its way.
/// </summary>
internal sealed class AgentActor(Universe universe, string id)
{
    private const string Resource = "https://gate.example";
    private string? _token;
    private TimeSpan _issued;
    private int _tokens;

    /// <summary>Pursues an intention until it has an answer that ends it, or patience is over.</summary>
    internal async Task PursueAsync(Intention intention, TimeSpan start)
    {
        await universe.PauseAsync(start);
        var chance = universe.Chance;
        if (chance.Permille(150)) universe.Outside.Start(() => ProposeAsync(intention));
        if (chance.Permille(120)) universe.Outside.Start(() => MeddleAsync(intention with { Amount = intention.Amount + 1 }));
        for (var tries = 0; tries < 8; tries++)
        {
            var answer = await ProposeAsync(intention);
            if (answer is { Status: 401 }) _token = null;
            var open = answer is null || answer.Status is 202 or 401 or 409 or 429 or 503;
            if (!open) break;
            if (answer is { Status: 202, ActionId: { } action } && chance.Permille(80)) universe.Outside.Start(() => CallOffAsync(action));
            await universe.PauseAsync(chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(tries < 3 ? 10 : 400)));
        }

        // What was denied is asked again as if it were new: the server must know it.
        if (chance.Permille(300)) await ProposeAsync(intention with { Key = intention.Key + "-again" });
    }

    private async Task MeddleAsync(Intention intention)
    {
        await universe.PauseAsync(universe.Chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(30)));
        await ProposeAsync(intention);
    }

    /// <summary>One proposal; null when no answer came.</summary>
    private async Task<SeenAnswer?> ProposeAsync(Intention intention)
    {
        var arguments = Arguments(intention);
        var reply = await universe.Any().CallAsync(async replica =>
        {
            var (proposer, refusal) = await IdentifyAsync(replica);
            if (proposer is null) return new ActionOutcome(refusal!.Status, refusal, Replayed: false);
            var call = new ActionCall(arguments, Cast.TaskOf(id), intention.DryRun, intention.DryRun ? null : intention.Key, null, "because");
            var wait = universe.Chance.Permille(200) ? TimeSpan.FromSeconds(2) : TimeSpan.Zero;
            return await replica.Pipeline.ProposeAsync(new Proposal(proposer, intention.Tool, call, null, "rest", wait), CancellationToken.None);
        });
        if (reply.Lost || reply.Value is not { } outcome) return null;
        var body = JsonSerializer.Serialize(outcome.Body, outcome.Body.GetType(), WireJson.Options);
        var (action, code) = outcome.Body switch
        {
            ActionView view => (view.ActionId, null),
            Problem problem => (problem.ActionId, problem.Code),
            _ => ((string?)null, (string?)null),
        };
        var seen = new SeenAnswer(id, intention.Tool, intention.Key, CanonicalJson.ToText(arguments), outcome.Status, body, action, code, universe.Scheduler.Now);
        if (intention.DryRun && outcome.Status == 200) universe.History.DryRuns.Add(action!);
        if (!intention.DryRun) universe.History.Answers.Add(seen);
        universe.Trace.Say(id, $"hears {outcome.Status} {code} about {intention.Tool} {intention.Amount} ({action?[^4..]}) key {intention.Key}{(outcome.Replayed ? ", replayed" : "")}");
        return seen;
    }

    private async Task CallOffAsync(string action)
    {
        await universe.PauseAsync(universe.Chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(20)));
        await universe.Any().CallAsync(async replica =>
        {
            var (proposer, refusal) = await IdentifyAsync(replica);
            if (proposer is null || await replica.Actions.FindAsync(Cast.Tenant, action, CancellationToken.None) is not { } found) return refusal ?? (object)"gone";
            var cancelled = await replica.Cancel.CancelAsync(found, proposer, CancellationToken.None);
            universe.Trace.Say(id, $"calls off {action[^4..]}: {cancelled.Refusal?.Code.Code ?? "done"}");
            return cancelled.Action;
        });
    }

    /// <summary>The door's part: the token is checked on every call.</summary>
    private async Task<(Proposer? Proposer, Problem? Refusal)> IdentifyAsync(Replica replica)
    {
        if (_token is null && !await SignInAsync(replica)) return (null, new Refusal(ErrorCatalogue.CredentialRevoked, "no token").ToProblem(null, null));
        var (token, issued, began) = (_token!, _issued, universe.Scheduler.Now);
        var check = await replica.Tokens.CheckAsync(token, Resource, CancellationToken.None);
        universe.History.TokenChecks.Add((id, issued, began, check.Proposer is not null));
        return check.Error is { } error ? (null, new Refusal(error, "token").ToProblem(null, null)) : (check.Proposer, null);
    }

    /// <summary>What the token endpoint does after it has verified the assertion.</summary>
    private async Task<bool> SignInAsync(Replica replica)
    {
        if (await replica.Identities.FindAgentAsync(id, CancellationToken.None) is not { Status: AgentStatus.Active } agent) return false;
        // What was read before a halt began belongs to before it; a request that was only asked before may be answered from after its end.
        var read = universe.Scheduler.Now;
        var token = "spa_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{id}/{++_tokens}")));
        var stored = new StoredToken(AgentTokens.Digest(token), id, agent.Scopes, agent.Generation, Resource, replica.Time.Now() + AgentTokens.Life);
        var leaf = new AuditDraft("token.issued", "agent:" + id);
        if (!await replica.Identities.IssueTokenAsync(stored, $"{id}/{_tokens}", stored.ExpiresAt, leaf, Cast.Tenant, CancellationToken.None)) return false;
        (_token, _issued) = (token, read);
        return true;
    }

    private static JsonElement Arguments(Intention intention) =>
        JsonSerializer.SerializeToElement(new { account = intention.Account, amount = intention.Amount, currency = "EUR", memo = Universe.Canary });
}
