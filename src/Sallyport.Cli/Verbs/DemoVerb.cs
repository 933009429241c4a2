using System.CommandLine;
using Sallyport.Cli.Demo;
using Spectre.Console;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport demo</c>: the whole story on this machine, judged by the payments ledger.</summary>
internal static class DemoVerb
{
    internal static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Play the story once and exit non-zero if any control failed." };
        var bundle = new Option<DirectoryInfo?>("--bundle") { Description = "Bundle to run instead of workflows/refund." };
        var command = new Command("demo", "Start everything on this machine and play the story: propose, decide, approve, execute once, roll back, stop, verify.\n\nExample: sallyport demo --once --json") { once, bundle, Connection.AsJson };
        command.SetAction((parsed, cancellation) => Connection.GuardAsync(async () =>
        {
            var json = parsed.GetValue(Connection.AsJson);
            var data = Path.GetFullPath(Path.Combine(".sallyport", parsed.GetValue(once) ? "demo-once" : "demo"));
            if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
            Directory.CreateDirectory(data);
            var folder = parsed.GetValue(bundle)?.FullName ?? FindBundle();
            await using var sandbox = await Sandbox.StartAsync(data, folder, parsed.GetValue(once) ? "http://127.0.0.1:0" : "http://127.0.0.1:5080", cancellation);
            if (!json) Output.Line($"Server {sandbox.Url}, payments {sandbox.Payments.Url}\n");
            var story = new DemoStory(sandbox, data, control => { if (!json) Print(control); });
            var controls = await story.PlayAsync();
            var held = controls.All(control => control.Held);
            if (json) Output.Json(new { held, controls });
            else Output.Line($"\n{controls.Count(control => control.Held)} of {controls.Count} controls held.");
            if (!parsed.GetValue(once))
            {
                await story.LeaveOneWaitingAsync();
                await StayAsync(sandbox, cancellation);
            }

            return held ? ExitCodes.Ok : ExitCodes.Refused;
        }));
        return command;
    }

    private static void Print(Control control)
    {
        var mark = control.Held ? "[green]held[/]  " : "[red]FAILED[/]";
        AnsiConsole.MarkupLine($"{mark} {Markup.Escape(control.Title)}");
        AnsiConsole.MarkupLine($"       [grey]{Markup.Escape(control.Detail)}[/]");
        AnsiConsole.MarkupLine($"       [grey]evidence: {Markup.Escape(control.Evidence)}[/]");
    }

    private static async Task StayAsync(Sandbox sandbox, CancellationToken cancellation)
    {
        Output.Line($"""

            The server stays up. In another terminal:
              SALLYPORT_PASSWORD={Sandbox.Password} ./sallyport login otto
              ./sallyport chain ord_000004
            Console: {sandbox.Url}/  (sign in as dana, frank, grace or otto; password {Sandbox.Password})
            Stop with Ctrl-C.
            """);
        await sandbox.Server.WaitAsync(cancellation);
    }

    /// <summary>The refund bundle that stands beside the program.</summary>
    internal static string FindBundle()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var bundle = Path.Combine(folder.FullName, "workflows", "refund");
            if (File.Exists(Path.Combine(bundle, "workflow.yaml"))) return bundle;
        }

        throw new InvalidOperationException("The bundle workflows/refund was not found; name one with --bundle.");
    }
}
