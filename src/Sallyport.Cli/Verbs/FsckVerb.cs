using System.CommandLine;
using Sallyport.Audit;
using Sallyport.Storage.Sqlite;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport fsck</c>: checks a data folder offline, byte by byte.</summary>
internal static class FsckVerb
{
    internal static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Folder of the store (default .sallyport).", DefaultValueFactory = _ => ".sallyport" };
        var headFile = new Option<string?>("--head") { Description = "Head file, where the server's options name another than log.head in the folder." };
        var command = new Command("fsck", "Check a stopped server's data: every entry, hash, payload, checkpoint and version. Exit 0: sound, 1: something differs, 3: it cannot be checked.\n\nExample: sallyport fsck --data .sallyport")
        { data, headFile, Connection.AsJson };
        command.SetAction(async (parsed, _) =>
        {
            var folder = parsed.GetValue(data)!;
            var file = Path.Combine(folder, "sallyport.db");
            try
            {
                if (!File.Exists(file)) throw new FileNotFoundException($"There is no store {file}.");
                var report = await StoreCheck.RunAsync(file, new HeadFile(parsed.GetValue(headFile) ?? Path.Combine(folder, "log.head")), Path.Combine(folder, "log.key"));
                if (parsed.GetValue(Connection.AsJson)) Output.Json(report);
                else Print(report);
                return report.Faults.Count == 0 ? ExitCodes.Ok : ExitCodes.Refused;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidOperationException or AuditLogException or StoreUnreadableException)
            {
                Output.Error("The store cannot be checked: " + fault.Message);
                return ExitCodes.Usage;
            }
        });
        return command;
    }

    private static void Print(StoreReport report)
    {
        foreach (var fault in report.Faults) Output.Line("  " + fault);
        Output.Line($"{(report.Faults.Count == 0 ? "sound" : $"{report.Faults.Count} faults")}: {report.Entries} entries, {report.Nodes} upper hashes, {report.Payloads} payloads, {report.Checkpoints} checkpoints, {report.Actions} actions");
    }
}
