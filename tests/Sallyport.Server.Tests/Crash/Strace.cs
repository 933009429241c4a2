using System.Globalization;
using System.Text.RegularExpressions;

namespace Sallyport.Server.Tests.Crash;

/// <summary>The tracer in front of a server, and what its log says.</summary>
internal static partial class Strace
{
    private static readonly string[] StoreFiles = ["sallyport.db", "sallyport.db-wal", "sallyport.db-shm", "sallyport.db-journal", "sallyport.db.lock", "log.key", "break-glass"];

    /// <summary>Where it is installed, or null.</summary>
    internal static string? Program { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "strace")).FirstOrDefault(File.Exists);

    /// <summary>Puts it in front of a server: it counts calls, and tampers with one of them when asked to.</summary>
    /// <param name="log">Where it writes.</param>
    /// <param name="calls">The calls.</param>
    /// <param name="folder">Only calls about the store in this folder count; null for all.</param>
    /// <param name="inject">What it does to them.</param>
    internal static IReadOnlyList<string> Before(string log, string calls, string? folder, string? inject) =>
    [
        // The fast filter does not see calls return, which is when a signal is delivered.
        Program!, "-f", "-qq", .. inject?.Contains("signal=", StringComparison.Ordinal) == true ? (string[])[] : ["--seccomp-bpf"], "-ttt", "-s", "0", "-o", log, "-e", "signal=none", "-e", "trace=" + calls,
        .. folder is null ? [] : StoreFiles.SelectMany(file => (string[])["-P", Path.Combine(folder, file)]),
        .. inject is null ? (string[])[] : ["-e", "inject=" + inject],
    ];

    /// <summary>How often the busiest thread made each call: the tracer counts every thread for itself.</summary>
    internal static IReadOnlyDictionary<string, int> Count(string log) =>
        File.ReadLines(log).Select(line => CallLine().Match(line)).Where(match => match.Success)
            .GroupBy(match => (Thread: match.Groups["thread"].Value, Call: match.Groups["call"].Value))
            .GroupBy(thread => thread.Key.Call, thread => thread.Count(), StringComparer.Ordinal)
            .ToDictionary(call => call.Key, call => call.Max(), StringComparer.Ordinal);

    /// <summary>When a call was first made to fail; null when it never was.</summary>
    internal static DateTimeOffset? InjectedAt(string log)
    {
        var line = File.ReadLines(log).FirstOrDefault(line => line.Contains("(INJECTED)", StringComparison.Ordinal));
        return line is null ? null : DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(double.Parse(CallLine().Match(line).Groups["at"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^(?<thread>\d+) +(?<at>[\d.]+) (?:<\.\.\. )?(?<call>[a-z_0-9]+)[( ]", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex CallLine();
}
