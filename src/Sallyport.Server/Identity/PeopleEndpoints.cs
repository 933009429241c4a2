using System.Text.RegularExpressions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Server.Http;

namespace Sallyport.Server.Identity;

/// <summary>Sign-in, sign-out, and people's accounts.</summary>
internal static partial class PeopleEndpoints
{
    internal static void MapPeople(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/sessions", SignInAsync);
        routes.MapDelete("/v1/sessions/current", SignOutAsync);
        routes.MapGet("/v1/people", ListAsync);
        routes.MapPost("/v1/people", AddAsync);
    }

    private static async Task SignInAsync(HttpContext http, PeopleAccounts people)
    {
        if (await RequestReader.ReadAsync<SignInCall>(http) is not { } call) return;
        if (await people.SignInAsync("default", call.Username, call.Password, http.RequestAborted) is { } session) await Answers.WriteAsync(http, 201, session);
        else await Answers.ProblemAsync(http, ErrorCatalogue.SignInRefused, "The user name or password is wrong, or the account is locked.");
    }

    private static async Task SignOutAsync(HttpContext http, Callers callers, PeopleAccounts people)
    {
        if (await callers.PersonAsync(http) is null) return;
        await people.SignOutAsync(Callers.Bearer(http) ?? http.Request.Cookies[Callers.Cookie]!, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IIdentityStore store)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var all = await store.PeopleAsync(person.Tenant, http.RequestAborted);
        await Answers.WriteAsync(http, 200, new { people = all.Select(View) });
    }

    private static async Task AddAsync(HttpContext http, Callers callers, PeopleAccounts people)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is not { } admin) return;
        if (await RequestReader.ReadAsync<PersonCall>(http) is not { } call) return;
        string[] roles = ["viewer", "approver", HumanPrincipal.Operator, HumanPrincipal.Administrator];
        var fault = !Username().IsMatch(call.Username) ? "A user name has 2 to 40 characters: a-z, 0-9, dot, dash."
            : call.Password.Length is < PeopleAccounts.MinPasswordLength or > 200 ? $"A password has {PeopleAccounts.MinPasswordLength} to 200 characters."
            : call.Roles.FirstOrDefault(role => !roles.Contains(role)) is { } unknown ? $"\"{unknown}\" is no role; the roles are {string.Join(", ", roles)}."
            : call.Groups.FirstOrDefault(group => !Username().IsMatch(group)) is { } odd ? $"\"{odd}\" is no group name." : null;
        if (fault is not null) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, fault);
        else if (await people.AddAsync(admin.Tenant, call, admin.Actor, http.RequestAborted) is { } added) await Answers.WriteAsync(http, 201, View(added));
        else await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "The user name is taken.");
    }

    private static PersonView View(HumanPrincipal person) => new(person.UserId, person.Username, person.DisplayName, person.Groups, person.Roles);

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,39}$", RegexOptions.NonBacktracking)]
    private static partial Regex Username();
}
