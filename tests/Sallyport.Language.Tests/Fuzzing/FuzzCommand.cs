using System.Globalization;
using System.Text;

namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>
/// <c>fuzz [--inputs N] [--seed N] [--target cel|json-schema|all] [--seconds N] [--from N]</c>; <c>fuzz --seed N --target T --only N</c> shows and
/// repeats one input.
/// </summary>
internal static class FuzzCommand
{
    private const ulong DefaultInputs = 10_000_000;

    /// <summary>The exit code: 0 nothing found, 1 a broken promise, 3 usage. Null if the arguments ask for something else.</summary>
    public static int? TryRun(string[] args)
    {
        if (args is not ["fuzz", ..]) return null;
        var settings = args.Skip(1).Chunk(2).ToArray();
        var known = settings.All(pair => pair is ["--inputs" or "--seed" or "--seconds" or "--from" or "--only", var number] && ulong.TryParse(number, out _)
            || (pair is ["--target", var name] && (name == "all" || FuzzTarget.All.ContainsKey(name))));
        if (!known)
        {
            Console.Error.WriteLine($"usage: fuzz [--inputs N] [--seed N] [--target {string.Join('|', FuzzTarget.All.Keys)}|all] [--seconds N] [--from N] [--only N]");
            return 3;
        }

        var wanted = Setting("--target") ?? "all";
        var names = FuzzTarget.All.Keys.Where(name => wanted == "all" || name == wanted).ToArray();
        var inputs = (Number("--inputs") ?? DefaultInputs) / (ulong)names.Length;
        var seed = Number("--seed") ?? (ulong)Environment.TickCount64;
        TimeSpan? time = Number("--seconds") is { } seconds ? TimeSpan.FromSeconds(seconds / (double)names.Length) : null;
        if (Number("--only") is { } only) return names.Max(name => Repeat(name, seed, only, Console.Out));
        return names.Max(name => Run(name, seed, inputs, Number("--from") ?? 0, time, Console.Out));

        string? Setting(string name) => settings.FirstOrDefault(pair => pair[0] == name)?[1];
        ulong? Number(string name) => Setting(name) is { } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : null;
    }

    private static int Run(string name, ulong seed, ulong inputs, ulong from, TimeSpan? time, TextWriter output)
    {
        output.WriteLine(Invariant($"{name}: seed {seed}, {inputs:N0} inputs on {Environment.ProcessorCount} threads"));
        var run = new FuzzRun(FuzzTarget.All[name], seed, inputs, from, time);
        var every = TimeSpan.FromSeconds(Console.IsOutputRedirected ? 30 : 2);
        var due = every;
        var failure = run.Run(now =>
        {
            if (now.Elapsed < due) return;
            due = now.Elapsed + every;
            output.WriteLine(Invariant($"  {now.Done,12:N0} inputs {now.Done / now.Elapsed.TotalSeconds,10:N0}/s"));
        });
        var (slowest, number) = run.Slowest;
        output.WriteLine(Invariant($"{name}: {run.Done:N0} inputs in {run.Elapsed.TotalSeconds:N0} s, {run.Done / run.Elapsed.TotalSeconds:N0}/s; refused {run.Count(FuzzReach.Refused):N0}, ran into an error or a refusal {run.Count(FuzzReach.Ran):N0}, succeeded {run.Count(FuzzReach.Succeeded):N0}; slowest {slowest.TotalMilliseconds:N0} ms (input {number})"));
        if (failure is null)
        {
            output.WriteLine($"{name}: no broken promise");
            return 0;
        }

        Print(output, name, seed, failure);
        return 1;
    }

    private static int Repeat(string name, ulong seed, ulong number, TextWriter output)
    {
        var input = FuzzTarget.All[name]().Create(seed, number);
        output.WriteLine($"{name}: input {number} of seed {seed}");
        output.WriteLine($"  program {Escape(input.Program)}");
        output.WriteLine($"  data    {Escape(input.Data)}");
        var before = Environment.CpuUsage.TotalTime;
        var reach = FuzzTarget.All[name]().Examine(input);
        output.WriteLine(Invariant($"  {reach} after {(Environment.CpuUsage.TotalTime - before).TotalMilliseconds:N1} ms of processor time"));
        return 0;
    }

    private static void Print(TextWriter output, string name, ulong seed, FuzzFailure failure)
    {
        output.WriteLine($"{name}: BROKEN by input {failure.Number} of seed {seed}: {failure.Reason}");
        output.WriteLine($"  program {Escape(failure.Input.Program)}");
        output.WriteLine($"  data    {Escape(failure.Input.Data)}");
        // Making an input that takes too long smaller would take far too long.
        if (failure.Reason.StartsWith("took ", StringComparison.Ordinal) || failure.Reason.StartsWith("has not", StringComparison.Ordinal)) return;
        var small = FuzzMinimizer.Minimize(failure.Input, FuzzTarget.All[name]);
        output.WriteLine($"  smaller program {Escape(small.Program)}");
        output.WriteLine($"  smaller data    {Escape(small.Data)}");
    }

    /// <summary>Printable ASCII; everything else as UTF-16 units, so that a report can be pasted into a test.</summary>
    internal static string Escape(string? text)
    {
        var shown = new StringBuilder("\"");
        foreach (var c in text ?? "")
        {
            if (c is '"' or '\\') shown.Append('\\').Append(c);
            else if (c is >= ' ' and <= '~') shown.Append(c);
            else shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return shown.Append('"').ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
