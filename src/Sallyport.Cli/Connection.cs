using System.CommandLine;
using System.Text.Json;
using Sallyport.Client;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli;

/// <summary>The server that a verb talks to, and the session of the person who types.</summary>
internal static class Connection
{
    internal static readonly Option<string> Server = new("--server")
    {
        Description = "The server's URL (default: SALLYPORT_SERVER, or http://127.0.0.1:5080).", Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SALLYPORT_SERVER") ?? "http://127.0.0.1:5080",
    };

    internal static readonly Option<bool> AsJson = new("--json") { Description = "Print JSON for programs." };

    private sealed record StoredSession(string Server, string Token, string Username);

    /// <summary>A verb that talks to the server under the stored session.</summary>
    internal static Command Verb(string name, string description, Func<ParseResult, PeopleClient, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        var command = new Command(name, description) { Server, AsJson };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Arguments.Add(argument);
            if (symbol is Option option) command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            using var http = Http(parsed.GetValue(Server)!);
            if (Read(parsed.GetValue(Server)!) is not { } token)
            {
                Output.Error("You are not signed in to this server. Run: sallyport login");
                return ExitCodes.Refused;
            }

            return await run(parsed, new PeopleClient(http, token), cancellation);
        }));
        return command;
    }

    internal static HttpClient Http(string server) => new() { BaseAddress = new Uri(server), Timeout = TimeSpan.FromSeconds(100) };

    /// <summary>Turns the failures that users can do something about into words and an exit code.</summary>
    internal static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (SallyportProblemException refused)
        {
            Output.Problem(refused.Problem);
            return refused.Problem.Retriable ? ExitCodes.Unavailable : ExitCodes.Refused;
        }
        catch (HttpRequestException fault)
        {
            Output.Error($"The server did not answer as expected: {fault.Message}");
            return ExitCodes.Unavailable;
        }
        catch (Exception fault) when (fault is Sallyport.Server.Hosting.ServerStartException or InvalidOperationException)
        {
            Output.Error(fault.Message);
            return ExitCodes.Refused;
        }
        catch (UriFormatException)
        {
            Output.Error("--server is not a URL such as http://127.0.0.1:5080.");
            return ExitCodes.Usage;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Output.Error(fault.Message);
            return ExitCodes.Refused;
        }
    }

    internal static void Save(string server, string token, string username)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SessionFile)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(SessionFile, options);
        JsonSerializer.Serialize(stream, new StoredSession(server, token, username), WireJson.Options);
    }

    internal static void Forget() => File.Delete(SessionFile);

    /// <summary>The stored token for a server; SALLYPORT_SESSION overrides it, for scripts.</summary>
    internal static string? Read(string server)
    {
        if (Environment.GetEnvironmentVariable("SALLYPORT_SESSION") is { Length: > 0 } given) return given;
        if (!File.Exists(SessionFile)) return null;
        var stored = JsonSerializer.Deserialize<StoredSession>(File.ReadAllText(SessionFile), WireJson.Options);
        return stored?.Server == server ? stored.Token : null;
    }

    private static string SessionFile => Path.Combine(
        Environment.GetEnvironmentVariable("SALLYPORT_CONFIG") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "sallyport"), "session.json");
}
