using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Server.Http;
using Sallyport.Workflows;

namespace Sallyport.Server.Actions;

/// <summary>The front door for agents: propose, look, cancel, roll back. Everything that matters happens in the spine.</summary>
internal static class ActionEndpoints
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    internal static void MapActions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/tools/{tool}/actions", ProposeAsync);
        routes.MapGet("/v1/actions/{id}", ShowAsync);
        routes.MapPost("/v1/actions/{id}/cancel", CancelAsync);
        routes.MapPost("/v1/actions/{id}/compensate", CompensateAsync);
        routes.MapPost("/v1/actions/{id}/resolve", ResolveAsync);
    }

    private static async Task ProposeAsync(HttpContext http, string tool, Callers callers, ActionPipeline pipeline)
    {
        if (await callers.AgentAsync(http) is not { } agent) return;
        if (await RequestReader.ReadAsync<ActionCall>(http) is not { } call) return;
        var header = http.Request.Headers["Idempotency-Key"].ToString();
        if (header.Length > 0 && call.IdempotencyKey is not null && header != call.IdempotencyKey)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "The Idempotency-Key header and idempotency_key differ.");
            return;
        }

        if (call.Confidence is < 0 or > 1)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "confidence lies between 0 and 1.");
            return;
        }

        if (header.Length > 0) call = call with { IdempotencyKey = header };
        await Answers.WriteAsync(http, await pipeline.ProposeAsync(new Proposal(agent, tool, call, Trace.Of(http), "rest", DefaultWait), http.RequestAborted));
    }

    private static async Task ShowAsync(HttpContext http, string id, string? wait, Callers callers, IActionStore store, ActionSignals signals)
    {
        if (await MineAsync(http, id, callers, store) is not { } found) return;
        if (!TryWait(wait, out var time))
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "wait is a number of seconds up to 60, such as 30s.");
            return;
        }

        var action = await signals.WaitAsync(found.Action, static action => ActionProtocol.IsTerminal(action.State), time, http.RequestAborted);
        await Answers.WriteAsync(http, 200, ActionViews.View(action));
    }

    private static async Task CancelAsync(HttpContext http, string id, Callers callers, IActionStore store, ActionCancel cancel)
    {
        if (await MineAsync(http, id, callers, store, HumanPrincipal.Operator) is not { } found) return;
        var (action, refusal) = await cancel.CancelAsync(found.Action, found.By, http.RequestAborted);
        if (refusal is null) await Answers.WriteAsync(http, 200, ActionViews.View(action));
        else await Answers.WriteAsync(http, refusal.Code.Status, refusal.ToProblem(action.Id, Trace.Of(http)));
    }

    private static async Task CompensateAsync(HttpContext http, string id, bool? dry_run, Callers callers, IActionStore store, Compensator compensator)
    {
        if (await MineAsync(http, id, callers, store, HumanPrincipal.Operator) is not { } found) return;
        await Answers.WriteAsync(http, await compensator.CompensateAsync(found.Action, found.By, dry_run ?? false, null, Trace.Of(http), http.RequestAborted));
    }

    private static async Task ResolveAsync(HttpContext http, string id, Callers callers, IActionStore store, UnknownSettler settler)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator) is not { } person) return;
        if (await RequestReader.ReadAsync<ResolveCall>(http) is not { } call) return;
        var action = await store.FindAsync(person.Tenant, id, http.RequestAborted);
        if (action is null) await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no action of this id.");
        else if (call.Outcome is not ("applied" or "not_applied") || call.Evidence.Trim().Length < 10)
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "outcome is applied or not_applied, and evidence says in at least 10 characters how you know.", id);
        else if (action.State != ActionState.Unknown)
            await Answers.ProblemAsync(http, ErrorCatalogue.NotResolvable, $"The action is {WireName.Of(action.State)}.", id);
        else
        {
            var (resolved, refusal) = await settler.ResolveAsync(action, person, call.Outcome == "applied", call.Evidence, http.RequestAborted);
            if (refusal is null) await Answers.WriteAsync(http, resolved.State == ActionState.Unknown ? 202 : 200, ActionViews.View(resolved));
            else await Answers.WriteAsync(http, refusal.Code.Status, refusal.ToProblem(resolved.Id, Trace.Of(http)));
        }
    }

    /// <summary>An agent's own action, or any action for a person. Somebody else's looks like one that does not exist.</summary>
    private static async Task<(ActionRecord Action, Proposer By)?> MineAsync(HttpContext http, string id, Callers callers, IActionStore store, string? role = null)
    {
        var (agent, person) = await callers.EitherAsync(http);
        if (agent is null && person is null) return null;
        if (person is not null && role is not null && !person.Has(role))
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.RoleRequired, $"This needs the role {role}.");
            return null;
        }

        var action = await store.FindAsync(agent?.Tenant ?? person!.Tenant, id, http.RequestAborted);
        if (action is not null && (person is not null || action.ProposerId == agent!.Id))
            return (action, agent ?? AsProposer(person!, action, http.RequestServices.GetRequiredService<ReleaseRegistry>()));
        await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "You have no action of this id.");
        return null;
    }

    /// <summary>A person who rolls back acts under their own name, with exactly the scope of the compensating tool.</summary>
    private static Proposer AsProposer(HumanPrincipal person, ActionRecord action, ReleaseRegistry releases)
    {
        var tools = releases.ActiveOf(action.Workflow)?.Tools;
        var compensating = tools is not null && tools.TryGetValue(action.Tool, out var tool) && tool.Reversible is { } reversible && tools.TryGetValue(reversible.By, out var by) ? by : null;
        return new Proposer(person.UserId, person.Tenant, person.Username, person.Username, action.Workflow, compensating is null ? [] : [compensating.Scope], 0, IsPerson: true);
    }

    private static bool TryWait(string? text, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (text is null) return true;
        if (!int.TryParse(text.EndsWith('s') ? text[..^1] : text, System.Globalization.NumberStyles.None, null, out var seconds)) return false;
        wait = TimeSpan.FromSeconds(seconds);
        return wait <= LongestWait;
    }
}
