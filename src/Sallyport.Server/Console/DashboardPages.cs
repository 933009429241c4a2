using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Console.Pages;
using Sallyport.Identity;
using Sallyport.Reporting;
using Sallyport.Workflows;

namespace Sallyport.Server.Console;

/// <summary>How it runs.</summary>
internal static class DashboardPages
{
    internal static void MapDashboardPages(this IEndpointRouteBuilder routes) => routes.MapGet("/dashboards", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, string? period, string? workflow, ConsoleVisit visit, OperationsReports reports, ReleaseRegistry releases, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var names = releases.Active.Select(release => release.Manifest.Name).Order(StringComparer.Ordinal).ToList();
        if (workflow is not null && !names.Contains(workflow)) return ConsoleEndpoints.NotFound(session, "There is no active workflow of this name.");
        var report = await reports.MakeAsync(session.Person.Tenant, workflow, ReportPeriod.Find(period ?? "24h") ?? ReportPeriod.All[0], http.RequestAborted);
        return new RazorComponentResult<DashboardsPage>(new { session.Visitor, Report = report, Workflows = (IReadOnlyList<string>)names, Now = time.Now() });
    }
}
