using Sallyport.Identity;

namespace Sallyport.Approvals;

/// <summary>
/// Vendor boundary: a system that knows who holds a duty at this moment, such as a pager's schedule or a ticket's assignee. It is read
/// whenever eligibility is decided; what it said, and when, goes into the audit record.
/// </summary>
public interface IApproverDirectory
{
    /// <summary>What stands before the colon in <c>any_of</c>: <c>oncall</c> or <c>ticket-assignee</c>.</summary>
    string Scheme { get; }

    /// <summary>Reads who it is now. Nobody is an answer; not knowing is an exception.</summary>
    /// <exception cref="DirectoryUnavailableException">The system could not be asked or did not answer well. Nobody is eligible through it then.</exception>
    Task<DirectoryReading> ReadAsync(DirectoryQuery query, CancellationToken cancellation);
}

/// <summary>What is asked.</summary>
/// <param name="Tenant">Tenant.</param>
/// <param name="Name">What stands after the colon, such as the schedule <c>finance</c>; empty for <c>ticket-assignee</c>.</param>
/// <param name="Ticket">The ticket behind the action's task, <c>system:key</c>, such as <c>jira:SUP-42</c>; null where there is none.</param>
public sealed record DirectoryQuery(string Tenant, string Name, string? Ticket);

/// <summary>What a directory said.</summary>
/// <param name="People">Who, as that system names them.</param>
/// <param name="Source">Where it stands there, such as <c>pagerduty:schedule/PABC123</c> or <c>jira:SUP-42</c>.</param>
/// <param name="ReadAt">When it was read.</param>
public sealed record DirectoryReading(IReadOnlyList<ExternalIdentity> People, string Source, DateTimeOffset ReadAt);

/// <summary>A directory could not say. The message names the system and what to do, never a secret.</summary>
public sealed class DirectoryUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
