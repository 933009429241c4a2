using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Protocol;
using Sallyport.Server.Http;

namespace Sallyport.Server.Policy;

/// <summary>What policy decided and why. People only, like the chain.</summary>
internal static class PolicyEndpoints
{
    internal static void MapPolicy(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/actions/{id}/explanation", ExplainAsync);

    private static async Task ExplainAsync(HttpContext http, string id, Callers callers, IActionStore store, ActionExplainer explainer)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        if (await store.FindAsync(person.Tenant, id, http.RequestAborted) is not { } action)
            await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no action of this id; a refusal or a read has no decision to explain.");
        else if (await explainer.ExplainAsync(action, http.RequestAborted) is { } explanation) await Answers.WriteAsync(http, 200, explanation);
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, $"The release {action.Release}, which the action was decided under, is not stored.", id);
    }
}
