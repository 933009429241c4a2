using Sallyport.Identity;

namespace Sallyport.Connectors.Tickets;

/// <summary>Vendor boundary: a system of tickets that can be asked who one is assigned to.</summary>
public interface ITicketSystem
{
    /// <summary>Its name before the colon of a ticket: <c>jira</c> or <c>github</c>.</summary>
    string Name { get; }

    /// <summary>Whom a ticket is assigned to; nobody is an answer.</summary>
    /// <exception cref="Sallyport.Approvals.DirectoryUnavailableException">It cannot be told, or the ticket may not name approvers.</exception>
    Task<IReadOnlyList<ExternalIdentity>> AssigneesAsync(string key, CancellationToken cancellation);
}
