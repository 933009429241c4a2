using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Sallyport.Simulation.SeededBugs;

/// <summary>
/// <c>--seeded-bugs [NAME …]</c>: puts each defect into a copy of the sources, builds it, and runs what must notice it. Exit code 0 only
/// when the untouched copy is clean and every defect is noticed.
/// </summary>
internal static partial class SeededBugsCommand
{
    private const string Project = "tests/Sallyport.Simulation/Sallyport.Simulation.csproj";
    private const string ServerTests = "tests/Sallyport.Server.Tests/Sallyport.Server.Tests.csproj";
    private const int CleanSeeds = 300;

    /// <summary>Enough for the rarest of them, twice over.</summary>
    private const int Seeds = 1_000;

    internal static int? TryRun(string[] args)
    {
        if (args is not ["--seeded-bugs", .. var names]) return null;
        var bugs = names.Length == 0 ? SeededBugList.All : [.. SeededBugList.All.Where(bug => names.Contains(bug.Name))];
        var tree = new PatchedTree(Repository.Root);
        var output = Console.Out;
        output.WriteLine("building the untouched copy ...");
        tree.Synchronize();
        if (tree.Build(Project) is { } broken) return Fail(output, "The untouched copy does not build.", broken);
        var (code, clean) = Simulate(tree, CleanSeeds);
        if (code != 0) return Fail(output, "The untouched copy is not clean.", clean);
        output.WriteLine(FormattableString.Invariant($"clean in {CleanSeeds} seeds"));
        var caught = 0;
        var table = new StringBuilder();
        foreach (var (index, bug) in bugs.Index())
        {
            var watch = Stopwatch.StartNew();
            var (found, how) = Try(tree, bug);
            if (found) caught++;
            var line = FormattableString.Invariant($"{(found ? "caught " : "ESCAPED")}  {bug.Name,-42} {how}");
            table.AppendLine(line);
            output.WriteLine(FormattableString.Invariant($"[{index + 1}/{bugs.Count}] {line} ({watch.Elapsed.TotalSeconds:F0} s)"));
        }

        tree.Synchronize();
        output.WriteLine();
        output.Write(table);
        output.WriteLine(FormattableString.Invariant($"caught {caught} of {bugs.Count}"));
        return caught == bugs.Count ? 0 : 1;
    }

    private static (bool Found, string How) Try(PatchedTree tree, SeededBug bug)
    {
        if (bug.Apply(Repository.Root, out var fault) is not { } texts) return (false, "the patch does not apply: " + fault);
        foreach (var (file, text) in texts) tree.Write(file, Encoding.UTF8.GetBytes(text));
        try
        {
            if (tree.Build(bug.By == Catcher.Simulation ? Project : ServerTests) is { } broken) return (false, "it does not build: " + broken.Split('\n')[0]);
            var (code, output) = bug.By == Catcher.Simulation ? Simulate(tree, Seeds)
                : tree.Run("dotnet", "artifacts/bin/Sallyport.Server.Tests/release/Sallyport.Server.Tests.dll", "--filter-class", "*SingleSendTests");
            if (code == 0) return (false, "");
            if (bug.By == Catcher.SingleSend) return (output.Contains("failed:", StringComparison.Ordinal), "SingleSendTests, over a socket");
            return Violation().Match(output) is { Success: true } match ? (true, $"simulation, seed {match.Groups[1].Value}: {match.Groups[2].Value}") : (false, "the simulation broke: " + output);
        }
        finally
        {
            foreach (var file in texts.Keys) tree.Write(file, File.ReadAllBytes(Path.Combine(Repository.Root, file)));
        }
    }

    private static (int Code, string Output) Simulate(PatchedTree tree, int seeds) =>
        tree.Run("dotnet", "artifacts/bin/Sallyport.Simulation/release/Sallyport.Simulation.dll", "--seeds", seeds.ToString(System.Globalization.CultureInfo.InvariantCulture), "--first");

    private static int Fail(TextWriter output, string what, string details)
    {
        output.WriteLine(what);
        output.WriteLine(details);
        return 1;
    }

    [GeneratedRegex(@"seed (\d+): (\S[^:]*) is violated: ", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Violation();
}
