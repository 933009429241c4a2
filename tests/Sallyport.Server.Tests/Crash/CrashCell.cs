namespace Sallyport.Server.Tests.Crash;

/// <summary>A server that dies, once or several times in a row, on the same data.</summary>
/// <param name="Mode">What the contract promises.</param>
/// <param name="Fault">What payments does with the first two effects; <c>none</c> for nothing.</param>
/// <param name="Deaths">Where it dies, life after life: the later ones may be reached only while it recovers from the earlier ones.</param>
internal sealed record CrashCell(ConnectorMode Mode, string Fault, params IReadOnlyList<FaultPoint> Deaths)
{
    private const int SigKilled = 128 + Signals.Kill;
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(20);

    public override string ToString() => $"{Mode}/{Fault}/{string.Join('+', Deaths)}";

    /// <summary>Runs it on a copy of the base and returns what does not agree.</summary>
    internal async Task<IReadOnlyList<string>> RunAsync(CrashBase shared)
    {
        await shared.Payments.HealAsync();
        var ledger = await shared.Payments.LedgerAsync();
        var (folder, gate) = shared.Copy();
        await using var _ = gate;
        if (Fault != "none") await shared.Payments.FaultAsync(Fault, 2, Fault == "slow_before_effect" ? 700 : 0);
        var work = new CrashWork(shared, gate);
        foreach (var point in Deaths)
            if (await DieAsync(gate, work, point) is { } survived) return [survived];
        await shared.Payments.HealAsync();
        gate.Armed = null;
        await gate.StartAsync();
        await work.AgainAsync();
        var oracle = new CrashOracle(shared, gate, ledger.Count == 0 ? 0 : ledger[^1].Seq);
        await oracle.SettleAsync();
        if (work.HaltId is { } halt) await oracle.MustBeHaltedAsync(halt);
        var violations = await oracle.ViolationsAsync(work.Answers);
        await gate.KillAsync();
        Directory.Delete(folder, recursive: true);
        return violations;
    }

    /// <summary>A life that must end at a point; why not, when it did not.</summary>
    private static async Task<string?> DieAsync(GateProcess gate, CrashWork work, FaultPoint point)
    {
        gate.Armed = $"{point}:1";
        if (await gate.TryStartAsync() && await work.RunAsync() && await gate.ExitAsync(TimeSpan.Zero) is null)
            // All work is done; only what the server does by itself can still reach the point.
            if (await gate.ExitAsync(DeathLimit) is null) return $"{point} was not reached";
        var exit = await gate.ExitAsync(DeathLimit);
        var how = exit == SigKilled ? null : $"the server ended with {exit?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"} at {point}: {string.Join(" | ", gate.Complaints.TakeLast(5))}";
        await gate.KillAsync();
        return how;
    }
}
