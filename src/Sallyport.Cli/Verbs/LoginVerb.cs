using System.CommandLine;
using Sallyport.Client;
using Sallyport.Contracts.Errors;
using Spectre.Console;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport login</c>.</summary>
internal static class LoginVerb
{
    private const string Client = "sallyport command line";

    internal static Command Create()
    {
        var name = new Argument<string?>("username") { Description = "Your user name, to sign in with a password of the server.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("login", "Sign in. Without a user name you confirm in a browser; with one, the password is asked for, or read from SALLYPORT_PASSWORD.\n\nExample: sallyport login")
        { name, Connection.Server, Connection.AsJson };
        command.SetAction((parsed, cancellation) => Connection.GuardAsync(async () =>
        {
            var server = parsed.GetValue(Connection.Server)!;
            using var http = Connection.Http(server);
            var client = new PeopleClient(http);
            var token = parsed.GetValue(name) is { } username ? await ByPasswordAsync(client, username, cancellation) : await ByBrowserAsync(client, cancellation);
            if (token is null) return ExitCodes.Refused;
            var session = await client.With(token).CurrentAsync(cancellation);
            Connection.Save(server, token, session.Username);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { session.Username, session.Groups, session.Roles, session.ExpiresAt });
            else Output.Line($"Signed in as {session.Username} until {session.ExpiresAt:u}.");
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static async Task<string?> ByPasswordAsync(PeopleClient client, string username, CancellationToken cancellation)
    {
        var password = Environment.GetEnvironmentVariable("SALLYPORT_PASSWORD") ?? AnsiConsole.Prompt(new TextPrompt<string>("Password:").Secret());
        return (await client.SignInAsync(username, password, cancellation)).Token;
    }

    /// <summary>The device grant (RFC 8628): what is printed goes to standard error, so that the answer stays alone on standard output.</summary>
    private static async Task<string?> ByBrowserAsync(PeopleClient client, CancellationToken cancellation)
    {
        var codes = await client.AskForDeviceAsync(Client, cancellation);
        Output.Error($"Open {codes.VerificationUriComplete}\nand let the program in that shows the code {codes.UserCode}.");
        for (var wait = TimeSpan.FromSeconds(codes.Interval); ;)
        {
            await Task.Delay(wait, TimeProvider.System, cancellation);
            var (token, error) = await client.PollDeviceAsync(codes.DeviceCode, cancellation);
            if (token is not null) return token;
            switch (error)
            {
                case "authorization_pending": break;
                case "slow_down": wait += TimeSpan.FromSeconds(5); break;
                case "access_denied": return Fail("You refused.");
                case "expired_token": return Fail("Nobody answered in time.");
                default: return Fail($"The server answered {error}.");
            }
        }
    }

    private static string? Fail(string why)
    {
        Output.Error(why);
        return null;
    }
}

/// <summary><c>sallyport logout</c>.</summary>
internal static class LogoutVerb
{
    internal static Command Create()
    {
        var command = new Command("logout", "End the session on the server and forget it on this machine.\n\nExample: sallyport logout") { Connection.Server };
        command.SetAction((parsed, cancellation) => Connection.GuardAsync(async () =>
        {
            var server = parsed.GetValue(Connection.Server)!;
            var token = Connection.Read(server);
            // What is on this machine is forgotten first: a server that does not answer must not keep anybody signed in here.
            Connection.Forget();
            if (token is null) return ExitCodes.Ok;
            using var http = Connection.Http(server);
            try
            {
                await new PeopleClient(http, token).SignOutAsync(cancellation);
            }
            catch (SallyportProblemException over) when (over.Problem.Code == ErrorCatalogue.Unauthenticated.Code)
            {
                // It has ended already, which is what was wanted.
            }

            return ExitCodes.Ok;
        }));
        return command;
    }
}
