using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Console.Pages;
using Sallyport.Identity;
using Sallyport.Server.Http;

namespace Sallyport.Server.Console;

/// <summary>The way into the console and out of it.</summary>
internal static class SignInEndpoints
{
    internal static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signin", () => new RazorComponentResult<SignInPage>());
        routes.MapPost("/signin", SignInAsync);
        routes.MapPost("/signout", SignOutAsync);
    }

    private static async Task<IResult> SignInAsync(HttpContext http, PeopleAccounts people)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var session = await people.SignInAsync("default", form["username"].ToString(), form["password"].ToString(), http.RequestAborted);
        if (session is null) return new RazorComponentResult<SignInPage>(new { Failed = true }) { StatusCode = 401 };
        http.Response.Cookies.Append(Callers.Cookie, session.Token, ConsoleSession.CookieOptions(http, session.ExpiresAt));
        return Results.Redirect("/", preserveMethod: false);
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, ConsoleSession sessions, PeopleAccounts people)
    {
        if (await sessions.FormAsync(http) is null) return ConsoleSession.SignIn();
        await people.SignOutAsync(http.Request.Cookies[Callers.Cookie]!, http.RequestAborted);
        http.Response.Cookies.Delete(Callers.Cookie);
        return ConsoleSession.SignIn();
    }
}
