using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Sallyport.Console.Pages;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Identity.OpenId;
using Sallyport.Server.Hosting;
using Sallyport.Server.Http;
using Sallyport.Server.Identity;
using Sallyport.Server.Identity.OpenId;

namespace Sallyport.Server.Console;

/// <summary>
/// The way into the console and out of it. A provider is reached by a link and not by a form: <c>form-action 'self'</c> would stop the
/// redirect, and what protects the flow is the cookie that ties the provider's answer to the browser that asked.
/// </summary>
internal static class SignInEndpoints
{
    internal static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signin", (HttpContext http, OpenIdSignIn openId, IOptions<ServerOptions> options) => Page(http, openId, options, null, 200));
        routes.MapPost("/signin", SignInAsync);
        routes.MapGet("/signin/with/{provider}", BeginAsync);
        routes.MapGet("/signin/callback", CompleteAsync);
        routes.MapGet("/signin/fresh", FreshAsync);
        routes.MapPost("/signin/fresh", FreshByPasswordAsync);
        routes.MapPost("/signout", SignOutAsync);
        routes.MapGet("/signedout", SignedOutAsync);
    }

    private static RazorComponentResult<SignInPage> Page(HttpContext http, OpenIdSignIn openId, IOptions<ServerOptions> options, string? notice, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        var wanted = LocalPath.Of(http.Request.HasFormContentType ? http.Request.Form["return"].ToString() : http.Request.Query["return"].ToString());
        var links = openId.Providers.Select(provider => KeyValuePair.Create(provider.Title, $"/signin/with/{provider.Options.Name}?return={Uri.EscapeDataString(wanted)}"));
        return new RazorComponentResult<SignInPage>(new { Notice = notice, Return = wanted, Links = (IReadOnlyList<KeyValuePair<string, string>>)[.. links], options.Value.SignIn.LocalAccounts }) { StatusCode = status };
    }

    private static async Task<IResult> SignInAsync(
        HttpContext http, PeopleAccounts people, PeopleSessions sessions, SignInThrottle throttle, OpenIdSignIn openId, IOptions<ServerOptions> options, TimeProvider time)
    {
        if (!options.Value.SignIn.LocalAccounts) return Page(http, openId, options, "This server does not take passwords.", 403);
        if (await ConsoleSession.ReadFormAsync(http) is not { } form) return Page(http, openId, options, "That was no sign-in form.", 400);
        var name = form["username"].ToString();
        if (throttle.Wait(http, name) is { } wait) return TooMany(http, openId, options, wait);
        var person = await people.CheckAsync("default", name, form["password"].ToString(), http.RequestAborted);
        var session = person is null ? null : await sessions.StartAsync(person, new SignIn(SignIn.Local, time.Now()), SessionCookie.Read(http), http.RequestAborted);
        if (session is null) return Page(http, openId, options, "The user name or password is wrong, or the account is locked.", 401);
        SessionCookie.Write(http, session.Token, session.ExpiresAt);
        return Results.Redirect(LocalPath.Of(form["return"].ToString()), preserveMethod: false);
    }

    private static async Task<IResult> BeginAsync(HttpContext http, string provider, OpenIdSignIn openId, SignInThrottle throttle, IOptions<ServerOptions> options, TimeProvider time)
    {
        if (openId.Find(provider) is not { } chosen) return Page(http, openId, options, "There is no such provider.", 404);
        if (throttle.Wait(http) is { } wait) return TooMany(http, openId, options, wait);
        return await LeadAwayAsync(http, openId, chosen, LocalPath.Of(http.Request.Query["return"].ToString()), null, time);
    }

    private static async Task<IResult> CompleteAsync(HttpContext http, OpenIdSignIn openId, SignInThrottle throttle, IOptions<ServerOptions> options)
    {
        if (throttle.Wait(http) is { } wait) return TooMany(http, openId, options, wait);
        var result = await openId.CompleteAsync(http.Request.Query, SessionCookie.ReadFlow(http), http.RequestAborted);
        // A forged answer must not end the sign-in that this browser really began.
        if (result.Fault != SignInFault.StateMismatch) SessionCookie.DeleteFlow(http);
        if (result.Session is not { } session) return Refused(http, result.Fault!.Value);
        SessionCookie.Write(http, session.Token, session.ExpiresAt);
        // The browser comes from another site, so a redirect would go on without the strict cookie. A page of ours that leads on is a start of its own.
        return Message(http, "Signed in", $"You are signed in as {session.Person.Username}.", result.Return, "Continue", leadOn: true);
    }

    /// <summary>Asks for authentication anew, for decisions that need it; the present session is replaced.</summary>
    private static async Task<IResult> FreshAsync(HttpContext http, ConsoleSession sessions, OpenIdSignIn openId, TimeProvider time)
    {
        if (await sessions.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var wanted = LocalPath.Of(http.Request.Query["return"].ToString());
        if (openId.Find(session.Live.Session.SignIn.Provider) is { } provider) return await LeadAwayAsync(http, openId, provider, wanted, session.Person, time);
        return FreshPage(session, wanted, null, 200);
    }

    private static async Task<IResult> FreshByPasswordAsync(HttpContext http, ConsoleSession consoles, PeopleAccounts people, PeopleSessions sessions, SignInThrottle throttle, TimeProvider time)
    {
        if (await consoles.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        var wanted = LocalPath.Of(session.Form!["return"].ToString());
        if (throttle.Wait(http, session.Person.Username) is not null) return FreshPage(session, wanted, "Too many attempts; wait a minute.", 429);
        var local = session.Live.Session.SignIn.Provider == SignIn.Local;
        var person = local ? await people.CheckAsync(session.Person.Tenant, session.Person.Username, session.Form["password"].ToString(), http.RequestAborted) : null;
        var fresh = person is null ? null : await sessions.StartAsync(person, new SignIn(SignIn.Local, time.Now()), session.Token, http.RequestAborted);
        if (fresh is null) return FreshPage(session, wanted, "The password is wrong, or the account is locked.", 401);
        SessionCookie.Write(http, fresh.Token, fresh.ExpiresAt);
        return Results.Redirect(wanted, preserveMethod: false);
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, ConsoleSession sessions, PeopleSessions people)
    {
        if (await sessions.FormAsync(http) is not { } session) return ConsoleSession.SignIn();
        await people.EndAsync(session.Person, session.Token, http.RequestAborted);
        SessionCookie.Delete(http);
        var provider = session.Live.Session.SignIn.Provider;
        return Results.Redirect(provider == SignIn.Local ? "/signin" : "/signedout?from=" + Uri.EscapeDataString(provider), preserveMethod: false);
    }

    /// <summary>Says that the session here is over and, where the provider can end its own (RP-Initiated Logout 1.0), leads there.</summary>
    private static async Task<IResult> SignedOutAsync(HttpContext http, OpenIdSignIn openId)
    {
        var provider = openId.Find(http.Request.Query["from"].ToString());
        if (provider is null || await provider.MetadataAsync(http.RequestAborted) is not { EndSessionEndpoint: { } address })
            return Message(http, "Signed out", "Your session here has ended.", "/signin", "Sign in again");
        var there = Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(address, "client_id", provider.Options.ClientId);
        return Message(http, "Signed out", $"Your session here has ended. {provider.Title} may still know you.", there, $"Sign out of {provider.Title} too", leadOn: true);
    }

    private static async Task<IResult> LeadAwayAsync(HttpContext http, OpenIdSignIn openId, OpenIdProvider provider, string wanted, HumanPrincipal? freshFor, TimeProvider time)
    {
        var (address, secret, fault) = await openId.BeginAsync(provider, wanted, freshFor, SessionCookie.Read(http), http.RequestAborted);
        if (fault is { } why) return Refused(http, why);
        SessionCookie.WriteFlow(http, secret!, time.Now() + SignInFlows.Life);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Redirect(address!, preserveMethod: false);
    }

    private static RazorComponentResult<MessagePage> Refused(HttpContext http, SignInFault fault) => Message(
        http, "Not signed in",
        $"{(fault == SignInFault.ProviderUnavailable ? "The provider does not answer, so nobody can be signed in through it now." : "The sign-in was refused, so nobody was signed in.")} Reason: {WireName.Of(fault)}.",
        "/signin", "Try again", status: fault switch { SignInFault.ProviderUnavailable => 503, SignInFault.StateMismatch => 400, _ => 401 });

    private static RazorComponentResult<SignInPage> TooMany(HttpContext http, OpenIdSignIn openId, IOptions<ServerOptions> options, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Page(http, openId, options, "Too many attempts to sign in; wait a minute.", 429);
    }

    private static RazorComponentResult<FreshPage> FreshPage(ConsoleSession.Found session, string wanted, string? notice, int status) =>
        new(new { session.Visitor, Return = wanted, Notice = notice }) { StatusCode = status };

    private static RazorComponentResult<MessagePage> Message(HttpContext http, string title, string text, string link, string linkText, bool leadOn = false, int status = 200)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (leadOn) http.Response.Headers["Refresh"] = "0;url=" + link;
        return new RazorComponentResult<MessagePage>(new { Title = title, Text = text, Link = link, LinkText = linkText }) { StatusCode = status };
    }
}
