using System.Security.Cryptography;
using System.Text.Json;
using Sallyport.Cli.Demo;
using Sallyport.Cli.Verbs;
using Sallyport.Contracts.Wire;

namespace Sallyport.Cli.Drills;

/// <summary>Writes what a run of drills leaves behind, so that somebody else can check it: timelines, the audit export, the payments ledger, digests.</summary>
internal static class DrillEvidence
{
    private static readonly JsonSerializerOptions Indented = new(WireJson.Options) { WriteIndented = true };

    /// <summary>Writes everything into a folder and returns the files, relative to it.</summary>
    internal static async Task<IReadOnlyList<string>> WriteAsync(
        Sandbox sandbox, IReadOnlyList<DrillResult> results, Installation installation, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        foreach (var result in results) await WriteAsync(folder, $"{result.Drill}.json", JsonSerializer.Serialize(result, Indented), cancellation);
        await WriteAsync(folder, "payments-ledger.json", JsonSerializer.Serialize(await sandbox.Payments.LedgerAsync(), Indented), cancellation);
        await AuditExport.WriteAsync(sandbox.As("otto"), Path.Combine(folder, "audit"), cancellation);
        var document = new DrillDocuments(results, installation);
        await WriteAsync(folder, "incident-runbook.md", document.Runbook(), cancellation);
        if (results.Any(result => result.Drill == "kill")) await WriteAsync(folder, "kill-switch-evidence.md", document.KillEvidence(), cancellation);

        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "digests.txt").Order(StringComparer.Ordinal).ToList();
        var lines = new List<string>();
        foreach (var file in files)
        {
            await using var stream = File.OpenRead(file);
            lines.Add($"{Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation))}  {Path.GetRelativePath(folder, file)}");
        }

        await File.WriteAllLinesAsync(Path.Combine(folder, "digests.txt"), lines, cancellation);
        return [.. files.Select(file => Path.GetRelativePath(folder, file)), "digests.txt"];
    }

    private static Task WriteAsync(string folder, string name, string text, CancellationToken cancellation) => File.WriteAllTextAsync(Path.Combine(folder, name), text, cancellation);
}
