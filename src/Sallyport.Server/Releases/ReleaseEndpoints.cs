using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Execution;
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
        routes.MapPost("/v1/releases/{release}/activation", ActivateAsync);
        routes.MapGet("/v1/releases/{release}/proof", ProofAsync);
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

    /// <summary>Asks for a release to become the active one. The proof is made here, not taken from the caller.</summary>
    private static async Task ActivateAsync(HttpContext http, string release, Callers callers, ReleaseRegistry releases, ConnectorSet connectors)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator, HumanPrincipal.Administrator) is not { } person) return;
        if (await BundleUpload.FindAsync(http, releases, release) is not { } candidate) return;
        if (ReleaseConnectors.Check(candidate, connectors) is { } unfit)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidBundle, unfit);
            return;
        }

        var activation = await releases.ActivateAsync(candidate, person.Actor, isPerson: true, http.RequestAborted);
        switch (activation.Outcome)
        {
            case ActivationOutcome.Refuted:
                var problem = new Refusal(ErrorCatalogue.ReleaseRefuted, "What breaks it stands in the errors list.", [.. activation.Reasons.Select(reason => new ProblemError("", reason))]).ToProblem(null, Trace.Of(http));
                await Answers.WriteAsync(http, problem.Status, problem);
                break;
            case ActivationOutcome.ActiveChanged:
                await Answers.ProblemAsync(http, ErrorCatalogue.ActiveReleaseChanged, $"Of \"{candidate.Manifest.Name}\".");
                break;
            case ActivationOutcome.Activated or ActivationOutcome.AlreadyActive or ActivationOutcome.SecondPersonNeeded:
                await Answers.WriteAsync(http, activation.Outcome == ActivationOutcome.SecondPersonNeeded ? 202 : 200, new ActivationView(
                    candidate.Hash, WireName.Of(activation.Outcome), activation.Proof?.Change is { } change ? WireName.Of(change.Verdict) : null, activation.People, activation.Reasons));
                break;
        }
    }

    private static async Task ProofAsync(HttpContext http, string release, Callers callers, IReleaseStore store)
    {
        if (await callers.PersonAsync(http) is null) return;
        if (await store.ProofAsync(release, http.RequestAborted) is { } proof) await Answers.WriteAsync(http, 200, CanonicalJson.Parse(proof));
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "No release of this hash was ever activated here.");
    }

    internal static ReleaseView View(ReleaseHead head) => new(head.Hash, head.Workflow, head.Version, head.Active, head.PublishedAt, head.PublishedBy, head.ActivatedAt);
}
