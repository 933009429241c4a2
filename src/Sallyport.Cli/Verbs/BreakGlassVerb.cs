using System.CommandLine;
using Sallyport.KillSwitch;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport break-glass</c>: works on the machine itself, without the server's address, a sign-in, the store or the audit log.</summary>
internal static class BreakGlassVerb
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    internal static Command Create()
    {
        var data = new Option<string>("--data") { Description = "The server's data folder.", DefaultValueFactory = _ => ".sallyport" };
        var reason = new Option<string?>("--reason") { Description = "Why; recorded once the store can record." };
        var lift = new Option<bool>("--lift") { Description = "Take it back: effects may leave again." };
        var wait = new Option<int>("--wait") { Description = "Seconds to wait for a running server to confirm.", DefaultValueFactory = _ => 5 };
        var command = new Command("break-glass",
            "Stop everything on this machine's server, even when its store, its audit log or the network is down. Nothing leaves from the moment the file exists.\n\n" +
            "Example: sallyport break-glass --data .sallyport --reason \"store is corrupt and refunds go out\"") { data, reason, lift, wait, Connection.AsJson };
        command.SetAction(async (parsed, cancellation) =>
        {
            var glass = new BreakGlass(parsed.GetValue(data)!);
            if (!Directory.Exists(Path.GetDirectoryName(glass.File)))
            {
                Output.Error($"There is no data folder {parsed.GetValue(data)}; name the server's with --data.");
                return ExitCodes.Usage;
            }

            if (parsed.GetValue(lift)) File.Delete(glass.File);
            else Pull(glass, parsed.GetValue(reason));
            var confirmed = await ConfirmedAsync(glass, TimeSpan.FromSeconds(parsed.GetValue(wait)), cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { pulled = glass.IsPulled, confirmed });
            else Output.Line(Say(glass, confirmed));
            return confirmed ? ExitCodes.Ok : ExitCodes.Unavailable;
        });
        return command;
    }

    /// <summary>The file comes first and alone: on a full disk its text may be missing, and it stops all the same.</summary>
    private static void Pull(BreakGlass glass, string? reason)
    {
        using (File.Open(glass.File, FileMode.OpenOrCreate)) { }
        try
        {
            File.WriteAllText(glass.File, $"by {Environment.UserName}: {reason ?? "no reason given"}\n");
        }
        catch (IOException)
        {
            Output.Error("The reason could not be written; the stop is in force.");
        }
    }

    private static async Task<bool> ConfirmedAsync(BreakGlass glass, TimeSpan atMost, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (File.Exists(glass.Confirmation) != glass.IsPulled)
        {
            if (TimeProvider.System.GetElapsedTime(started) > atMost) return false;
            await Task.Delay(Look, TimeProvider.System, cancellation);
        }

        return true;
    }

    private static string Say(BreakGlass glass, bool confirmed) => (glass.IsPulled, confirmed) switch
    {
        (true, true) => $"Closed: nothing leaves any more (confirmed {File.ReadAllText(glass.Confirmation).Trim()}). Take it back with: sallyport break-glass --lift",
        (true, false) => "The stop is in force for every server on this folder, but none has confirmed; is one running?",
        (false, true) => "Lifted: effects may leave again. Halts made with sallyport halt stay in force.",
        (false, false) => "The file is gone, but a server has not confirmed yet; is it running?",
    };
}
