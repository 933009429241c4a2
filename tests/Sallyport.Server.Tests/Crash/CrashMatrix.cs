namespace Sallyport.Server.Tests.Crash;

/// <summary>Every fault point in every connector mode, with payments well and with payments at its worst.</summary>
internal static class CrashMatrix
{
    private static readonly string[] Faults = ["none", "slow_before_effect", "answer_lost_after_effect", "error_after_effect", "close_without_effect"];

    /// <summary>All cells, in a fixed order.</summary>
    internal static IReadOnlyList<CrashCell> All =>
        [.. from mode in Enum.GetValues<ConnectorMode>() from fault in Faults from cell in Enum.GetValues<FaultPoint>().SelectMany(point => At(mode, fault, point)) select cell];

    /// <summary>Every point, every mode and every fault at least once, in chains: a server that has just recovered dies again at the next point.</summary>
    internal static IReadOnlyList<CrashCell> Sample =>
    [
        new(ConnectorMode.Fenced, "slow_before_effect", FaultPoint.RequestSent, FaultPoint.RecoveryBefore, FaultPoint.RecoveryAfter, FaultPoint.FenceBefore,
            FaultPoint.FenceAfter, FaultPoint.ProbeBefore, FaultPoint.ProbeAfter, FaultPoint.SettleBefore, FaultPoint.SettleAfter),
        new(ConnectorMode.Fenced, "error_after_effect", FaultPoint.HaltBefore, FaultPoint.HaltAfter, FaultPoint.HaltDrained, FaultPoint.ReceiptBefore, FaultPoint.ReceiptAfter),
        new(ConnectorMode.Idempotent, "none", FaultPoint.AcceptBefore, FaultPoint.AcceptAfter, FaultPoint.GateEntered, FaultPoint.FirstByteBefore, FaultPoint.ResponseArriving,
            FaultPoint.ResponseReceived),
        new(ConnectorMode.Idempotent, "close_without_effect", FaultPoint.RequestSent, FaultPoint.SettleBefore, FaultPoint.SettleAfter),
        new(ConnectorMode.Plain, "answer_lost_after_effect", FaultPoint.OutcomeBefore, FaultPoint.OutcomeAfter, FaultPoint.ApproveBefore, FaultPoint.ApproveAfter,
            FaultPoint.ClaimBefore, FaultPoint.ClaimAfter),
    ];

    /// <summary>Runs cells, grouped by mode so that each mode is set up once.</summary>
    internal static async Task<IReadOnlyList<(CrashCell Cell, IReadOnlyList<string> Violations)>> RunAsync(IEnumerable<CrashCell> cells, Func<CrashCell, IReadOnlyList<string>, Task> done)
    {
        var results = new List<(CrashCell, IReadOnlyList<string>)>();
        foreach (var mode in cells.GroupBy(cell => cell.Mode))
        {
            await using var shared = await CrashBase.StartAsync(mode.Key);
            foreach (var cell in mode)
            {
                var violations = await TryAsync(() => cell.RunAsync(shared));
                await done(cell, violations);
                results.Add((cell, violations));
            }
        }

        return results;
    }

    /// <summary>A cell that cannot be carried out to its end is a violation, and the next ones run all the same.</summary>
    internal static async Task<IReadOnlyList<string>> TryAsync(Func<Task<IReadOnlyList<string>>> cell)
    {
        try
        {
            return await cell();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return [$"{fault.GetType().Name}: {fault.Message}"];
        }
    }

    /// <summary>Prints progress, the table and a last line with the counts; exit code 1 when anything does not agree.</summary>
    internal static async Task<int> PrintAsync(TextWriter output, string[] only)
    {
        var cells = (only is ["sample"] ? Sample : All).Where(cell => only is [] or ["sample"] || only.Any(part => cell.ToString().Contains(part, StringComparison.OrdinalIgnoreCase)));
        var results = await RunAsync(cells, async (cell, violations) =>
        {
            await output.WriteLineAsync($"{(violations.Count == 0 ? "ok  " : "FAIL")} {cell}");
            foreach (var violation in violations) await output.WriteLineAsync("     " + violation);
        });
        await PrintTableAsync(output, results);
        var bad = results.Count(result => result.Violations.Count > 0);
        await output.WriteLineAsync($"{results.Count} cells, {bad} violations");
        return bad == 0 && results.Count > 0 ? 0 : 1;
    }

    private static async Task PrintTableAsync(TextWriter output, IReadOnlyList<(CrashCell Cell, IReadOnlyList<string> Violations)> results)
    {
        var modes = Enum.GetValues<ConnectorMode>();
        await output.WriteLineAsync($"\n{"cells that agree",-18}{string.Concat(modes.Select(mode => $"{mode,12}"))}");
        foreach (var point in Enum.GetValues<FaultPoint>())
        {
            var row = modes.Select(mode => results.Where(result => result.Cell.Mode == mode && result.Cell.Deaths.Contains(point)).ToList());
            await output.WriteLineAsync($"{point,-18}{string.Concat(row.Select(cell => $"{$"{cell.Count(result => result.Violations.Count == 0)}/{cell.Count}",12}"))}");
        }
    }

    /// <summary>The cells of a point in a combination; none when the combination never passes there.</summary>
    private static IEnumerable<CrashCell> At(ConnectorMode mode, string fault, FaultPoint point)
    {
        if (mode != ConnectorMode.Fenced && point is (FaultPoint.FenceBefore or FaultPoint.FenceAfter)) return [];
        // Without a promise nothing can be settled when the probe finds nothing.
        if (mode == ConnectorMode.Plain && fault == "close_without_effect" && point is (FaultPoint.SettleBefore or FaultPoint.SettleAfter)) return [];
        var recovers = point is FaultPoint.RecoveryBefore or FaultPoint.RecoveryAfter;
        var settles = point is FaultPoint.FenceBefore or FaultPoint.FenceAfter or FaultPoint.ProbeBefore or FaultPoint.ProbeAfter or FaultPoint.SettleBefore or FaultPoint.SettleAfter;
        // These need a doubt to settle: from payments' fault, or from a life before that died with its request on the way.
        return [recovers || (settles && fault is ("none" or "slow_before_effect")) ? new CrashCell(mode, fault, FaultPoint.RequestSent, point) : new CrashCell(mode, fault, point)];
    }
}
