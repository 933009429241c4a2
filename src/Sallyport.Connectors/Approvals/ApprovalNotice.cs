using Sallyport.Contracts.Wire;
using Sallyport.Outbox;

namespace Sallyport.Connectors.Approvals;

/// <summary>What people elsewhere are shown about an approval.</summary>
/// <param name="View">The proposal as the console shows it, without what the contract calls sensitive: that stays in the console.</param>
/// <param name="Approval">The approval that is meant: that of the view, or an earlier round's whose end is told.</param>
/// <param name="IsOpen">Whether it still asks.</param>
/// <param name="Link">The console's page about it; it demands a sign-in and carries no token.</param>
public sealed record ApprovalNotice(ApprovalView View, string Approval, bool IsOpen, string Link)
{
    /// <summary>False where a part of it was left out because the contract calls it sensitive.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>What would change.</summary>
    public ChangeLines Changes => ChangeLines.OfDiff(View.Diff);

    /// <summary>With which arguments.</summary>
    public ChangeLines Arguments => ChangeLines.OfValues(View.Arguments);

    /// <summary>Whether somebody who sees only this sees everything. Where not, an answer must be given at the console.</summary>
    public bool ShowsEverything => IsWhole && Changes.IsComplete && Arguments.IsComplete;

    /// <summary>One line for subjects and notifications: nothing of the agent's own words.</summary>
    public string Headline => $"{(IsOpen ? "Approval needed" : Ending)}: {PlainText.Of(View.Title, 100)}";

    /// <summary>How it ended, in a word or two.</summary>
    public string Ending => View.Id != Approval ? "Asked anew" : View.State switch
    {
        "pending" => "Approval needed",
        "denied" => "Denied",
        "expired" => "Expired",
        "cancelled" => "Cancelled",
        _ => View.Decisions.Any(decision => decision.Decision == "approve") ? "Approved" : "Ended",
    };

    /// <summary>Who answered what in this round.</summary>
    public IReadOnlyList<string> Answers =>
        [.. View.Decisions.Where(decision => decision.Round == View.Round && View.Id == Approval).Select(decision => $"{decision.By}: {decision.Decision}")];

    /// <summary>Who is needed.</summary>
    public string Needed => string.Join("; ", View.Requirements.Select(need => $"{need.Count} of {string.Join(" or ", need.AnyOf)} (rule {need.Rule})"));
}

/// <summary>What a vendor said to the making or the search of a thread.</summary>
/// <param name="Outcome">Whether it was reached and took it.</param>
/// <param name="Reference">How it names the thread; null when there is none.</param>
public sealed record ThreadReply(SendOutcome Outcome, string? Reference = null);

/// <summary>Vendor boundary: a place where one approval is one thread that is kept in step, such as a Slack message or a ticket.</summary>
public interface IVendorThreads
{
    /// <summary>Looks for a thread that an earlier attempt may have made: asked only after an attempt whose end is not known.</summary>
    Task<ThreadReply> FindAsync(ApprovalNotice notice, DateTimeOffset since, CancellationToken cancellation);

    /// <summary>Makes the thread; it carries the approval's id, by which <see cref="FindAsync"/> recognises it.</summary>
    Task<ThreadReply> OpenAsync(ApprovalNotice notice, CancellationToken cancellation);

    /// <summary>Tells the thread how things stand; repeating it changes nothing.</summary>
    Task<SendOutcome> UpdateAsync(string reference, ApprovalNotice notice, CancellationToken cancellation);
}
