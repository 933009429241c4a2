using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Sallyport.Connectors.Approvals;

namespace Sallyport.Connectors.Mail;

/// <summary>The message to somebody who is asked. Its link leads to a page that demands a sign-in; nothing in it lets anybody decide.</summary>
internal static class MailText
{
    internal static MailMessage Make(ApprovalNotice notice, MailAddress from, MailAddress to, string id)
    {
        // PlainText has taken the line breaks out of whatever stands in a header.
        var message = new MailMessage(from, to)
        {
            Subject = notice.Headline, SubjectEncoding = Encoding.UTF8, BodyEncoding = Encoding.UTF8, HeadersEncoding = Encoding.UTF8, Body = Text(notice), IsBodyHtml = false,
        };
        message.Headers.Add("Message-ID", $"<{id}@{from.Host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(Html(notice), Encoding.UTF8, MediaTypeNames.Text.Html));
        return message;
    }

    private static string Text(ApprovalNotice notice)
    {
        var text = new StringBuilder().Append(notice.Headline).Append("\n\n");
        foreach (var (title, lines) in Sections(notice))
        {
            text.Append(title).Append('\n');
            foreach (var line in lines) text.Append("    ").Append(line).Append('\n');
            text.Append('\n');
        }

        return text.Append("Look at it and decide, after signing in: ").Append(notice.Link).Append('\n').ToString();
    }

    private static string Html(ApprovalNotice notice)
    {
        var html = new StringBuilder("<!doctype html><html><body style=\"font-family:sans-serif\"><h1 style=\"font-size:1.2em\">").Append(Encode(notice.Headline)).Append("</h1>");
        foreach (var (title, lines) in Sections(notice))
            html.Append("<p>").Append(Encode(title)).Append("</p><pre>").Append(string.Join('\n', lines.Select(Encode))).Append("</pre>");
        return html.Append("<p><a href=\"").Append(Encode(notice.Link)).Append("\">Look at it and decide</a> (you will be asked to sign in)</p></body></html>").ToString();
    }

    private static IEnumerable<(string Title, IReadOnlyList<string> Lines)> Sections(ApprovalNotice notice)
    {
        var view = notice.View;
        yield return ("What will change", notice.Changes.Shown);
        yield return ("With exactly these arguments", notice.Arguments.Shown);
        yield return ("Why you are asked",
        [
            $"Risk: {PlainText.Of(view.Risk, 60)}", $"Undo: {PlainText.Of(view.Reversible, 200)}",
            $"Asked by: {PlainText.Of(view.Agent, 100)}", $"Needed: {PlainText.Of(notice.Needed, 600)}",
            $"Expires: {view.ExpiresAt:yyyy-MM-dd HH:mm} UTC",
        ]);
        if (view.AgentReason is { Length: > 0 } reason) yield return ("The agent's own words, not checked by anybody", [PlainText.Of(reason, 600)]);
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
