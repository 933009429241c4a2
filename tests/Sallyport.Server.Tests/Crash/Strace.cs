using System.Globalization;
using System.Text.RegularExpressions;

namespace Sallyport.Server.Tests.Crash;

/// <summary>The tracer in front of a server, and what its log says.</summary>
internal static partial class Strace
{
    /// <summary>Where it is installed, or null.</summary>
    internal static string? Path { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => System.IO.Path.Combine(folder, "strace")).FirstOrDefault(File.Exists);

    /// <summary>Puts it in front of a program: it counts calls, and tampers with one of them when asked to.</summary>
    internal static IReadOnlyList<string> Before(string log, string calls, string? inject) =>
        [Path!, "-f", "-qq", "--seccomp-bpf", "-ttt", "-s", "0", "-o", log, "-e", "trace=" + calls, .. inject is null ? (string[])[] : ["-e", "inject=" + inject]];

    /// <summary>
    /// How often the busiest thread made each call after the store was first touched, and from which count on: the tracer counts every thread
    /// for itself, and what came before is the runtime loading.
    /// </summary>
    internal static IReadOnlyDictionary<string, (int First, int Last)> Count(string log)
    {
        var threads = new Dictionary<(string Thread, string Call), int>();
        var ranges = new Dictionary<string, (int First, int Last)>(StringComparer.Ordinal);
        var opened = false;
        foreach (var line in File.ReadLines(log).Select(line => CallLine().Match(line)).Where(match => match.Success))
        {
            var (thread, call) = (line.Groups["thread"].Value, line.Groups["call"].Value);
            var count = threads[(thread, call)] = threads.GetValueOrDefault((thread, call)) + 1;
            opened |= line.Groups["rest"].Value.Contains("sallyport.db", StringComparison.Ordinal);
            if (!opened) continue;
            var (first, last) = ranges.GetValueOrDefault(call, (count, count));
            ranges[call] = (Math.Min(first, count), Math.Max(last, count));
        }

        return ranges;
    }

    /// <summary>When the call was tampered with; null when it was never made.</summary>
    internal static DateTimeOffset? InjectedAt(string log)
    {
        foreach (var line in File.ReadLines(log).Where(line => line.Contains("(INJECTED)", StringComparison.Ordinal)))
            return DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
        return null;
    }

    [GeneratedRegex(@"^(?<thread>\d+) +[\d.]+ (?<call>[a-z_0-9]+)\((?<rest>.*)", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex CallLine();
}
