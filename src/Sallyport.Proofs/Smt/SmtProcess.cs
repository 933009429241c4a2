using System.Diagnostics;

namespace Sallyport.Proofs.Smt;

/// <summary>Somebody else's solver as a process that answers SMT-LIB 2 scripts one after another. Never needed to prove anything, only to check.</summary>
public sealed class SmtProcess : IAsyncDisposable
{
    private const string EndMark = "end-of-answer";

    private readonly Process _process;

    private SmtProcess(string name, Process process) => (Name, _process) = (name, process);

    /// <summary>The solver's name: <c>z3</c> or <c>cvc5</c>.</summary>
    public string Name { get; }

    /// <summary>The solvers that can be asked.</summary>
    public static IReadOnlyCollection<string> Known => ["z3", "cvc5"];

    /// <summary>Starts a solver; null if the program is not installed.</summary>
    /// <param name="name">One of <see cref="Known"/>.</param>
    /// <param name="limit">How long one script may take.</param>
    /// <exception cref="ArgumentException">The name is not a known one.</exception>
    public static SmtProcess? Start(string name, TimeSpan limit)
    {
        string[] arguments = name switch
        {
            "z3" => ["-smt2", "-in", $"-t:{(long)limit.TotalMilliseconds}"],
            "cvc5" => ["--lang=smt2", "--incremental", "--strings-exp", $"--tlimit-per={(long)limit.TotalMilliseconds}"],
            _ => throw new ArgumentException($"\"{name}\" is not a solver that can be asked; known are {string.Join(" and ", Known)}.", nameof(name)),
        };
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        try
        {
            var process = Process.Start(start)!;
            // Nothing reads it later; a full pipe would stop the solver.
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            return new SmtProcess(name, process);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Puts a script to the solver: <c>sat</c>, <c>unsat</c> or <c>unknown</c>; anything else is its complaint.</summary>
    /// <exception cref="IOException">The solver has ended.</exception>
    public async Task<string> AskAsync(string script, CancellationToken cancellation)
    {
        await _process.StandardInput.WriteAsync($"(reset)\n{script}(echo \"{EndMark}\")\n".AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
        var answer = "";
        while (await _process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Trim('"', ' ') == EndMark) return answer.Length == 0 ? "no answer" : answer;
            if (answer.Length == 0 || line.StartsWith("(error", StringComparison.Ordinal)) answer = line;
        }

        throw new IOException($"{Name} ended while it was asked.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
