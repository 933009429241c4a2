using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Server.Http;
using Sallyport.Workflows;

namespace Sallyport.Server.Releases;

/// <summary>Storing releases and looking at what is stored. Storing one changes nothing that is decided or executed.</summary>
internal static class ReleaseEndpoints
{
    private const int Most = 1_000;

    internal static void MapReleases(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/releases", ListAsync);
        routes.MapPost("/v1/releases", PublishAsync);
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IReleaseStore store)
    {
        if (await callers.PersonAsync(http) is null) return;
        await Answers.WriteAsync(http, 200, new { releases = (await store.HeadsAsync(Most, http.RequestAborted)).Select(View) });
    }

    private static async Task PublishAsync(HttpContext http, Callers callers, ReleaseRegistry releases, IReleaseStore store)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator, HumanPrincipal.Administrator) is not { } person) return;
        if (await RequestReader.ReadAsync<ReleaseCall>(http, BundleUpload.MaxBytes) is not { } call) return;
        if (await BundleUpload.CompileAsync(http, call.Files) is not { } release) return;
        var isNew = await releases.PublishAsync(release, person.Actor, http.RequestAborted);
        await Answers.WriteAsync(http, isNew ? 201 : 200, View((await store.HeadAsync(release.Hash, http.RequestAborted))!));
    }

    private static ReleaseView View(ReleaseHead head) => new(head.Hash, head.Workflow, head.Version, head.Active, head.PublishedAt, head.PublishedBy, head.ActivatedAt);
}
