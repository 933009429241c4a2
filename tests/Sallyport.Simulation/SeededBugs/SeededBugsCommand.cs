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
    private const int CleanSeeds = 150;

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
        foreach (var program in bugs.Select(bug => Program(bug.By)).Append(Program(Catcher.Simulation)).Distinct())
            if (tree.Build($"tests/{program}/{program}.csproj") is { } broken) return Fail(output, "The untouched copy does not build.", broken);
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
        var back = new List<Action>();
        try
        {
            foreach (var project in texts.Keys.Select(file => file.Split('/')[1]).Distinct())
            {
                if (tree.Build($"src/{project}/{project}.csproj", alone: true) is { } broken) return (false, "it does not build: " + broken.Split('\n')[0]);
                back.Add(tree.Swap(project, Program(bug.By)));
            }

            return bug.By == Catcher.Simulation ? TrySimulation(tree) : TryTests(tree, bug.By);
        }
        finally
        {
            foreach (var undo in back) undo();
            foreach (var file in texts.Keys) tree.Write(file, File.ReadAllBytes(Path.Combine(Repository.Root, file)));
        }
    }

    private static (bool Found, string How) TrySimulation(PatchedTree tree)
    {
        var (code, output) = Simulate(tree, Seeds);
        if (code == 0) return (false, "");
        return Violation().Match(output) is { Success: true } match ? (true, $"simulation, seed {match.Groups[1].Value}: {match.Groups[2].Value}") : (false, "the simulation broke: " + output);
    }

    private static (bool Found, string How) TryTests(PatchedTree tree, Catcher catcher)
    {
        var (program, tests) = (Program(catcher), catcher switch
        {
            Catcher.SingleSend => "SingleSendTests",
            Catcher.Permits => "PermitTests",
            Catcher.WaysOut => "WaysOutTests",
            Catcher.Publisher => "PublisherTests",
            Catcher.Simulation => throw new ArgumentOutOfRangeException(nameof(catcher)),
        });
        var (code, output) = tree.Run("dotnet", $"artifacts/bin/{program}/release/{program}.dll", "--filter-class", "*" + tests);
        return (code != 0 && output.Contains("failed:", StringComparison.Ordinal), tests);
    }

    private static string Program(Catcher catcher) => catcher switch
    {
        Catcher.Simulation => "Sallyport.Simulation",
        Catcher.SingleSend => "Sallyport.Server.Tests",
        Catcher.Permits or Catcher.WaysOut => "Sallyport.Storage.Tests",
        Catcher.Publisher => "Sallyport.Verifier.Tests",
    };

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
