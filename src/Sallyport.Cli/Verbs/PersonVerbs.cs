using System.CommandLine;
using Sallyport.Contracts.Wire;
using Spectre.Console;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport person add|list|sessions|sign-out|lock|unlock|passkeys</c>.</summary>
internal static class PersonVerbs
{
    internal static Command Create() => new("person", "Manage people's accounts.") { Add(), List(), Sessions(), SignOut(), Lock(), Unlock(), Passkeys(), LinkVerbs.Link(), LinkVerbs.Unlink() };

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
        else Output.Table(["user", "name", "groups", "roles", ""], people.Select(p => (IReadOnlyList<string>)[p.Username, p.DisplayName, string.Join(", ", p.Groups), string.Join(", ", p.Roles), p.Locked ? "locked" : ""]));
        return ExitCodes.Ok;
    });

    private static Command Sessions()
    {
        var username = Username();
        return Connection.Verb("sessions", "List the sessions of a person: your own, or anybody's as an administrator.\n\nExample: sallyport person sessions dana", async (parsed, client, cancellation) =>
        {
            var sessions = await client.SessionsAsync(parsed.GetValue(username)!, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { sessions });
            else Output.Table(["session", "signed in at", "started", "last used", "ends"], sessions.Select(s => (IReadOnlyList<string>)
                [s.SessionId, s.Provider, s.StartedAt.ToString("u"), Output.Ago(s.SeenAt, TimeProvider.System), s.ExpiresAt.ToString("u")]));
            return ExitCodes.Ok;
        }, username);
    }

    private static Command SignOut()
    {
        var username = Username();
        return Connection.Verb("sign-out", "End every session of a person: your own, or anybody's as an administrator.\n\nExample: sallyport person sign-out dana", async (parsed, client, cancellation) =>
        {
            var ended = await client.EndSessionsAsync(parsed.GetValue(username)!, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(ended);
            else Output.Line($"{ended.Ended} sessions of {parsed.GetValue(username)} have ended.");
            return ExitCodes.Ok;
        }, username);
    }

    private static Command Lock()
    {
        var username = Username();
        var reason = new Option<string>("--reason") { Description = "Why; kept in the audit record.", Required = true };
        return Connection.Verb("lock", "Lock a person out at once: sessions end, delegations are void, no door lets them in.\n\nExample: sallyport person lock dana --reason \"laptop stolen\"", async (parsed, client, cancellation) =>
        {
            var person = await client.LockPersonAsync(parsed.GetValue(username)!, new LockCall(parsed.GetValue(reason)!), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(person);
            else Output.Line($"{person.Username} is locked; their sessions and delegations have ended.");
            return ExitCodes.Ok;
        }, username, reason);
    }

    private static Command Unlock()
    {
        var username = Username();
        return Connection.Verb("unlock", "Let a locked person sign in again. What has ended stays ended.\n\nExample: sallyport person unlock dana", async (parsed, client, cancellation) =>
        {
            var person = await client.UnlockPersonAsync(parsed.GetValue(username)!, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(person);
            else Output.Line($"{person.Username} may sign in again.");
            return ExitCodes.Ok;
        }, username);
    }

    private static Command Passkeys()
    {
        var username = Username();
        var remove = new Option<string?>("--remove") { Description = "Credential id of a passkey to remove, for a device that was lost. Nobody can add one for somebody else." };
        return Connection.Verb("passkeys", "List a person's passkeys, or remove one that was lost. What it signed stays valid.\n\nExample: sallyport person passkeys dana", async (parsed, client, cancellation) =>
        {
            if (parsed.GetValue(remove) is { } id)
            {
                await client.RemovePasskeyAsync(parsed.GetValue(username)!, id, cancellation);
                Output.Line($"The passkey of {parsed.GetValue(username)} is removed.");
                return ExitCodes.Ok;
            }

            var passkeys = await client.PasskeysAsync(parsed.GetValue(username)!, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { passkeys });
            else if (passkeys.Count == 0) Output.Line("None.");
            else Output.Table(["passkey", "name", "thumbprint", "made"], passkeys.Select(key => (IReadOnlyList<string>)[key.CredentialId, key.Name, key.Thumbprint, key.CreatedAt.ToString("u")]));
            return ExitCodes.Ok;
        }, username, remove);
    }

    private static Argument<string> Username() => new("username") { Description = "User name." };
}
