using System.Globalization;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation.Running;

/// <summary>
/// <c>--seeds N [--from N] [--first]</c> runs seeds on every core; <c>--seed N [--trace]</c> repeats one; <c>--point N Death|CommitLost|CommitKept</c>
/// repeats the standard world with one failure.
/// </summary>
internal static class SeedsCommand
{
    /// <summary>The exit code: 0 nothing found, 1 violations. Null if the arguments ask for something else.</summary>
    internal static int? TryRun(string[] args)
    {
        if (args is ["--seed", var one, .. var rest] && ulong.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
            return Repeat(seed, rest.Contains("--trace"), Console.Out);
        if (args is ["--point", var text, var how] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var point)
            && Enum.TryParse<StandardFailure>(how, out var failure))
        {
            using var worlds = new Worlds();
            return Report(PointRun.Run(worlds, failure, point, traced: true), traced: true, Console.Out);
        }

        if (args is not ["--seeds", var many, ..] || !ulong.TryParse(many, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
        var from = args is [_, _, "--from", var start, ..] ? ulong.Parse(start, CultureInfo.InvariantCulture) : 1;
        return Many(from, count, args.Contains("--first"), Console.Out);
    }

    private static int Many(ulong from, ulong count, bool first, TextWriter output)
    {
        using var progress = new ProgressBar(output, count, "seeds");
        var run = SeedRun.Run(from, count, stopAtFirst: first, progress.Show);
        progress.Finish();
        foreach (var verdict in run.Failures.OrderBy(verdict => verdict.Seed).Take(10)) Report(verdict, traced: false, output);
        output.WriteLine(FormattableString.Invariant($"{run.Done} seeds, {run.Failures.Count} violations"));
        return run.Failures.Count == 0 ? 0 : 1;
    }

    private static int Repeat(ulong seed, bool traced, TextWriter output)
    {
        using var worlds = new Worlds();
        return Report(worlds.Run(seed, traced), traced, output);
    }

    private static int Report(Verdict verdict, bool traced, TextWriter output)
    {
        foreach (var line in verdict.Trace) output.WriteLine(line);
        foreach (var (invariant, what) in verdict.Violations.Take(5)) output.WriteLine(FormattableString.Invariant($"seed {verdict.Seed}: {invariant} is violated: {what}"));
        if (verdict.Violations.Count > 0 && !traced)
            output.WriteLine(FormattableString.Invariant($"  repeat it with: dotnet run -c Release --project tests/Sallyport.Simulation -- --seed {verdict.Seed} --trace"));
        if (traced) output.WriteLine(FormattableString.Invariant($"{verdict.Points} points, {verdict.Effects} effects, {verdict.Violations.Count} violations"));
        return verdict.Violations.Count == 0 ? 0 : 1;
    }
}
