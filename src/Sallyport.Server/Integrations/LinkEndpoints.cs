using System.Text.RegularExpressions;
using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Server.Http;

namespace Sallyport.Server.Integrations;

/// <summary>Which account elsewhere is which person; administrators only, since whoever holds a link answers as that person there.</summary>
internal static partial class LinkEndpoints
{
    private static readonly string[] Systems = ["slack", "pagerduty", "jira", "github"];

    internal static void MapLinks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/people/{username}/links", LinkAsync);
        routes.MapDelete("/v1/people/{username}/links/{system}/{account}", UnlinkAsync);
    }

    private static async Task LinkAsync(HttpContext http, string username, Callers callers, IIdentityStore store)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is not { } admin) return;
        if (await RequestReader.ReadAsync<LinkCall>(http) is not { } call) return;
        if (!Systems.Contains(call.System) || !Account().IsMatch(call.Account))
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, $"system is one of {string.Join(", ", Systems)}; account is the id there, 1 to 128 characters.");
        else if (await store.FindPersonAsync(admin.Tenant, username, http.RequestAborted) is not { } found)
            await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no person of this name.");
        else if (!await store.LinkAsync(admin.Tenant, found.Person.UserId, call.System, call.Account, Leaf("person.linked", admin, found.Person, call), http.RequestAborted))
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "The account is linked already; end that link first.");
        else await Answers.WriteAsync(http, 201, new LinkView(username, call.System, call.Account, Linked: true));
    }

    private static async Task UnlinkAsync(HttpContext http, string username, string system, string account, Callers callers, IIdentityStore store)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Administrator) is not { } admin) return;
        var found = await store.FindPersonAsync(admin.Tenant, username, http.RequestAborted);
        var leaf = found is null ? null : Leaf("person.unlinked", admin, found.Person, new LinkCall(system, account));
        if (leaf is null || !await store.UnlinkAsync(admin.Tenant, found!.Person.UserId, system, account, leaf, http.RequestAborted))
            await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no such link.");
        else await Answers.WriteAsync(http, 200, new LinkView(username, system, account, Linked: false));
    }

    private static AuditDraft Leaf(string kind, HumanPrincipal admin, HumanPrincipal person, LinkCall call) => new(kind, admin.Actor)
    {
        Fields = new() { ["user_id"] = person.UserId, ["system"] = call.System }, Payload = new() { ["account"] = call.Account, ["username"] = person.Username },
        Correlations = [person.UserId],
    };

    [GeneratedRegex("^[A-Za-z0-9:._-]{1,128}$", RegexOptions.NonBacktracking)]
    private static partial Regex Account();
}
