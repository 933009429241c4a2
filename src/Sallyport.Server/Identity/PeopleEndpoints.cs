using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Server.Hosting;
using Sallyport.Server.Http;

namespace Sallyport.Server.Identity;

/// <summary>People's accounts: who there is, new ones, and locking somebody out.</summary>
internal static partial class PeopleEndpoints
{
    internal static void MapPeople(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/people", ListAsync);
        routes.MapPost("/v1/people", AddAsync);
        routes.MapPost("/v1/people/{username}/lock", LockAsync);
        routes.MapDelete("/v1/people/{username}/lock", UnlockAsync);
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IIdentityStore store)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var all = await store.PeopleAsync(person.Tenant, http.RequestAborted);
        await Answers.WriteAsync(http, 200, new { people = all.Select(View) });
    }

    private static async Task AddAsync(HttpContext http, Callers callers, PeopleAccounts people, IOptions<ServerOptions> options)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is not { } admin) return;
        if (await RequestReader.ReadAsync<PersonCall>(http) is not { } call) return;
        if (!options.Value.SignIn.LocalAccounts)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.LocalAccountsOff, "People come from the provider; an account with a password could not sign in.");
            return;
        }

        var fault = !Username().IsMatch(call.Username) ? "A user name has 2 to 40 characters: a-z, 0-9, dot, dash."
            : call.Password.Length is < PeopleAccounts.MinPasswordLength or > 200 ? $"A password has {PeopleAccounts.MinPasswordLength} to 200 characters."
            : call.Roles.FirstOrDefault(role => !HumanPrincipal.AllRoles.Contains(role)) is { } unknown ? $"\"{unknown}\" is no role; the roles are {string.Join(", ", HumanPrincipal.AllRoles)}."
            : call.Groups.FirstOrDefault(group => !Username().IsMatch(group)) is { } odd ? $"\"{odd}\" is no group name." : null;
        if (fault is not null) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, fault);
        else if (await people.AddAsync(admin.Tenant, call, admin.Actor, http.RequestAborted) is { } added) await Answers.WriteAsync(http, 201, View(added));
        else await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "The user name is taken.");
    }

    /// <summary>Stopping somebody is an emergency and open to operators; letting them in again is not.</summary>
    private static async Task LockAsync(HttpContext http, string username, Callers callers, PeopleAccounts people, IIdentityStore store)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator, HumanPrincipal.Administrator) is not { } by) return;
        if (await RequestReader.ReadAsync<LockCall>(http) is not { } call) return;
        if (call.Reason.Trim().Length is 0 or > 2_000) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "Say why, in at most 2000 characters.");
        else if (await FindAsync(http, by, username, store) is { } person)
        {
            // Nobody locks the last administrator: that would take one, and not themselves.
            if (person.UserId == by.UserId || (person.Has(HumanPrincipal.Administrator) && !by.Has(HumanPrincipal.Administrator)))
            {
                await Answers.ProblemAsync(http, ErrorCatalogue.RoleRequired, "An administrator is locked by another administrator, and nobody by themselves; end your own sessions instead.");
                return;
            }

            await people.LockAsync(by, person, call.Reason, http.RequestAborted);
            await Answers.WriteAsync(http, 200, View(person with { IsLocked = true }));
        }
    }

    private static async Task UnlockAsync(HttpContext http, string username, Callers callers, PeopleAccounts people, IIdentityStore store)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is not { } by || await FindAsync(http, by, username, store) is not { } person) return;
        await people.UnlockAsync(by, person, http.RequestAborted);
        await Answers.WriteAsync(http, 200, View(person with { IsLocked = false }));
    }

    /// <summary>The person of a user name; otherwise answers and returns null.</summary>
    internal static async Task<HumanPrincipal?> FindAsync(HttpContext http, HumanPrincipal by, string username, IIdentityStore store)
    {
        if (await store.FindPersonAsync(by.Tenant, username, http.RequestAborted) is { } account) return account.Person;
        await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no person of this user name.");
        return null;
    }

    private static PersonView View(HumanPrincipal person) => new(person.UserId, person.Username, person.DisplayName, person.Groups, person.Roles, person.IsLocked);

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,39}$", RegexOptions.NonBacktracking)]
    private static partial Regex Username();
}
