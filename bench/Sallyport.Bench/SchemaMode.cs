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
internal static class SchemaMode
{
    internal const string Help = """
        Validation of the refund tool's input and of the order fact: compiled schemas against a validator that walks the schema document.

          --rounds N        rounds; contenders take turns in each (default 9)
          --milliseconds N  time per contender and round (default 50)
        """;

    private const string Refund = """{"order_id":"ord_000001","amount_minor":700,"currency":"EUR","reason":"late"}""";

    private const string Order =
        """{"id":"ord_000001","customer_id":"cus_000001","region":"eu","currency":"EUR","total_minor":5000,"refunded_minor":0,"refundable_minor":5000,"status":"paid","disputed":false}""";

    /// <returns>The exit code: 0, or 1 when the two disagree.</returns>
    internal static Task<int> RunAsync(Options options, TextWriter output)
    {
        var rounds = options.Number("--rounds", 9);
        var time = TimeSpan.FromMilliseconds(options.Number("--milliseconds", 50));
        output.WriteLine($"schema       instance   compiled ns   bytes   interpreted ns   bytes   compiled / interpreted ({rounds} rounds)");
        var contract = Contract();
        var order = contract.Facts.First(fact => fact.Name == "order");
        return Task.FromResult(Math.Max(
            Contest("tool input", contract.InputSchema, contract.Input, Refund, rounds, time, output),
            Contest("order fact", order.SchemaSource, order.Schema, Order, rounds, time, output)));
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
            var fast = new Timing(count =>
            {
                for (var i = 0; i < count; i++) compiled.Validate(instance);
            });
            var slow = new Timing(count =>
            {
                for (var i = 0; i < count; i++) interpreted.IsValid(instance);
            });
            Timing.Run(rounds, time, fast, slow);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-12} {kind,-10} {fast.Nanoseconds,11:N0} {fast.Bytes,7:N0} {slow.Nanoseconds,16:N0} {slow.Bytes,7:N0} {Timing.MedianRatio(fast, slow),12:N2}"));
        }

        return 0;
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
}
