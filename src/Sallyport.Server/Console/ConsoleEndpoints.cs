using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Console;
using Sallyport.Console.Pages;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Protocol;
using Sallyport.Server.Approvals;
using Sallyport.Server.Audit;
using Sallyport.Workflows;

namespace Sallyport.Server.Console;

/// <summary>The console: pages and plain forms, no script. Each form ends in the same engine call as its REST twin.</summary>
internal static class ConsoleEndpoints
{
    internal static void MapConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console.css", () => Results.Text(ConsoleAssets.Css, "text/css"));
        routes.MapGet("/", InboxAsync);
        routes.MapGet("/approvals/{id}", ApprovalAsync);
        routes.MapPost("/approvals/{id}", DecideAsync);
        routes.MapGet("/activity", ActivityAsync);
        routes.MapGet("/emergency", EmergencyAsync);
        routes.MapPost("/emergency", HaltAsync);
        routes.MapPost("/emergency/resume", ResumeAsync);
    }

    private static async Task<IResult> InboxAsync(HttpContext http, ConsoleSession sessions, IActionStore store, ReleaseRegistry releases, ApproverRoll.Reader rolls, TimeProvider time)
    {
        if (await sessions.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var items = new List<InboxItem>();
        foreach (var action in await store.PendingAsync(session.Person.Tenant, 200, http.RequestAborted))
            items.Add(await ItemAsync(action, session.Person, store, releases, rolls, http.RequestAborted));
        var ordered = items.OrderByDescending(item => item.Mine).ThenBy(item => item.Approval.CreatedAt).ToList();
        return new RazorComponentResult<InboxPage>(new { session.Visitor, Items = (IReadOnlyList<InboxItem>)ordered, Now = time.Now() });
    }

    private static async Task<IResult> ApprovalAsync(HttpContext http, string id, ConsoleSession sessions, IActionStore store, ReleaseRegistry releases, ApproverRoll.Reader rolls, TimeProvider time)
    {
        if (await sessions.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        return await PageAsync(http, id, session, store, releases, rolls, time, null);
    }

    private static async Task<IResult> DecideAsync(
        HttpContext http, string id, ConsoleSession sessions, ApprovalQueue queue, IActionStore store, ReleaseRegistry releases, ApproverRoll.Reader rolls, ActionSignals signals, TimeProvider time)
    {
        if (await sessions.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        var (decision, reason) = (session.Form!["decision"].ToString(), session.Form["reason"].ToString().Trim());
        if (decision is not ("approve" or "deny")) return await PageAsync(http, id, session, store, releases, rolls, time, "Choose approve or deny.");
        if (decision == "deny" && reason.Length == 0) return await PageAsync(http, id, session, store, releases, rolls, time, "Say why you deny; the reason is kept.");
        var result = await queue.DecideAsync(
            session.Person, new ApprovalAnswer(id, decision == "approve", session.Form["digest"].ToString(), reason.Length == 0 ? null : reason[..Math.Min(reason.Length, 2_000)]), http.RequestAborted);
        if (result.Error is { } error) return await PageAsync(http, id, session, store, releases, rolls, time, $"{error.Title} {result.Detail}");
        signals.Changed(result.Action!);
        return await PageAsync(http, id, session, store, releases, rolls, time, decision == "approve" ? "Your approval is recorded." : "Denied. The action has ended.");
    }

    private static async Task<IResult> ActivityAsync(HttpContext http, string? id, ConsoleSession sessions, IAuditStore audit)
    {
        if (await sessions.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var entries = id is { Length: > 0 and <= 255 }
            ? await audit.ChainAsync(session.Person.Tenant, id, 500, http.RequestAborted)
            : [.. (await audit.ReadAsync(Math.Max(0, await audit.SizeAsync(http.RequestAborted) - 50), 50, http.RequestAborted)).Reverse()];
        return new RazorComponentResult<ActivityPage>(new { session.Visitor, Id = id, Steps = (IReadOnlyList<ChainStep>)[.. entries.Select(AuditEndpoints.Step)] });
    }

    private static async Task<IResult> EmergencyAsync(HttpContext http, ConsoleSession sessions, EmergencyView view)
    {
        if (await sessions.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        return await view.PageAsync(session, null, null, http.RequestAborted);
    }

    private static async Task<IResult> HaltAsync(HttpContext http, ConsoleSession sessions, Sallyport.KillSwitch.KillSwitch kill, EmergencyView view)
    {
        if (await sessions.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        var (scope, reason) = (session.Form!["scope"].ToString(), session.Form["reason"].ToString().Trim());
        if (!session.Visitor.IsOperator) return await view.PageAsync(session, null, "Stopping needs the role operator.", http.RequestAborted);
        if (HaltScope.Check(scope) is { } fault) return await view.PageAsync(session, null, fault, http.RequestAborted);
        if (reason.Length is 0 or > 2_000) return await view.PageAsync(session, null, "Say why, in at most 2000 characters.", http.RequestAborted);
        return await view.PageAsync(session, await kill.HaltAsync(session.Person, scope, reason, CancellationToken.None), null, http.RequestAborted);
    }

    private static async Task<IResult> ResumeAsync(HttpContext http, ConsoleSession sessions, Sallyport.KillSwitch.KillSwitch kill, EmergencyView view)
    {
        if (await sessions.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        if (!session.Visitor.IsOperator) return await view.PageAsync(session, null, "Resuming needs the role operator.", http.RequestAborted);
        var lifted = await kill.ResumeAsync(session.Person, session.Form!["halt_id"].ToString(), http.RequestAborted);
        return await view.PageAsync(session, null, lifted ? "The halt is lifted." : "No halt of this id is in force.", http.RequestAborted);
    }

    private static async Task<IResult> PageAsync(
        HttpContext http, string id, ConsoleSession.Found session, IActionStore store, ReleaseRegistry releases, ApproverRoll.Reader rolls, TimeProvider time, string? notice)
    {
        if (await store.FindByApprovalAsync(session.Person.Tenant, id, http.RequestAborted) is not { } action)
            return new RazorComponentResult<InboxPage>(new { session.Visitor, Items = (IReadOnlyList<InboxItem>)[], Now = time.Now(), Notice = "There is no open approval of this id." }) { StatusCode = 404 };
        var item = await ItemAsync(action, session.Person, store, releases, rolls, http.RequestAborted);
        return new RazorComponentResult<ApprovalPage>(new { session.Visitor, Item = item, Now = time.Now(), Notice = notice });
    }

    private static async Task<InboxItem> ItemAsync(ActionRecord action, HumanPrincipal person, IActionStore store, ReleaseRegistry releases, ApproverRoll.Reader rolls, CancellationToken cancellation)
    {
        var approval = await ApprovalViews.MakeAsync(action, store, releases, cancellation);
        var answered = approval.Decisions.Any(answer => answer.By == person.Username && answer.Round == action.Round);
        return new InboxItem(approval, action.State == ActionState.Pending && !answered && (await rolls.ReadAsync(action, cancellation)).Evidence(person).Count > 0);
    }
}
