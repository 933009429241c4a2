namespace Sallyport.Server.Tests.Crash;

/// <summary>
/// The server dies, or its disk fails, at calls to the operating system that a dry run has counted: a crash between any two instructions
/// looks like one of them.
/// </summary>
internal static class SyscallMatrix
{
    private static readonly string[] Calls = ["openat", "pwrite64", "fdatasync", "ftruncate", "rename", "renameat2", "sendto", "sendmsg", "recvfrom", "recvmsg"];

    /// <summary>Counts what a run without faults does, and spreads cells over it.</summary>
    /// <param name="shared">The base.</param>
    /// <param name="deaths">Positions per call at which the server dies.</param>
    /// <param name="errors">Positions per call at which the disk fails.</param>
    /// <param name="output">Where the counts are printed.</param>
    internal static async Task<IReadOnlyList<SyscallCell>> PlanAsync(CrashBase shared, int deaths, int errors, TextWriter output)
    {
        var (folder, gate) = shared.Copy();
        await using var _ = gate;
        var log = folder + ".strace";
        gate.Wrapper = Strace.Before(log, string.Join(',', Calls), null);
        await gate.StartAsync();
        if (!await new CrashWork(shared, gate).RunAsync()) throw new InvalidOperationException("The dry run failed.");
        await gate.KillAsync();
        var counts = Strace.Count(log);
        foreach (var call in Calls)
            await output.WriteLineAsync(counts.TryGetValue(call, out var range) ? $"{call}: {range.First} to {range.Last} in one thread" : $"{call}: never called");
        return
        [
            .. Calls.Where(counts.ContainsKey).SelectMany(call => Spread(counts[call], deaths).Select(when => new SyscallCell(call, "signal=KILL", when))),
            .. from tamper in (string[])["fdatasync/error=EIO", "pwrite64/error=EIO", "pwrite64/error=ENOSPC"]
               let call = tamper.Split('/')[0]
               from when in Spread(counts[call], errors)
               select new SyscallCell(call, tamper.Split('/')[1], when),
        ];
    }

    /// <summary>Runs everything and prints it; exit code 1 when anything does not agree, 2 when it cannot run here.</summary>
    internal static async Task<int> PrintAsync(TextWriter output, string[] only)
    {
        if (Strace.Path is null)
        {
            await output.WriteLineAsync("strace is not installed: apt-get install strace.");
            return 2;
        }

        await using var shared = await CrashBase.StartAsync(ConnectorMode.Fenced);
        var (cells, missed, bad) = (0, 0, 0);
        foreach (var cell in await PlanAsync(shared, 8, 6, output))
        {
            if (only.Length > 0 && !only.Any(part => cell.ToString().Contains(part, StringComparison.Ordinal))) continue;
            var (reached, violations) = await cell.RunAsync(shared);
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

    /// <summary>Positions spread evenly over a range, its ends among them.</summary>
    private static IEnumerable<int> Spread((int First, int Last) range, int count) =>
        Enumerable.Range(0, count).Select(i => range.First + (int)((long)(range.Last - range.First) * i / Math.Max(1, count - 1))).Distinct();
}
