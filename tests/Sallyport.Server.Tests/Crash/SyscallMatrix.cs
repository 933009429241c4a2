namespace Sallyport.Server.Tests.Crash;

/// <summary>
/// The server dies, or its disk fails, at calls to the operating system that a dry run has counted: a crash between any two instructions
/// looks like one of them.
/// </summary>
internal static class SyscallMatrix
{
    private static readonly string[] StoreCalls = ["openat", "pwrite64", "fdatasync", "ftruncate", "rename", "renameat2"];
    private static readonly string[] WireCalls = ["sendto", "sendmsg", "recvfrom", "recvmsg"];

    /// <summary>Counts what a run without faults does, and spreads cells over it.</summary>
    /// <param name="shared">The base.</param>
    /// <param name="deaths">Positions per call at which the server dies.</param>
    /// <param name="errors">Positions per call at which the disk fails.</param>
    /// <param name="output">Told the counts.</param>
    internal static async Task<IReadOnlyList<SyscallCell>> PlanAsync(CrashBase shared, int deaths, int errors, Action<string> output)
    {
        var cells = new List<SyscallCell>();
        foreach (var (calls, ofStore) in (IEnumerable<(string[], bool)>)[(StoreCalls, true), (WireCalls, false)])
        {
            var counts = await CountAsync(shared, calls, ofStore);
            foreach (var call in calls)
            {
                output(counts.TryGetValue(call, out var count) ? $"{call}: {count} calls of the busiest thread" : $"{call}: never called");
                cells.AddRange(Spread(count, deaths).Select(when => new SyscallCell(call, "signal=KILL", $"{when}", ofStore)));
                if (call is "fdatasync" or "pwrite64") cells.AddRange(Spread(count, errors).Select(when => new SyscallCell(call, "error=EIO", $"{when}", ofStore)));
                // A disk that is full stays full.
                if (call == "pwrite64") cells.AddRange(Spread(count, errors).Select(when => new SyscallCell(call, "error=ENOSPC", $"{when}+", ofStore)));
            }
        }

        return cells;
    }

    private static async Task<IReadOnlyDictionary<string, int>> CountAsync(CrashBase shared, string[] calls, bool ofStore)
    {
        var (folder, gate) = shared.Copy();
        await using var _ = gate;
        gate.Wrapper = Strace.Before(folder + ".strace", string.Join(',', calls), ofStore ? folder : null, null);
        await gate.StartAsync();
        if (!await new CrashWork(shared, gate).RunAsync()) throw new InvalidOperationException("The dry run failed.");
        await gate.KillAsync();
        return Strace.Count(folder + ".strace");
    }

    /// <summary>Runs everything and prints it; exit code 1 when anything does not agree, 2 when it cannot run here.</summary>
    internal static async Task<int> PrintAsync(TextWriter output, string[] only)
    {
        if (Strace.Program is null)
        {
            await output.WriteLineAsync("strace is not installed: apt-get install strace.");
            return 2;
        }

        await using var shared = await CrashBase.StartAsync(ConnectorMode.Fenced);
        var (cells, missed, bad) = (0, 0, 0);
        foreach (var cell in await PlanAsync(shared, 10, 8, output.WriteLine))
        {
            if (only.Length > 0 && !only.Any(part => cell.ToString().Contains(part, StringComparison.Ordinal))) continue;
            var reached = false;
            var violations = await CrashMatrix.TryAsync(async () =>
            {
                (reached, var found) = await cell.RunAsync(shared);
                return found;
            });
            cells++;
            missed += reached ? 0 : 1;
            bad += violations.Count > 0 ? 1 : 0;
            await output.WriteLineAsync($"{(violations.Count > 0 ? "FAIL" : reached ? "ok  " : "ok, but not reached")} {cell}");
            foreach (var violation in violations) await output.WriteLineAsync("     " + violation);
        }

        await output.WriteLineAsync($"{missed} of them were not reached");
        await output.WriteLineAsync($"{cells} cells, {bad} violations");
        return bad == 0 && cells > missed ? 0 : 1;
    }

    /// <summary>Positions up to a count, denser at the beginning: only the busiest thread ever comes to the last ones.</summary>
    private static IEnumerable<int> Spread(int count, int positions) =>
        Enumerable.Range(1, positions).Select(i => (int)Math.Ceiling(count * Math.Pow((double)i / positions, 2))).Where(when => when > 0).Distinct();
}
