using System.Globalization;

namespace Sallyport.Server.Tests.Crash;

/// <summary>One call to the operating system that does not return as it should.</summary>
/// <param name="Call">Its name.</param>
/// <param name="Tamper"><c>signal=KILL</c> to die at it, or <c>error=EIO</c> for a disk that fails.</param>
/// <param name="When">At which call of a thread; with <c>+</c>, from that call on.</param>
/// <param name="OfStore">Whether only calls about the store's files count.</param>
internal sealed record SyscallCell(string Call, string Tamper, string When, bool OfStore)
{
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(20);

    /// <summary>What had been claimed before storage failed may still land; nothing may begin.</summary>
    private static readonly TimeSpan InFlight = TimeSpan.FromSeconds(1);

    private bool IsKill => Tamper.StartsWith("signal", StringComparison.Ordinal);

    public override string ToString() => $"{Call}/{Tamper}:{When}";

    /// <summary>Runs it on a copy of the base; says whether the call was reached at all, and what does not agree.</summary>
    internal async Task<(bool Reached, IReadOnlyList<string> Violations)> RunAsync(CrashBase shared)
    {
        var ledger = await shared.Payments.LedgerAsync();
        var before = ledger.Count == 0 ? 0 : ledger[^1].Seq;
        var (folder, gate) = shared.Copy();
        await using var _ = gate;
        var log = folder + ".strace";
        gate.Wrapper = Strace.Before(log, Call, OfStore ? folder : null, $"{Call}:{Tamper}:when={When}");
        var work = new CrashWork(shared, gate);
        if (await gate.TryStartAsync()) await work.RunAsync();
        var failedAt = IsKill ? null : Strace.InjectedAt(log);
        var exit = await gate.ExitAsync(failedAt is null ? TimeSpan.FromSeconds(1) : DeathLimit);
        List<string> violations = failedAt is { } at ? [.. await AfterFailureAsync(shared, before, at, exit)] : [];
        var reached = IsKill ? exit is not null : failedAt is not null;
        await gate.KillAsync();
        gate.Wrapper = [];
        await gate.StartAsync();
        await work.AgainAsync();
        var oracle = new CrashOracle(shared, gate, before);
        await oracle.SettleAsync();
        if (work.HaltId is { } halt) await oracle.MustBeHaltedAsync(halt);
        violations.AddRange(await oracle.ViolationsAsync(work.Answers));
        await gate.KillAsync();
        Directory.Delete(folder, recursive: true);
        File.Delete(log);
        return (reached, violations);
    }

    /// <summary>Fail-stop: the process ends, says so by its exit code, and nothing begins after the error.</summary>
    private static async Task<IReadOnlyList<string>> AfterFailureAsync(CrashBase shared, long before, DateTimeOffset failedAt, int? exit)
    {
        var violations = new List<string>();
        if (exit is null or 0) violations.Add($"the server went on after the error (exit {exit?.ToString(CultureInfo.InvariantCulture) ?? "none"})");
        var page = await shared.Payments.GetAsync($"/ledger?after={before}&limit=1000");
        var late = page.GetProperty("data").EnumerateArray().Count(entry => entry.GetProperty("at").GetDateTimeOffset() > failedAt + InFlight);
        if (late > 0) violations.Add($"{late} effects after the error");
        return violations;
    }
}
