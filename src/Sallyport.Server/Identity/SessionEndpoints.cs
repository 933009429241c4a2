using Microsoft.Extensions.Options;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Server.Hosting;
using Sallyport.Server.Http;

namespace Sallyport.Server.Identity;

/// <summary>Sessions of people: signing in with a password, signing out, and ending all that a person has.</summary>
internal static class SessionEndpoints
{
    internal static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/sessions", SignInAsync);
        routes.MapGet("/v1/sessions/current", CurrentAsync);
        routes.MapDelete("/v1/sessions/current", SignOutAsync);
        routes.MapGet("/v1/people/{username}/sessions", ListAsync);
        routes.MapDelete("/v1/people/{username}/sessions", EndAllAsync);
    }

    private static async Task SignInAsync(
        HttpContext http, PeopleAccounts people, PeopleSessions sessions, SignInThrottle throttle, IOptions<ServerOptions> options, TimeProvider time)
    {
        if (await RequestReader.ReadAsync<SignInCall>(http) is not { } call) return;
        if (!options.Value.SignIn.LocalAccounts)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.LocalAccountsOff, "Passwords of this server are switched off.");
            return;
        }

        if (!await throttle.AdmitAsync(http, call.Username)) return;
        var person = await people.CheckAsync("default", call.Username, call.Password, http.RequestAborted);
        var session = person is null ? null : await sessions.StartAsync(person, new SignIn(SignIn.Local, time.Now()), null, http.RequestAborted);
        if (session is not null) await Answers.WriteAsync(http, 201, session.ToView());
        else await Answers.ProblemAsync(http, ErrorCatalogue.SignInRefused, "The user name or password is wrong, or the account is locked.");
    }

    private static async Task CurrentAsync(HttpContext http, Callers callers, PeopleSessions sessions)
    {
        if (await callers.PersonAsync(http) is null || await sessions.FindAsync(Callers.Credential(http)!, http.RequestAborted) is not { } live) return;
        await Answers.WriteAsync(http, 200, new CurrentSessionView(live.Person.Username, live.Person.Groups, live.Person.Roles, live.Session.SignIn.Provider, live.Session.ExpiresAt));
    }

    private static async Task SignOutAsync(HttpContext http, Callers callers, PeopleSessions sessions)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        await sessions.EndAsync(person, Callers.Credential(http)!, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static async Task ListAsync(HttpContext http, string username, Callers callers, PeopleSessions sessions, IIdentityStore store)
    {
        if (await OfAsync(http, username, callers, store) is not var (_, person)) return;
        var all = await sessions.OfAsync(person, http.RequestAborted);
        await Answers.WriteAsync(http, 200, new
        {
            sessions = all.Select(View),
        });
    }

    private static async Task EndAllAsync(HttpContext http, string username, Callers callers, PeopleSessions sessions, IIdentityStore store)
    {
        if (await OfAsync(http, username, callers, store) is not var (by, person)) return;
        await Answers.WriteAsync(http, 200, new EndedSessionsView(await sessions.EndAllAsync(by, person, http.RequestAborted)));
    }

    /// <summary>The person whose sessions are meant: oneself, or anybody for an administrator.</summary>
    private static async Task<(HumanPrincipal By, HumanPrincipal Person)?> OfAsync(HttpContext http, string username, Callers callers, IIdentityStore store)
    {
        if (await callers.PersonAsync(http) is not { } by) return null;
        if (by.Username == username) return (by, by);
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is null) return null;
        return await PeopleEndpoints.FindAsync(http, by, username, store) is { } person ? (by, person) : null;
    }

    internal static SessionListView View(StoredSession session) => new(
        session.Id, session.SignIn.Provider, session.SignIn.At == SignIn.UnknownTime ? null : session.SignIn.At, session.StartedAt, session.SeenAt, session.ExpiresAt);
}
