using Sallyport.Approvals;
using Sallyport.Connectors.Approvals;
using Sallyport.Identity;

namespace Sallyport.Connectors.Tickets;

/// <summary>
/// Whom the ticket behind a task is assigned to, read back through its system. An answer is used for at most 15 seconds; webhooks only make it
/// be asked again sooner.
/// </summary>
public sealed class TicketDirectory(IEnumerable<ITicketSystem> systems, TimeProvider time) : IApproverDirectory
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly DirectoryCache _cache = new(TimeSpan.FromSeconds(15), time);

    /// <inheritdoc/>
    public string Scheme => "ticket-assignee";

    /// <inheritdoc/>
    public async Task<DirectoryReading> ReadAsync(DirectoryQuery query, CancellationToken cancellation)
    {
        if (query.Ticket is not { } ticket) return new DirectoryReading([], "ticket:none", time.Now());
        if (ticket.Split(':', 2) is not [var name, { Length: > 0 and <= 200 } key] || systems.FirstOrDefault(system => system.Name == name) is not { } found)
            throw new DirectoryUnavailableException("The task's ticket is of no configured system (integrations.jira, integrations.git_hub).");
        return await _cache.GetAsync(ticket, () => AskAsync(found, key, ticket, cancellation));
    }

    /// <summary>A hint came that a ticket changed: the next question is asked anew.</summary>
    public void Forget() => _cache.Clear();

    private async Task<DirectoryReading> AskAsync(ITicketSystem system, string key, string ticket, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var now = time.Now();
        try
        {
            return new DirectoryReading(await system.AssigneesAsync(key, linked.Token), ticket, now);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DirectoryUnavailableException($"{system.Name} did not answer within {Limit.TotalSeconds:0} s.");
        }
    }
}
