using System.Text.Json;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.KillSwitch;
using Sallyport.Server.Http;

namespace Sallyport.Server.KillSwitch;

/// <summary>Stopping and resuming; people with the operator role.</summary>
internal static class HaltEndpoints
{
    internal static void MapHalts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/halts", ListAsync);
        routes.MapPost("/v1/halts", HaltAsync);
        routes.MapGet("/v1/halts/{id}", ReceiptAsync);
        routes.MapDelete("/v1/halts/{id}", ResumeAsync);
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IHaltStore store)
    {
        if (await callers.PersonAsync(http) is null) return;
        await Answers.WriteAsync(http, 200, new { halts = await store.ActiveAsync(http.RequestAborted) });
    }

    private static async Task HaltAsync(HttpContext http, Callers callers, Sallyport.KillSwitch.KillSwitch kill)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator) is not { } person) return;
        if (await RequestReader.ReadAsync<HaltCall>(http) is not { } call) return;
        var fault = HaltScope.Check(call.Scope) ?? (string.IsNullOrWhiteSpace(call.Reason) || call.Reason.Length > 2_000 ? "A halt needs a reason of at most 2000 characters." : null);
        if (fault is not null) await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, fault);
        // Not tied to the caller's connection: a stop that was asked for is carried through.
        else await Answers.WriteAsync(http, 201, await kill.HaltAsync(person, call.Scope, call.Reason, CancellationToken.None));
    }

    private static async Task ReceiptAsync(HttpContext http, string id, Callers callers, IHaltStore store)
    {
        if (await callers.PersonAsync(http) is not { } person) return;
        if (await store.ReceiptAsync(person.Tenant, id, http.RequestAborted) is { } receipt)
            await Answers.WriteAsync(http, 200, JsonSerializer.Deserialize<HaltReceipt>(receipt, WireJson.Options)!);
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no completed halt of this id.");
    }

    private static async Task ResumeAsync(HttpContext http, string id, Callers callers, Sallyport.KillSwitch.KillSwitch kill)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator) is not { } person) return;
        if (await kill.ResumeAsync(person, id, http.RequestAborted)) await Answers.WriteAsync(http, 200, new { halt_id = id, resumed = true });
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "No halt of this id is in force.");
    }
}
