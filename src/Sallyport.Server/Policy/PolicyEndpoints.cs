using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Protocol;
using Sallyport.Server.Http;
using Sallyport.Server.Releases;
using Sallyport.Workflows;

namespace Sallyport.Server.Policy;

/// <summary>What policy decided and why. People only, like the chain.</summary>
internal static class PolicyEndpoints
{
    private const int MostExamples = 50;

    internal static void MapPolicy(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/actions/{id}/explanation", ExplainAsync);
        routes.MapPost("/v1/policy/replays", ReplayAsync);
    }

    private static async Task ExplainAsync(HttpContext http, string id, Callers callers, IActionStore store, ReleaseRegistry releases, ActionExplainer explainer)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        if (await store.FindAsync(person.Tenant, id, http.RequestAborted) is not { } action)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no action of this id; a refusal or a read has no decision to explain.");
            return;
        }

        // A release that is gone, or whose stored files were changed, is said to be so and is no failure of the server.
        if (await BundleUpload.FindAsync(http, releases, action.Release) is null) return;
        if (await explainer.ExplainAsync(action, http.RequestAborted) is { } explanation) await Answers.WriteAsync(http, 200, explanation);
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, $"The release {action.Release}, which the action was decided under, is not stored.", id);
    }

    /// <summary>Compiling and deciding cost time, so this is for those who may publish.</summary>
    private static async Task ReplayAsync(HttpContext http, Callers callers, PolicyReplay replay, ReleaseRegistry releases)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator, HumanPrincipal.Administrator) is not { } person) return;
        if (await RequestReader.ReadAsync<ReplayCall>(http, BundleUpload.MaxBytes) is not { } call) return;
        var fault = call.Files is null == call.Release is null ? "Send exactly one of files and release."
            : call.Examples is < 0 or > MostExamples ? $"examples lies between 0 and {MostExamples}."
            : call.Most is < 1 or > PolicyReplay.Most ? $"most lies between 1 and {PolicyReplay.Most}." : null;
        if (fault is not null)
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, fault);
            return;
        }

        var candidate = call.Files is { } files ? await BundleUpload.CompileAsync(http, files) : await BundleUpload.FindAsync(http, releases, call.Release!);
        if (candidate is null) return;
        await Answers.WriteAsync(http, 200, await replay.RunAsync(
            candidate, person.Tenant, call.Workflow ?? candidate.Manifest.Name, call.Since, call.Examples, call.Most, http.RequestAborted));
    }
}
