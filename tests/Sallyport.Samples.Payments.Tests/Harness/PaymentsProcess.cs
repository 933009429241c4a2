using System.Diagnostics;

namespace Sallyport.Samples.Payments.Tests.Harness;

/// <summary>The real program as a child process.</summary>
internal sealed class PaymentsProcess : IDisposable
{
    private readonly Process _process;

    private PaymentsProcess(Process process, string url)
    {
        _process = process;
        Url = url;
        Client = new PaymentsClient(url);
    }

    public string Url { get; }

    public PaymentsClient Client { get; }

    /// <summary>Starts the program and waits for its ready line.</summary>
    public static async Task<PaymentsProcess> StartAsync(string directory, params string[] more)
    {
        var process = Launch(["--urls", "http://127.0.0.1:0", "--data", directory, .. more], PaymentsClient.ApiKey);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        const string Prefix = "payments listening on ";
        if (line?.StartsWith(Prefix, StringComparison.Ordinal) == true)
            return new PaymentsProcess(process, line[Prefix.Length..]);

        throw new InvalidOperationException($"The program did not start: {line} {await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Runs the program to its end: exit code and what it wrote to standard error.</summary>
    public static async Task<(int Exit, string Error)> RunAsync(string[] args, string? apiKey)
    {
        using var process = Launch(args, apiKey);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    public Task WaitForExitAsync() => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    /// <summary>SIGTERM, then waits for the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static Process Launch(string[] args, string? apiKey)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "sallyport-payments.dll"));
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        start.Environment.Remove("PAYMENTS_API_KEY");
        if (apiKey is not null)
            start.Environment["PAYMENTS_API_KEY"] = apiKey;
        start.Environment["PAYMENTS_ADMIN_KEY"] = PaymentsClient.AdminKey;
        return Process.Start(start)!;
    }
}
