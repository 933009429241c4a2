using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Console.Pages;
using Sallyport.Console.Views;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Reporting;
using Sallyport.Server.Identity;

namespace Sallyport.Server.Console;

/// <summary>Agents: who they are, what they may do, what they use of their limits.</summary>
internal static class AgentPages
{
    internal static void MapAgentPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/agents", ListAsync);
        routes.MapGet("/agents/{id}", ShowAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ConsoleVisit visit, IIdentityStore identities, IHaltStore halts, IReportStore reports, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var tenant = session.Person.Tenant;
        var active = await halts.ActiveAsync(http.RequestAborted);
        var lines = new List<AgentLine>();
        foreach (var agent in await identities.AgentsAsync(tenant, http.RequestAborted))
        {
            var last = await reports.OfProposerAsync(tenant, agent.Id, 1, http.RequestAborted);
            lines.Add(new AgentLine(AgentEndpoints.View(agent), active.FirstOrDefault(halt => HaltViews.Covers(halt, agent))?.Id, agent.Keys.Select(key => (DateTimeOffset?)key.CreatedAt).Max(), last is [var action] ? action.CreatedAt : null));
        }

        return new RazorComponentResult<AgentsPage>(new { session.Visitor, Agents = (IReadOnlyList<AgentLine>)lines, Now = time.Now() });
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string id, string? said, ConsoleVisit visit, AgentDetails details, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        return await PageAsync(session, id, details, time, said, null, http.RequestAborted);
    }

    internal static async Task<IResult> PageAsync(ConsoleSession.Found session, string id, AgentDetails details, TimeProvider time, string? said, string? fault, CancellationToken cancellation)
    {
        if (await details.MakeAsync(session.Person.Tenant, id, cancellation) is not { } detail) return ConsoleEndpoints.NotFound(session, "There is no agent of this id.");
        // An address can be made by anybody; it confirms only what is true.
        var notice = (said, detail.Halts.Count > 0) switch { ("halted", true) => "Halted. Nothing new leaves; its tokens are void.", ("resumed", false) => "Resumed. It needs a new token.", _ => null };
        return new RazorComponentResult<AgentPage>(new
        {
            session.Visitor, Detail = detail, Now = time.Now(), Notice = fault is null ? notice : "Nothing was halted: see the reason.", NoticeTone = fault is null ? "good" : "bad", Fault = fault,
        })
        { StatusCode = fault is null ? 200 : 400 };
    }
}
