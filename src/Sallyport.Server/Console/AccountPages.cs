using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Console.Pages;
using Sallyport.Console.Views;
using Sallyport.Identity;

namespace Sallyport.Server.Console;

/// <summary>The visitor's own account.</summary>
internal static class AccountPages
{
    internal static void MapAccountPages(this IEndpointRouteBuilder routes) => routes.MapGet("/account", AccountAsync);

    private static async Task<IResult> AccountAsync(HttpContext http, ConsoleVisit visit, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var person = session.Person;
        return new RazorComponentResult<AccountPage>(new
        {
            session.Visitor, Now = time.Now(),
            Account = new AccountDetail(person.UserId, person.Username, person.DisplayName, person.Email, person.Groups, person.Roles, person.SignIn?.Provider, person.SignIn is { } signIn && signIn.At != SignIn.UnknownTime ? signIn.At : null),
        });
    }
}
