using Sallyport.Approvals;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Server.Http;

namespace Sallyport.Server.Approvals;

/// <summary>Who decides in whose place.</summary>
internal static class SubstituteEndpoints
{
    internal static void MapSubstitutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/substitutes", ListAsync);
        routes.MapPost("/v1/substitutes", GiveAsync);
        routes.MapDelete("/v1/substitutes/{id}", EndAsync);
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IApprovalStore store, IIdentityStore people, TimeProvider time)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var names = (await people.PeopleAsync(person.Tenant, http.RequestAborted)).ToDictionary(other => other.UserId, other => other.Username, StringComparer.Ordinal);
        var inForce = await store.SubstitutesAsync(person.Tenant, time.Now(), http.RequestAborted);
        await Answers.WriteAsync(http, 200, new { substitutes = inForce.Select(item => View(item, names.GetValueOrDefault(item.UserId), names.GetValueOrDefault(item.StandIn))) });
    }

    private static async Task GiveAsync(HttpContext http, Callers callers, Substitutes substitutes)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        if (await RequestReader.ReadAsync<SubstituteCall>(http) is not { } call) return;
        var result = await substitutes.GiveAsync(person, call.StandIn, call.Until, call.Reason, http.RequestAborted);
        if (result.Substitute is { } given) await Answers.WriteAsync(http, 201, View(given, person.Username, call.StandIn));
        else await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, result.Fault!);
    }

    private static async Task EndAsync(HttpContext http, string id, Callers callers, Substitutes substitutes)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        if (await substitutes.EndAsync(person, id, http.RequestAborted)) http.Response.StatusCode = 204;
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "You have not given your place away under this id.");
    }

    private static SubstituteView View(Substitute item, string? of, string? standIn) => new(item.Id, of ?? item.UserId, standIn ?? item.StandIn, item.Reason, item.BeginsAt, item.EndsAt);
}
