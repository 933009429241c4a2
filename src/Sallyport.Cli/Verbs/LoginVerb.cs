using System.CommandLine;
using Sallyport.Client;
using Spectre.Console;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport login</c>.</summary>
internal static class LoginVerb
{
    internal static Command Create()
    {
        var name = new Argument<string>("username") { Description = "Your user name." };
        var command = new Command("login", "Sign in. The password is asked for, or read from SALLYPORT_PASSWORD.\n\nExample: sallyport login dana") { name, Connection.Server, Connection.AsJson };
        command.SetAction((parsed, cancellation) => Connection.GuardAsync(async () =>
        {
            var server = parsed.GetValue(Connection.Server)!;
            using var http = Connection.Http(server);
            var password = Environment.GetEnvironmentVariable("SALLYPORT_PASSWORD") ?? AnsiConsole.Prompt(new TextPrompt<string>("Password:").Secret());
            var session = await new PeopleClient(http).SignInAsync(parsed.GetValue(name)!, password, cancellation);
            Connection.Save(server, session);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { session.Username, session.Groups, session.Roles, session.ExpiresAt });
            else Output.Line($"Signed in as {session.Username} until {session.ExpiresAt:u}.");
            return ExitCodes.Ok;
        }));
        return command;
    }
}

/// <summary><c>sallyport logout</c>.</summary>
internal static class LogoutVerb
{
    internal static Command Create()
    {
        var command = new Command("logout", "Forget the session on this machine.\n\nExample: sallyport logout");
        command.SetAction(_ =>
        {
            Connection.Forget();
            return ExitCodes.Ok;
        });
        return command;
    }
}
