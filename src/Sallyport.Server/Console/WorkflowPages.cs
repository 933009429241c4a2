using Microsoft.AspNetCore.Http.HttpResults;
using Sallyport.Console.Pages;
using Sallyport.Console.Views;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Workflows;
using Sallyport.Workflows.Documents;

namespace Sallyport.Server.Console;

/// <summary>Workflows: what they may do, and how that changed.</summary>
internal static class WorkflowPages
{
    internal static void MapWorkflowPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/workflows", ListAsync);
        routes.MapGet("/workflows/{name}", ShowAsync);
        routes.MapGet("/workflows/{name}/matrix", MatrixAsync);
        routes.MapGet("/workflows/{name}/releases/{hash}", CompareAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ConsoleVisit visit, ReleaseRegistry releases, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        var lines = releases.Active.Select(release => release.Manifest).OrderBy(manifest => manifest.Name, StringComparer.Ordinal)
            .Select(manifest => new WorkflowLine(manifest.Name, manifest.Title, manifest.Version, WireName.Of(manifest.Phase), manifest.Guarantee.Says.Trim()));
        return new RazorComponentResult<WorkflowsPage>(new { session.Visitor, Workflows = (IReadOnlyList<WorkflowLine>)[.. lines], Now = time.Now() });
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string name, ConsoleVisit visit, ReleaseRegistry releases, WorkflowDetails details, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        if (releases.ActiveOf(name) is not { } release) return ConsoleEndpoints.NotFound(session, "There is no active workflow of this name.");
        return new RazorComponentResult<WorkflowPage>(new { session.Visitor, Detail = await details.MakeAsync(release, session.Person.Tenant, http.RequestAborted), Now = time.Now() });
    }

    private static async Task<IResult> MatrixAsync(HttpContext http, string name, ConsoleVisit visit, ReleaseRegistry releases, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        if (releases.ActiveOf(name) is not { } release) return ConsoleEndpoints.NotFound(session, "There is no active workflow of this name.");
        return new RazorComponentResult<MatrixPage>(new { session.Visitor, Matrix = PermissionMatrix.Of(release), Now = time.Now() });
    }

    private static async Task<IResult> CompareAsync(HttpContext http, string name, string hash, string? against, ConsoleVisit visit, WorkflowDetails details, TimeProvider time)
    {
        if (await visit.FindAsync(http) is not { } session) return ConsoleSession.SignIn();
        if (against is null || await details.CompareAsync(session.Person.Tenant, name, against, hash, http.RequestAborted) is not { } comparison)
            return ConsoleEndpoints.NotFound(session, "These two are not stored as releases of this workflow, or one of them can no longer be read.");
        return new RazorComponentResult<ReleasePage>(new { session.Visitor, Comparison = comparison, Now = time.Now() });
    }
}
