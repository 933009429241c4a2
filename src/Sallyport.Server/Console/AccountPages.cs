using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Console.Pages;
using Sallyport.Console.Views;
using Sallyport.Identity;
using Sallyport.Server.Http;
using Sallyport.Server.Identity;

namespace Sallyport.Server.Console;

/// <summary>The visitor's own account.</summary>
internal static class AccountPages
{
    internal static void MapAccountPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/account", AccountAsync);
        routes.MapPost("/account/sessions/end", SignOutEverywhereAsync);
    }

    private static async Task<IResult> SignOutEverywhereAsync(HttpContext http, ConsoleVisit visit, PeopleSessions sessions)
    {
        if (await visit.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        await sessions.EndAllAsync(session.Person, session.Person, http.RequestAborted);
        SessionCookie.Delete(http);
        return ConsoleSession.SignIn();
    }

    private static async Task<IResult> AccountAsync(HttpContext http, ConsoleVisit visit, PeopleSessions sessions, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var person = session.Person;
        return new RazorComponentResult<AccountPage>(new
        {
            session.Visitor, Now = time.Now(),
            Account = new AccountDetail(person.UserId, person.Username, person.DisplayName, person.Email, person.Groups, person.Roles, person.SignIn?.Provider, person.SignIn is { } signIn && signIn.At != SignIn.UnknownTime ? signIn.At : null)
            {
                Sessions = [.. (await sessions.OfAsync(person, http.RequestAborted)).Select(SessionEndpoints.View)], SessionId = session.Live.Session.Id,
            },
        });
    }
}
