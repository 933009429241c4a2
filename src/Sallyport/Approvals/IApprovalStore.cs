using Sallyport.Audit;
using Sallyport.Protocol;

namespace Sallyport.Approvals;

/// <summary>How far an approval has been put to people.</summary>
/// <param name="Circle">The circle asked last: 0 for those named first, then one more for each that waiting brings in.</param>
/// <param name="IsSettled">False while an outside directory could not say who belongs to it.</param>
public sealed record ApprovalAsk(int Circle, bool IsSettled);

/// <summary>A pending approval that people are to be asked about now.</summary>
/// <param name="Action">The action.</param>
/// <param name="Asked">What happened so far; null when nobody was asked yet.</param>
public sealed record DueAsk(ActionRecord Action, ApprovalAsk? Asked);

/// <summary>The durable side of asking people; SQLite and PostgreSQL implement it. Every change is one transaction with its audit entry.</summary>
public interface IApprovalStore
{
    /// <summary>Pending approvals that nobody was asked about, or whose next circle is due; longest waiting first.</summary>
    Task<IReadOnlyList<DueAsk>> DueAsksAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>
    /// Records whom an approval was put to and when it is to be looked at again. False when somebody else did, or the action is no longer
    /// pending under this approval. Without an entry only the next look moves.
    /// </summary>
    Task<bool> AskAsync(ActionRecord action, ApprovalAsk? before, ApprovalAsk after, DateTimeOffset? nextAt, AuditDraft? leaf, CancellationToken cancellation);

    /// <summary>Substitutions in force at a moment.</summary>
    Task<IReadOnlyList<Substitute>> SubstitutesAsync(string tenant, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Adds a substitution.</summary>
    Task AddSubstituteAsync(Substitute substitute, AuditDraft leaf, CancellationToken cancellation);

    /// <summary>Ends a substitution that this person gave; false when there is none in force.</summary>
    Task<bool> EndSubstituteAsync(string tenant, string id, string userId, DateTimeOffset now, AuditDraft leaf, CancellationToken cancellation);
}
