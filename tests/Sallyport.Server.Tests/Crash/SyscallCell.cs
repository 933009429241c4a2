using System.Globalization;

namespace Sallyport.Server.Tests.Crash;

/// <summary>One call to the operating system that does not return as it should.</summary>
/// <param name="Call">Its name.</param>
/// <param name="Tamper"><c>signal=KILL</c> to die at it, or <c>error=EIO</c> for a disk that fails.</param>
/// <param name="When">At which call of a thread.</param>
internal sealed record SyscallCell(string Call, string Tamper, int When)
{
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(20);


    private bool IsKill => Tamper.StartsWith("signal", StringComparison.Ordinal);

    public override string ToString() => $"{Call}/{Tamper}:{When.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Runs it on a copy of the base; says whether the call was reached at all, and what does not agree.</summary>
    internal async Task<(bool Reached, IReadOnlyList<string> Violations)> RunAsync(CrashBase shared)
    {
        var ledger = await shared.Payments.LedgerAsync();
        var before = ledger.Count == 0 ? 0 : ledger[^1].Seq;
        var (folder, gate) = shared.Copy();
        await using var _ = gate;
        var log = folder + ".strace";
        // A disk that is full stays full; one that fails once must be enough.
        gate.Wrapper = Strace.Before(log, Call, $"{Call}:{Tamper}:when={When}{(Tamper == "error=ENOSPC" ? "+" : "")}");
        var work = new CrashWork(shared, gate);
        if (await gate.TryStartAsync()) await work.RunAsync();
        var injectedAt = IsKill ? null : Strace.InjectedAt(log);
        var exit = await gate.ExitAsync(injectedAt is null ? TimeSpan.FromSeconds(1) : DeathLimit);
        var reached = IsKill ? exit is not null : injectedAt is not null;
        await gate.KillAsync();
        gate.Wrapper = [];
        await gate.StartAsync();
        await work.AgainAsync();
        var oracle = new CrashOracle(shared, gate, before);
        await oracle.SettleAsync();
        if (work.HaltId is { } halt) await oracle.MustBeHaltedAsync(halt);
        var violations = (await oracle.ViolationsAsync(work.Answers)).ToList();
        await gate.KillAsync();
        if (injectedAt is not null && exit is null or 0) violations.Add($"the server went on after the error (exit {exit?.ToString(CultureInfo.InvariantCulture) ?? "none"})");
        Directory.Delete(folder, recursive: true);
        File.Delete(log);
        return (reached, violations);
    }
}
