using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Audit;
using Sallyport.Console.Pages;
using Sallyport.Console.Views;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Server.Audit;

namespace Sallyport.Server.Console;

/// <summary>What happens, live, and the story of any id.</summary>
internal static class ActivityPages
{
    private const int MostSteps = 500;
    private const int Newest = 50;
    private const int MostActions = 20;
    private const int LongestId = 255;

    internal static void MapActivityPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/activity", ShowAsync);
        routes.MapGet("/activity/stream", (HttpContext http, ActivityStream stream) => stream.RunAsync(http));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string? id, ConsoleVisit visit, IAuditStore audit, IActionStore store, ActionLines lines, ActorNames names, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var (tenant, wanted) = (session.Person.Tenant, id?.Trim());
        var actors = await names.OfAsync(tenant, http.RequestAborted);
        if (wanted is not { Length: > 0 })
        {
            var size = await audit.SizeAsync(http.RequestAborted);
            var newest = (await audit.ReadAsync(Math.Max(0, size - Newest), Newest, http.RequestAborted)).Reverse();
            return new RazorComponentResult<ActivityPage>(new { session.Visitor, Steps = (IReadOnlyList<ChainStep>)[.. newest.Select(AuditEndpoints.Step)], Names = actors, Now = time.Now() });
        }

        var entries = wanted.Length <= LongestId ? await audit.ChainAsync(tenant, wanted, MostSteps, http.RequestAborted) : [];
        var actions = new List<ActionLine>();
        foreach (var action in entries.Select(entry => entry.ActionId).OfType<string>().Distinct(StringComparer.Ordinal).Take(MostActions))
            if (await store.FindAsync(tenant, action, http.RequestAborted) is { } found) actions.Add(await lines.LineAsync(found, http.RequestAborted));
        return new RazorComponentResult<ActivityPage>(new
        {
            session.Visitor, Id = wanted, Steps = (IReadOnlyList<ChainStep>)[.. entries.Select(AuditEndpoints.Step)], Actions = (IReadOnlyList<ActionLine>)actions,
            Names = actors, IsCut = entries.Count == MostSteps, Now = time.Now(),
        });
    }
}
