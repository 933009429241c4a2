using System.CommandLine;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport person link|unlink</c>.</summary>
internal static class LinkVerbs
{
    internal static Command Link() => OnAccount("link", "Say that an account in another system is this person's; answers given there then count as theirs.",
        (client, person, call, cancellation) => client.LinkPersonAsync(person, call, cancellation));

    internal static Command Unlink() => OnAccount("unlink", "End such a link.", (client, person, call, cancellation) => client.UnlinkPersonAsync(person, call, cancellation));

    private static Command OnAccount(string verb, string what, Func<Client.PeopleClient, string, LinkCall, CancellationToken, Task<LinkView>> act)
    {
        var username = new Argument<string>("username") { Description = "User name." };
        var system = new Option<string>("--system") { Description = "slack, pagerduty, jira or github.", Required = true };
        var account = new Option<string>("--account") { Description = "The account's id there, not a name that can be changed.", Required = true };
        return Connection.Verb(verb, $"{what}\n\nExample: sallyport person {verb} dana --system slack --account U0197DANA", async (parsed, client, cancellation) =>
        {
            var link = await act(client, parsed.GetValue(username)!, new LinkCall(parsed.GetValue(system)!, parsed.GetValue(account)!), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(link);
            else Output.Line($"The {link.System} account {link.Account} is {(link.Linked ? "now" : "no longer")} {link.Username}'s.");
            return ExitCodes.Ok;
        }, username, system, account);
    }
}
