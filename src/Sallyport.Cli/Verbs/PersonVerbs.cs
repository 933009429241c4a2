using System.CommandLine;
using Sallyport.Contracts.Wire;
using Spectre.Console;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport person add|list</c>.</summary>
internal static class PersonVerbs
{
    internal static Command Create() => new("person", "Manage people's accounts.") { Add(), List(), LinkVerbs.Link(), LinkVerbs.Unlink() };

    private static Command Add()
    {
        var username = new Argument<string>("username") { Description = "User name." };
        var display = new Option<string>("--name") { Description = "Full name.", Required = true };
        var groups = new Option<string[]>("--group") { Description = "A group, for example support-leads; may be repeated.", DefaultValueFactory = _ => [] };
        var roles = new Option<string[]>("--role") { Description = "viewer, approver, operator or administrator; may be repeated.", DefaultValueFactory = _ => ["approver"] };
        return Connection.Verb("add", "Add a person. The password is asked for, or read from SALLYPORT_NEW_PASSWORD.\n\nExample: sallyport person add dana --name \"Dana Ruiz\" --group support-leads",
            async (parsed, client, cancellation) =>
            {
                var password = Environment.GetEnvironmentVariable("SALLYPORT_NEW_PASSWORD") ?? AnsiConsole.Prompt(new TextPrompt<string>("New password:").Secret());
                var person = await client.AddPersonAsync(
                    new PersonCall(parsed.GetValue(username)!, parsed.GetValue(display)!, password, parsed.GetValue(groups)!, parsed.GetValue(roles)!), cancellation);
                if (parsed.GetValue(Connection.AsJson)) Output.Json(person);
                else Output.Line($"Added {person.Username} ({person.UserId}).");
                return ExitCodes.Ok;
            }, username, display, groups, roles);
    }

    private static Command List() => Connection.Verb("list", "List people.\n\nExample: sallyport person list", async (parsed, client, cancellation) =>
    {
        var people = await client.PeopleAsync(cancellation);
        if (parsed.GetValue(Connection.AsJson)) Output.Json(new { people });
        else Output.Table(["user", "name", "groups", "roles"], people.Select(p => (IReadOnlyList<string>)[p.Username, p.DisplayName, string.Join(", ", p.Groups), string.Join(", ", p.Roles)]));
        return ExitCodes.Ok;
    });
}
