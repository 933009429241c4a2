using System.ComponentModel;
using System.Diagnostics;

namespace Sallyport.Connectors.Http;

/// <summary>Where a connector's secret comes from; exactly one is set. Secrets never stand in a bundle or in this configuration itself.</summary>
/// <param name="Env">Name of an environment variable.</param>
/// <param name="File">Path of a file; read again for every request, so that rotation needs no restart.</param>
/// <param name="Command">A program and its arguments; its first output line is the secret.</param>
public sealed record SecretSource(string? Env = null, string? File = null, IReadOnlyList<string>? Command = null)
{
    /// <summary>Reads the secret.</summary>
    /// <exception cref="InvalidOperationException">It is not there. The message names the source, never a value.</exception>
    public async Task<string> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var value = this switch
            {
                { Env: { } name } => Environment.GetEnvironmentVariable(name),
                { File: { } path } => System.IO.File.Exists(path) ? await System.IO.File.ReadAllTextAsync(path, cancellation) : null,
                { Command: { Count: > 0 } command } => await RunAsync(command[0], command.Skip(1), cancellation),
                _ => null,
            };
            if (value?.Trim() is { Length: > 0 } secret) return secret;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new InvalidOperationException($"The secret of {this} cannot be read.", fault);
        }

        throw new InvalidOperationException($"The secret of {this} is not available.");
    }

    /// <summary>Names the source.</summary>
    public override string ToString() => Env is not null ? $"environment variable {Env}" : File is not null ? $"file {File}" : $"command {Command?[0]}";

    private static async Task<string?> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException($"The program {program} did not start.");
        var line = await process.StandardOutput.ReadLineAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 ? line : null;
    }
}

/// <summary>Configuration of one HTTP connector.</summary>
/// <param name="Name">Name that contracts use.</param>
/// <param name="BaseUrl">Root of the API; requests cannot leave it.</param>
/// <param name="Bearer">Source of the bearer token; null when the API needs none.</param>
/// <param name="ReadTimeout">How long a read may take.</param>
public sealed record HttpConnectorOptions(string Name, Uri BaseUrl, SecretSource? Bearer, TimeSpan ReadTimeout);
