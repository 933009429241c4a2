using System.Text.Json.Nodes;
using Sallyport.Connectors.Approvals;

namespace Sallyport.Connectors.Slack;

/// <summary>
/// Text in Slack's formats. Words of agents and values from systems of record only ever stand in <c>rich_text</c> elements of type text, which
/// Slack shows as they are: there, <c>&lt;!channel&gt;</c>, links and asterisks are letters. What must stand in mrkdwn is escaped.
/// </summary>
internal static class SlackText
{
    /// <summary>Harmless in mrkdwn: every mention and link starts with <c>&lt;</c>, and nothing is parsed into one where <c>verbatim</c> is set.</summary>
    internal static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>One line of untrusted text for mrkdwn.</summary>
    internal static string Line(string? text, int most) => Escape(PlainText.Of(text, most));

    internal static JsonObject Mrkdwn(string text) => new() { ["type"] = "mrkdwn", ["text"] = text, ["verbatim"] = true };

    internal static JsonObject Plain(string text) => new() { ["type"] = "plain_text", ["text"] = text, ["emoji"] = false };

    internal static JsonObject Section(string mrkdwn) => new() { ["type"] = "section", ["text"] = Mrkdwn(mrkdwn) };

    internal static JsonObject Context(string mrkdwn) => new() { ["type"] = "context", ["elements"] = new JsonArray(Mrkdwn(mrkdwn)) };

    /// <summary>Text exactly as it is, in a box or (for somebody's words) as a quotation.</summary>
    internal static JsonObject Literal(string kind, string text) => new()
    {
        ["type"] = "rich_text",
        ["elements"] = new JsonArray(new JsonObject { ["type"] = kind, ["elements"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }) }),
    };
}
