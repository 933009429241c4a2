using System.CommandLine;
using Sallyport.Client;
using Sallyport.Verifier;

namespace Sallyport.Cli.Verbs;

/// <summary><c>sallyport audit export|verify</c>.</summary>
internal static class AuditVerbs
{
    internal static Command Create() => new("audit", "Export the audit log and verify exports offline.") { Export(), Verify() };

    private static Command Export()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Folder to write: entries.ndjson, checkpoint, key." };
        return Connection.Verb("export", "Write the audit log to a folder that anybody can verify offline.\n\nExample: sallyport audit export ./export", async (parsed, client, cancellation) =>
        {
            var target = parsed.GetValue(folder)!.FullName;
            await WriteAsync(client, target, cancellation);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(new { folder = target });
            else Output.Line($"Wrote {target}. Verify it anywhere with: sallyport audit verify {parsed.GetValue(folder)}");
            return ExitCodes.Ok;
        }, folder);
    }

    /// <summary>Writes an export. The checkpoint is taken first, so entries appended meanwhile are cut off at its size.</summary>
    internal static async Task WriteAsync(PeopleClient client, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var checkpoint = await client.TextAsync("/audit/checkpoint", cancellation);
        var size = int.Parse(checkpoint.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
        var entries = (await client.TextAsync("/v1/audit/entries", cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(size);
        await File.WriteAllTextAsync(Path.Combine(folder, "checkpoint"), checkpoint, cancellation);
        await File.WriteAllLinesAsync(Path.Combine(folder, "entries.ndjson"), entries, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "key"), await client.TextAsync("/audit/key", cancellation), cancellation);
    }

    private static Command Verify()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Folder that audit export wrote." };
        var key = new Option<FileInfo?>("--key") { Description = "Verifier key that you kept." };
        var old = new Option<FileInfo?>("--old-checkpoint") { Description = "Checkpoint that you kept; the log must contain everything it covers." };
        var command = new Command("verify", "Verify an export offline: no server, no network.\n\nExample: sallyport audit verify ./export --old-checkpoint last-month.checkpoint") { folder, key, old, Connection.AsJson };
        command.SetAction(parsed =>
        {
            var report = ExportVerifier.Verify(parsed.GetValue(folder)!.FullName, parsed.GetValue(key)?.FullName, parsed.GetValue(old)?.FullName);
            if (parsed.GetValue(Connection.AsJson)) Output.Json(report);
            else Output.Line(report.ToText());
            return report.Verified ? ExitCodes.Ok : ExitCodes.Refused;
        });
        return command;
    }
}
