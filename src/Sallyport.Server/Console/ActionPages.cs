using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Actions;
using Sallyport.Approvals;
using Sallyport.Console.Pages;
using Sallyport.Identity;
using Sallyport.Passkeys;
using Sallyport.Protocol;

namespace Sallyport.Server.Console;

/// <summary>One action, and deciding on it.</summary>
internal static class ActionPages
{
    private const int LongestReason = 2_000;

    internal static void MapActionPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/actions/{id}", ShowAsync);
        routes.MapPost("/actions/{id}/decision", DecideAsync);
        routes.MapGet("/approvals/{id}", ByApprovalAsync);
    }

    /// <summary>Messages elsewhere name the approval; the page is the action's.</summary>
    private static async Task<IResult> ByApprovalAsync(HttpContext http, string id, ConsoleVisit visit, IActionStore store)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        return await store.FindByApprovalAsync(session.Person.Tenant, id, http.RequestAborted) is { } action
            ? Results.Redirect("/actions/" + action.Id) : ConsoleEndpoints.NotFound(session, "There is no approval of this id. A new round of asking has a new one.");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string id, string? said, ConsoleVisit visit, IActionStore store, ActionDetails details, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        if (await store.FindAsync(session.Person.Tenant, id, http.RequestAborted) is not { } action) return ConsoleEndpoints.NotFound(session, "There is no action of this id.");
        // An address can be made by anybody; it confirms only what the record says.
        var mine = said is null ? null : (await store.DecisionsAsync(action.Tenant, action.Id, http.RequestAborted)).LastOrDefault(answer => answer.UserId == session.Person.UserId);
        var notice = (said, mine?.Approve) switch { ("approve", true) => "Your approval is recorded.", ("deny", false) => "Denied. The action has ended.", _ => null };
        return await PageAsync(session, action, details, time, notice, "good", null, null, 200, http.RequestAborted);
    }

    private static async Task<IResult> DecideAsync(
        HttpContext http, string id, ConsoleVisit visit, ApprovalQueue queue, IActionStore store, ActionDetails details, ActionSignals signals, TimeProvider time)
    {
        if (await visit.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        if (await store.FindAsync(session.Person.Tenant, id, http.RequestAborted) is not { } action) return ConsoleEndpoints.NotFound(session, "There is no action of this id.");
        var (decision, reason) = (session.Form!["decision"].ToString(), session.Form["reason"].ToString().Trim());
        var fault = decision is not ("approve" or "deny") ? "Choose approve or deny."
            : decision == "deny" && reason.Length == 0 ? "Say why you deny; the reason is kept."
            : reason.Length > LongestReason ? $"At most {LongestReason} characters." : null;
        if (fault is not null) return await PageAsync(session, action, details, time, "Nothing was decided: see the reason.", "bad", fault, reason, 400, http.RequestAborted);

        // The approval comes from the form, so that an answer to an earlier round is never taken for one to this round.
        var result = await queue.DecideAsync(
            session.Person, new ApprovalAnswer(session.Form["approval"].ToString(), decision == "approve", session.Form["digest"].ToString(), reason.Length == 0 ? null : reason, Passkey: Signature(session.Form)), http.RequestAborted);
        if (result.Error is { } error)
            return await PageAsync(session, result.Action ?? action, details, time, $"{error.Title} {result.Detail}", "bad", null, reason, error.Status, http.RequestAborted);
        signals.Changed(result.Action!);
        return Results.Redirect($"/actions/{result.Action!.Id}?said={decision}");
    }

    /// <summary>The signature that the page's script put into the form; null without one.</summary>
    private static PasskeyAssertion? Signature(IFormCollection form) => form["passkey_signature"].ToString() is { Length: > 0 } signature
        ? new PasskeyAssertion(form["passkey_credential_id"].ToString(), form["passkey_authenticator_data"].ToString(), form["passkey_client_data"].ToString(), signature) : null;

    private static async Task<IResult> PageAsync(
        ConsoleSession.Found session, ActionRecord action, ActionDetails details, TimeProvider time, string? notice, string tone, string? fault, string? reason, int status,
        CancellationToken cancellation) =>
        new RazorComponentResult<ActionPage>(new
        {
            session.Visitor, Action = await details.MakeAsync(action, session.Person, cancellation), Now = time.Now(), Notice = notice, NoticeTone = tone, Fault = fault, Reason = reason,
        })
        { StatusCode = status };
}
