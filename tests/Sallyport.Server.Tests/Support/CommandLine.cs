using System.Diagnostics;
using System.Text.Json;

namespace Sallyport.Server.Tests.Support;

/// <summary>What a run of the program printed and how it ended.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public JsonElement Json => JsonElement.Parse(Output);

    /// <summary>Fails the test, showing everything, unless it ended with this code and without a stack trace.</summary>
    public CommandResult MustExit(int code)
    {
        Assert.True(ExitCode == code, $"Expected exit code {code}, got {ExitCode}.\n{Output}\n{Errors}");
        foreach (var trace in (string[])["   at ", "Unhandled exception", ".cs:line"]) Assert.DoesNotContain(trace, Output + Errors, StringComparison.Ordinal);
        return this;
    }
}

/// <summary>The <c>sallyport</c> program as users run it: a process with arguments, environment and exit code.</summary>
public static class CommandLine
{
    /// <summary>The built program, of the same configuration as these tests.</summary>
    public static string Program => Path.Combine(Repository.Root, "artifacts", "bin", "Sallyport.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "Sallyport.Cli.dll");

    /// <summary>Runs it to its end.</summary>
    public static async Task<CommandResult> RunAsync(string[] arguments, string? folder = null, params (string Name, string Value)[] environment)
    {
        using var process = Start(arguments, folder, environment);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CommandResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts it; the caller ends it.</summary>
    public static Process Start(string[] arguments, string? folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Program, .. arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
