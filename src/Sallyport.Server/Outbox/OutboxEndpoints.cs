using Sallyport.Audit;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Outbox;
using Sallyport.Server.Http;

namespace Sallyport.Server.Outbox;

/// <summary>What is on its way to other systems, and what was given up; people with the operator role.</summary>
internal static class OutboxEndpoints
{
    private const int Most = 200;

    internal static void MapOutbox(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/outbox", ListAsync);
        routes.MapGet("/v1/outbox/{id}", ShowAsync);
        routes.MapPost("/v1/outbox/{id}/retry", (HttpContext http, string id, Callers callers, IOutboxStore store, TimeProvider time) => ActAsync(
            http, id, callers, store, "delivery.retried", (person, leaf) => store.RetryAsync(person.Tenant, id, time.Now(), leaf, http.RequestAborted)));
        routes.MapPost("/v1/outbox/{id}/drop", (HttpContext http, string id, Callers callers, IOutboxStore store) => ActAsync(
            http, id, callers, store, "delivery.dropped", (person, leaf) => store.DropAsync(person.Tenant, id, leaf, http.RequestAborted)));
    }

    private static async Task ListAsync(HttpContext http, Callers callers, IOutboxStore store, string? state)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator) is not { } person) return;
        DeliveryState? only = null;
        if (state is not null)
        {
            if (!WireName.TryParse<DeliveryState>(state, out var known))
            {
                await Answers.ProblemAsync(http, ErrorCatalogue.InvalidRequest, "state is waiting, sent, dead or dropped; without it, what waits or is dead is listed.");
                return;
            }

            only = known;
        }

        var deliveries = await store.ListAsync(person.Tenant, only, Most, http.RequestAborted);
        await Answers.WriteAsync(http, 200, new { deliveries = deliveries.Select(View) });
    }

    private static async Task ShowAsync(HttpContext http, string id, Callers callers, IOutboxStore store)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator) is not { } person) return;
        if (await store.FindAsync(person.Tenant, id, http.RequestAborted) is { } delivery) await Answers.WriteAsync(http, 200, View(delivery));
        else await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no delivery of this id.");
    }

    private static async Task ActAsync(HttpContext http, string id, Callers callers, IOutboxStore store, string kind, Func<HumanPrincipal, AuditDraft, Task<bool>> act)
    {
        if (await callers.PersonAsync(http, HumanPrincipal.Operator) is not { } person) return;
        if (await store.FindAsync(person.Tenant, id, http.RequestAborted) is not { } delivery) await Answers.ProblemAsync(http, ErrorCatalogue.NotFound, "There is no delivery of this id.");
        else if (!await act(person, OutboxSender.Leaf(kind, person.Actor, delivery)))
            await Answers.ProblemAsync(http, ErrorCatalogue.DeliverySettled, $"The delivery is {WireName.Of(delivery.State)}.");
        else await Answers.WriteAsync(http, 200, View((await store.FindAsync(person.Tenant, id, http.RequestAborted))!));
    }

    private static DeliveryView View(Delivery delivery) => new(
        delivery.Id, delivery.Channel, WireName.Of(delivery.State), delivery.Entry, delivery.Kind, delivery.ActionId, delivery.Attempts, delivery.Since, delivery.DueAt, delivery.Reason);
}
