using Sallyport.Connectors.Approvals;

namespace Sallyport.Connectors.Tickets;

/// <summary>The text of a ticket about an approval, the same for every system but for how a block of literal text is written.</summary>
internal static class TicketText
{
    /// <summary>Title with the approval's id, by which the ticket is found again.</summary>
    internal static string Title(ApprovalNotice notice) => $"{PlainText.Of(notice.View.Title, 120)} ({notice.Approval})";

    /// <summary>The lines, of which all but those of <paramref name="literal"/> are this program's own words.</summary>
    /// <param name="notice">The approval.</param>
    /// <param name="literal">Writes lines that must be shown as they are.</param>
    internal static string Body(ApprovalNotice notice, Func<IEnumerable<string>, string> literal)
    {
        var view = notice.View;
        string[] facts =
        [
            $"State: {notice.Ending}", $"Risk: {PlainText.Of(view.Risk, 60)}", $"Undo: {PlainText.Of(view.Reversible, 200)}",
            $"Asked by: {PlainText.Of(view.Agent, 100)}", $"Needed: {PlainText.Of(notice.Needed, 600)}",
            $"Expires: {view.ExpiresAt:yyyy-MM-dd HH:mm} UTC", $"Statement: {view.Digest}", .. notice.Answers.Take(20).Select(answer => "Answer: " + PlainText.Of(answer, 100)),
        ];
        var text = $"""
            An agent proposes something that needs people. Look at it and decide at {notice.Link}

            {literal(facts)}

            What will change:

            {literal(notice.Changes.Shown)}

            With exactly these arguments:

            {literal(notice.Arguments.Shown)}
            """;
        return view.AgentReason is { Length: > 0 } reason ? $"{text}\n\nThe agent's own words, not checked by anybody:\n\n{literal([PlainText.Of(reason, 600)])}" : text;
    }
}
