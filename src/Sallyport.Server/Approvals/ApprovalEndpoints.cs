using Sallyport.Approvals;
using Sallyport.Actions;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Passkeys;
using Sallyport.Protocol;
using Sallyport.Server.Http;
using Sallyport.Workflows;

namespace Sallyport.Server.Approvals;

/// <summary>The inner door, for people only.</summary>
internal static class ApprovalEndpoints
{
    internal static void MapApprovals(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/approvals", ListAsync);
        routes.MapGet("/v1/approvals/{id}", ShowAsync);
        routes.MapGet("/v1/approvals/{id}/signing", SigningAsync);
        routes.MapPost("/v1/approvals/{id}/decision", DecideAsync);
    }

    /// <summary>A signature off the wire.</summary>
    internal static PasskeyAssertion? Assertion(PasskeySignature? signature) =>
        signature is null ? null : new PasskeyAssertion(signature.CredentialId, signature.AuthenticatorData, signature.ClientData, signature.Signature);

    private static async Task SigningAsync(HttpContext http, string id, Callers callers, IActionStore store, Signing signing)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var action = await store.FindByApprovalAsync(person.Tenant, id, http.RequestAborted);
        if (action is null || await signing.ViewAsync(action, person, http.RequestAborted) is not { } view) await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no approval of this id.");
        else await Answers.WriteAsync(http, 200, view);
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IActionStore store, ReleaseRegistry releases)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        var views = new List<ApprovalView>();
        foreach (var action in await store.PendingAsync(person.Tenant, 200, http.RequestAborted))
            views.Add(await ApprovalViews.MakeAsync(action, store, releases, http.RequestAborted));
        await Answers.WriteAsync(http, 200, new { approvals = views });
    }

    private static async Task ShowAsync(HttpContext http, string id, Callers callers, IActionStore store, ReleaseRegistry releases)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        if (await store.FindByApprovalAsync(person.Tenant, id, http.RequestAborted) is not { } action) await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no approval of this id.");
        else await Answers.WriteAsync(http, 200, await ApprovalViews.MakeAsync(action, store, releases, http.RequestAborted));
    }

    private static async Task DecideAsync(HttpContext http, string id, Callers callers, ApprovalQueue queue, ActionSignals signals)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        if (await RequestReader.ReadAsync<DecisionCall>(http) is not { } call) return;
        if (call.Decision is not ("approve" or "deny") || call.Reason?.Length > 2_000 || (call.Decision == "deny" && string.IsNullOrWhiteSpace(call.Reason)))
        {
            await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "decision is approve or deny; deny needs a reason of at most 2000 characters.");
            return;
        }

        var result = await queue.DecideAsync(person, new ApprovalAnswer(id, call.Decision == "approve", call.Digest, call.Reason, Passkey: Assertion(call.Passkey)), http.RequestAborted);
        if (result.Error is { } error) await Answers.ProblemAsync(http, error, result.Detail!, result.Action?.Id);
        else
        {
            signals.Changed(result.Action!);
            await Answers.WriteAsync(http, 200, ActionViews.View(result.Action!));
        }
    }
}
