using System.Text.Json.Nodes;
using Sallyport.Connectors.Approvals;

namespace Sallyport.Connectors.Slack;

/// <summary>The Block Kit message about one approval.</summary>
internal static class SlackMessage
{
    private const int MostReason = 600;

    internal static JsonArray Blocks(ApprovalNotice notice)
    {
        var view = notice.View;
        var blocks = new JsonArray(
            new JsonObject { ["type"] = "header", ["text"] = SlackText.Plain(PlainText.Of(notice.Headline, 150)) },
            new JsonObject
            {
                ["type"] = "section",
                ["fields"] = new JsonArray(
                    SlackText.Mrkdwn($"*Risk*\n{SlackText.Line(view.Risk, 100)}"), SlackText.Mrkdwn($"*Undo*\n{SlackText.Line(view.Reversible, 300)}"),
                    SlackText.Mrkdwn($"*Asked by*\n{SlackText.Line(view.Agent, 100)}"), SlackText.Mrkdwn($"*Needed*\n{SlackText.Line(notice.Needed, 600)}")),
            },
            SlackText.Context("What will change"), SlackText.Literal("rich_text_preformatted", string.Join('\n', notice.Changes.Shown)),
            SlackText.Context("With exactly these arguments"), SlackText.Literal("rich_text_preformatted", string.Join('\n', notice.Arguments.Shown)));
        if (view.AgentReason is { Length: > 0 } reason)
        {
            blocks.Add(SlackText.Context("The agent's own words, not checked by anybody"));
            blocks.Add(SlackText.Literal("rich_text_quote", PlainText.Of(reason, MostReason)));
        }

        if (notice.Answers.Count > 0)
            blocks.Add(SlackText.Section("*Answers*\n" + string.Join('\n', notice.Answers.Take(20).Select(answer => SlackText.Line(answer, 100)))));
        // Whoever cannot see all of it must not decide on it here.
        if (notice.IsOpen) blocks.Add(Buttons(notice));
        var end = notice.IsOpen ? $"until {view.ExpiresAt:yyyy-MM-dd HH:mm} UTC" : notice.Ending;
        blocks.Add(SlackText.Context($"{SlackText.Line(notice.Approval, 60)} · {SlackText.Line(view.Digest, 80)} · round {view.Round} · {end}"));
        return blocks;
    }

    private static JsonObject Buttons(ApprovalNotice notice)
    {
        var open = Button(SlackButtons.Open, "Open", notice);
        open["url"] = notice.Link;
        if (!notice.ShowsEverything) return new JsonObject { ["type"] = "actions", ["block_id"] = "sallyport", ["elements"] = new JsonArray(open) };
        var approve = Button(SlackButtons.Approve, "Approve", notice);
        approve["style"] = "primary";
        approve["confirm"] = new JsonObject
        {
            ["title"] = SlackText.Plain("Approve exactly this?"), ["text"] = SlackText.Plain(PlainText.Of($"{notice.View.Title}. {notice.View.Reversible}", 300)),
            ["confirm"] = SlackText.Plain("Approve"), ["deny"] = SlackText.Plain("Back"),
        };
        var deny = Button(SlackButtons.Deny, "Deny…", notice);
        deny["style"] = "danger";
        return new JsonObject { ["type"] = "actions", ["block_id"] = "sallyport", ["elements"] = new JsonArray(approve, deny, open) };
    }

    private static JsonObject Button(string action, string label, ApprovalNotice notice) => new()
    {
        ["type"] = "button", ["action_id"] = action, ["text"] = SlackText.Plain(label), ["value"] = SlackButtons.Value(notice.Approval, notice.View.Digest),
    };
}
