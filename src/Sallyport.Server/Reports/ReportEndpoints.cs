using Sallyport.Contracts.Errors;
using Sallyport.Reporting;
using Sallyport.Server.Http;
using Sallyport.Workflows;

namespace Sallyport.Server.Reports;

/// <summary>Reports on operations. People only.</summary>
internal static class ReportEndpoints
{
    internal static void MapReports(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/reports/operations", OperationsAsync);

    private static async Task OperationsAsync(HttpContext http, string? workflow, string? period, Callers callers, OperationsReports reports, ReleaseRegistry releases)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        if (ReportPeriod.Find(period ?? "24h") is not { } wanted)
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, $"period is one of {string.Join(", ", ReportPeriod.All.Select(known => known.Name))}.");
        else if (workflow is not null && releases.ActiveOf(workflow) is null) await Answers.ProblemAsync(http, ErrorCatalogue.UnknownWorkflow, "There is no active workflow of this name.");
        else await Answers.WriteAsync(http, 200, await reports.MakeAsync(person.Tenant, workflow, wanted, http.RequestAborted));
    }
}
