using System.ComponentModel;
using System.Diagnostics;

namespace Sallyport.Server.Tests.Support;

/// <summary>Packages of a folder's lock file, installed at the first use. Where they cannot be had, tests are skipped and say why.</summary>
internal sealed class NpmPackages(string folder, string package)
{
    private readonly Lazy<Task<string?>> _prepared = new(() => PrepareAsync(folder, package));

    /// <summary>The packages of the client that drives the MCP door.</summary>
    internal static NpmPackages Client { get; } = new(Path.Combine(Repository.Root, "tests", "Sallyport.Server.Tests", "Npm"), "@modelcontextprotocol/ext-tasks");

    /// <summary>The official conformance suite.</summary>
    internal static NpmPackages Conformance { get; } = new(Path.Combine(Client.Folder, "Conformance"), "@modelcontextprotocol/conformance");

    /// <summary>The receiver library of Standard Webhooks and a mail server.</summary>
    internal static NpmPackages Integrations { get; } = new(Path.Combine(Client.Folder, "Integrations"), "standardwebhooks");

    /// <summary>The folder.</summary>
    internal string Folder => folder;

    /// <summary>Why the packages cannot be used here, or null.</summary>
    internal Task<string?> UnavailableAsync() => _prepared.Value;

    /// <summary>A file of an installed package.</summary>
    internal string PathOf(params string[] parts) => Path.Combine([folder, "node_modules", .. parts]);

    /// <summary>What a script of the folder writes when it is run with one argument.</summary>
    internal async Task<string> RunAsync(string script, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [script, argument]) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true })!;
        var written = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return written;
    }

    private static async Task<string?> PrepareAsync(string folder, string package)
    {
        try
        {
            if (await RunAsync(folder, "node", "--version") != 0) return "node does not run";
            if (Directory.Exists(Path.Combine(folder, "node_modules", package))) return null;
            return await RunAsync(folder, "npm", "ci", "--silent") == 0 ? null : $"npm ci failed: {package} is not to be had here";
        }
        catch (Win32Exception)
        {
            return "node and npm are not installed";
        }
    }

    private static async Task<int> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false })!;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
