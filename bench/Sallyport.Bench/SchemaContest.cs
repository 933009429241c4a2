using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sallyport.Contracts.Json;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Bench;

/// <summary>
/// Validation by compiled schemas beside a validator that walks the schema document again each time: the refund tool's input and the
/// order fact, in turns within one run. Both must agree on every instance before anything is measured.
/// </summary>
internal static class SchemaContest
{
    private const int Batch = 2_000;

    private const string Refund = """{"order_id":"ord_000001","amount_minor":700,"currency":"EUR","reason":"late"}""";

    private const string Order =
        """{"id":"ord_000001","customer_id":"cus_000001","region":"eu","currency":"EUR","total_minor":5000,"refunded_minor":0,"refundable_minor":5000,"status":"paid","disputed":false}""";

    /// <summary><c>schema [--rounds N] [--milliseconds N]</c>: prints nanoseconds and bytes per validation, and the ratio.</summary>
    /// <returns>The exit code: 0, or 1 when the two disagree.</returns>
    internal static int Run(IReadOnlyList<string> args, TextWriter output)
    {
        var rounds = Number(args, "--rounds", 9);
        var time = TimeSpan.FromMilliseconds(Number(args, "--milliseconds", 200));
        output.WriteLine($"Schema validation, {rounds} rounds of {time.TotalMilliseconds} ms for each contender in turn; medians. A ratio above 1 means that compiled is faster.");
        output.WriteLine("schema       instance   compiled ns   bytes   interpreted ns   bytes   interpreted / compiled");
        var contract = Contract();
        var order = contract.Facts.First(fact => fact.Name == "order");
        return Math.Max(
            Contest("tool input", contract.InputSchema, contract.Input, Refund, rounds, time, output),
            Contest("order fact", order.SchemaSource, order.Schema, Order, rounds, time, output));
    }

    private static int Contest(string name, JsonElement source, JsonSchema.JsonSchema compiled, string valid, int rounds, TimeSpan time, TextWriter output)
    {
        var interpreted = new InterpretingValidator(source);
        var instances = Variants(valid).Select(CanonicalJson.Parse).ToArray();
        foreach (var instance in instances)
        {
            if (compiled.Validate(instance).IsValid == interpreted.IsValid(instance)) continue;
            output.WriteLine($"The validators disagree about {instance}.");
            return 1;
        }

        output.WriteLine($"{name}: both agree on {instances.Length} instances, {instances.Count(interpreted.IsValid)} of them valid");
        var last = instances.Last(instance => !interpreted.IsValid(instance));
        foreach (var (kind, instance) in new[] { ("valid", instances[0]), ("invalid", last) })
        {
            var (fast, slow) = (new List<Sample>(), new List<Sample>());
            for (var round = -2; round < rounds; round++)
            {
                var pair = (Measure(() => compiled.Validate(instance).IsValid, time), Measure(() => interpreted.IsValid(instance), time));
                // The first rounds only warm up.
                if (round < 0) continue;
                fast.Add(pair.Item1);
                slow.Add(pair.Item2);
            }

            var ratio = Median(fast.Zip(slow, (a, b) => b.Nanoseconds / a.Nanoseconds));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-12} {kind,-10} {Median(fast.Select(s => s.Nanoseconds)),11:N0} {Median(fast.Select(s => s.Bytes)),7:N0} {Median(slow.Select(s => s.Nanoseconds)),16:N0} {Median(slow.Select(s => s.Bytes)),7:N0} {ratio,12:N2} x"));
        }

        return 0;
    }

    private static Sample Measure(Func<bool> validate, TimeSpan time)
    {
        var (count, sum) = (0L, 0);
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var startedAt = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(startedAt) < time)
        {
            for (var i = 0; i < Batch; i++) sum += validate() ? 1 : 0;
            count += Batch;
        }

        var took = Stopwatch.GetElapsedTime(startedAt);
        GC.KeepAlive(sum);
        return new Sample(took.TotalNanoseconds / count, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)count);
    }

    /// <summary>The instance itself, then each property left out, renamed, and given values of every kind.</summary>
    private static IEnumerable<string> Variants(string valid)
    {
        yield return valid;
        yield return "{}";
        yield return "[]";
        var properties = CanonicalJson.Parse(valid).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetRawText());
        foreach (var (name, text) in properties)
        {
            yield return Text(properties.Where(p => p.Key != name));
            yield return Text(properties.Where(p => p.Key != name).Append(KeyValuePair.Create(name + "x", text)));
            foreach (var value in (string[])["null", "true", "0", "1", "-1", "1.0", "0.5", "100000000", "100000001", "\"\"", "\"USD\"", "\"ord_123456\"", "[]", "{}"])
                yield return Text(properties.Where(p => p.Key != name).Append(KeyValuePair.Create(name, value)));
        }

        static string Text(IEnumerable<KeyValuePair<string, string>> properties) => $"{{{string.Join(',', properties.Select(p => $"\"{p.Key}\":{p.Value}"))}}}";
    }

    private static ToolContract Contract()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "workflows", "refund", "workflow.yaml"))) folder = folder.Parent!;
        var compilation = BundleCompiler.CompileFolder(Path.Combine(folder.FullName, "workflows", "refund"));
        return compilation.Release?.Tools["issue_refund"] ?? throw new InvalidOperationException($"The refund bundle does not compile: {string.Join(' ', compilation.Faults)}");
    }

    private static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return ordered[ordered.Length / 2];
    }

    private static int Number(IReadOnlyList<string> args, string name, int otherwise)
    {
        for (var i = 0; i + 1 < args.Count; i++)
        {
            if (args[i] == name) return int.Parse(args[i + 1], CultureInfo.InvariantCulture);
        }

        return otherwise;
    }

    private sealed record Sample(double Nanoseconds, double Bytes);
}
