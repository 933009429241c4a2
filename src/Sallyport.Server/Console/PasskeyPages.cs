using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Approvals;
using Sallyport.Console.Pages;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Passkeys;
using Sallyport.Server.Passkeys;

namespace Sallyport.Server.Console;

/// <summary>The visitor's own passkeys.</summary>
internal static class PasskeyPages
{
    internal static void MapPasskeyPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/account/passkeys", ShowAsync);
        routes.MapPost("/account/passkeys/remove", RemoveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ConsoleVisit visit, IPasskeyStore store, TimeProvider time) =>
        await visit.FindAsync(http) is { } session ? await PageAsync(session, store, time, null, http.RequestAborted) : ConsoleSession.SignIn();

    private static async Task<IResult> RemoveAsync(HttpContext http, ConsoleVisit visit, PasskeyRegistry registry, IPasskeyStore store, TimeProvider time)
    {
        if (await visit.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        var notice = !StepUpCheck.IsFresh(session.Person, time.Now()) ? "Removing a passkey needs a fresh sign-in."
            : await registry.RemoveAsync(session.Person, session.Person.UserId, session.Form!["credential_id"].ToString(), http.RequestAborted) ? "The passkey is removed. What it signed stays valid." : "You have no such passkey.";
        return await PageAsync(session, store, time, notice, http.RequestAborted);
    }

    private static async Task<IResult> PageAsync(ConsoleSession.Found session, IPasskeyStore store, TimeProvider time, string? notice, CancellationToken cancellation)
    {
        var own = await store.OfAsync(session.Person.Tenant, session.Person.UserId, cancellation);
        return new RazorComponentResult<PasskeysPage>(new
        {
            session.Visitor, Passkeys = (IReadOnlyList<PasskeyView>)[.. own.Select(PasskeyEndpoints.View)], IsFresh = StepUpCheck.IsFresh(session.Person, time.Now()), Notice = notice, Now = time.Now(),
        });
    }
}
