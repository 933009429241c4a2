using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Server.Http;
using Sallyport.Server.Releases;
using Sallyport.Workflows;

namespace Sallyport.Server.Policy;

/// <summary>Candidates in the shadow: operators start and stop them, everybody who may read the log may read their reports.</summary>
internal static class ShadowEndpoints
{
    private const int MostExamples = 50;

    internal static void MapShadows(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/policy/shadows", ListAsync);
        routes.MapPost("/v1/policy/shadows", StartAsync);
        routes.MapDelete("/v1/policy/shadows/{workflow}", StopAsync);
        routes.MapGet("/v1/policy/shadows/{workflow}/report", ReportAsync);
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IReleaseStore store)
    {
        if (await callers.PersonAsync(http) is null) return;
        await Answers.WriteAsync(http, 200, new { shadows = (await store.ShadowsAsync(http.RequestAborted)).Select(View) });
    }

    private static async Task StartAsync(HttpContext http, Callers callers, ReleaseRegistry releases, ShadowMode shadows)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator) is not { } person) return;
        if (await RequestReader.ReadAsync<ShadowCall>(http) is not { } call) return;
        if (await BundleUpload.FindAsync(http, releases, call.Release) is not { } candidate) return;
        var workflow = candidate.Manifest.Name;
        if (releases.ActiveOf(workflow) is not { } active) await Answers.ProblemAsync(http, ErrorCatalogue.UnknownWorkflow, $"\"{workflow}\" has no active release to run beside.");
        else if (active.Hash == candidate.Hash) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "This is the active release; a candidate is another one.");
        else if (await shadows.StartAsync(candidate, person.Actor, http.RequestAborted)) await Answers.WriteAsync(http, 201, View((await shadows.FindAsync(workflow, http.RequestAborted))!));
        else await Answers.ProblemAsync(http, ErrorCatalogue.ShadowRunning, $"Of \"{workflow}\".");
    }

    private static async Task StopAsync(HttpContext http, string workflow, Callers callers, ShadowMode shadows)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator) is not { } person) return;
        if (await shadows.StopAsync(workflow, person.Actor, http.RequestAborted)) await Answers.WriteAsync(http, 200, View((await shadows.FindAsync(workflow, http.RequestAborted))!));
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "No candidate runs in the shadow of this workflow.");
    }

    private static async Task ReportAsync(HttpContext http, string workflow, int? examples, Callers callers, ShadowMode shadows, ShadowReport report)
    {
        if (await callers.PersonAsync(http) is null) return;
        if (examples is < 0 or > MostExamples) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, $"examples lies between 0 and {MostExamples}.");
        else if (await shadows.FindAsync(workflow, http.RequestAborted) is { } run) await Answers.WriteAsync(http, 200, await report.OfAsync(run, examples ?? 5, http.RequestAborted));
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "No candidate ever ran in the shadow of this workflow.");
    }

    private static ShadowView View(ShadowRun run) => new(run.Workflow, run.Release, run.StartedAt, run.StartedBy, run.StoppedAt);
}
