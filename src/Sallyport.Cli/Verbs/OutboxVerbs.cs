using System.CommandLine;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport outbox list|show|retry|drop</c>.</summary>
internal static class OutboxVerbs
{
    internal static Command Create() => new("outbox", "What is on its way to Slack, tickets, pagers, mail and webhooks, and what was given up.") { List(), Show(), Retry(), Drop() };

    private static Command List()
    {
        var state = new Option<string?>("--state") { Description = "waiting, sent, dead or dropped; without it, what waits or is dead." };
        return Connection.Verb("list", "List deliveries, the newest first.\n\nExample: sallyport outbox list --state dead", async (parsed, client, cancellation) =>
        {
            var deliveries = await client.DeliveriesAsync(parsed.GetValue(state), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { deliveries });
            else if (deliveries.Count == 0) Output.Line("Nothing waits and nothing is dead.");
            else Output.Table(["delivery", "channel", "state", "tells", "attempts", "since", "reason"], deliveries.Select(d => (IReadOnlyList<string>)
                [d.Id, d.Channel, d.State, d.Kind, d.Attempts.ToString(), Output.Ago(d.Since, TimeProvider.System), d.Reason ?? ""]));
            return ExitCodes.Ok;
        }, state);
    }

    private static Command Show() => OnOne("show", "Show one delivery.", (client, id, cancellation) => client.DeliveryAsync(id, cancellation));

    private static Command Retry() => OnOne("retry", "Send a dead delivery again, under the same id.", (client, id, cancellation) => client.RetryDeliveryAsync(id, cancellation));

    private static Command Drop() => OnOne("drop", "Decide that a delivery need not be sent.", (client, id, cancellation) => client.DropDeliveryAsync(id, cancellation));

    private static Command OnOne(string verb, string what, Func<Client.PeopleClient, string, CancellationToken, Task<DeliveryView>> act)
    {
        var id = new Argument<string>("delivery") { Description = "The delivery's id, dlv_…" };
        return Connection.Verb(verb, $"{what}\n\nExample: sallyport outbox {verb} dlv_0197…", async (parsed, client, cancellation) =>
        {
            var delivery = await act(client, parsed.GetValue(id)!, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(delivery);
            else Output.Line($"{delivery.Id} to {delivery.Channel} is {delivery.State} after {delivery.Attempts} attempts; it tells of {delivery.Kind} (entry {delivery.Entry}). {delivery.Reason}".TrimEnd());
            return ExitCodes.Ok;
        }, id);
    }
}
