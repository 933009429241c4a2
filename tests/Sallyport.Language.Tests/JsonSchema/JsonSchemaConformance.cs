using System.Text.Json;
using Sallyport.JsonSchema;
using Compiled = Sallyport.JsonSchema.JsonSchema;

namespace Sallyport.Language.Tests.JsonSchema;

/// <summary>Runs a copy of the JSON Schema test suite (draft 2020-12) against the validator and prints what passed, failed and was left out.</summary>
public static class JsonSchemaConformance
{
    private const string Environment = "SALLYPORT_JSONSCHEMA_SUITE";
    private const string Draft = "draft2020-12";

    /// <summary>Optional files whose subject this validator does not have, each with the reason.</summary>
    private static readonly Dictionary<string, string> Skipped = new(StringComparer.Ordinal)
    {
        ["optional/cross-draft.json"] = "schemas of other drafts are refused, not evaluated",
    };

    /// <summary>The folder of the suite, or <c>null</c> with the reason when there is none.</summary>
    public static string? FindSuite(out string reason)
    {
        var named = System.Environment.GetEnvironmentVariable(Environment);
        var folder = named ?? DefaultFolder();
        reason = folder is null ? "the repository root was not found" : $"no suite in {folder}; set {Environment} to a folder that has {Draft} and remotes";
        return folder is not null && Directory.Exists(Path.Combine(folder, Draft)) ? folder : null;
    }

    /// <summary>Runs everything and prints a report.</summary>
    /// <returns>The exit code: 0 when nothing failed, 1 otherwise, 2 without a suite.</returns>
    public static int Run(TextWriter output)
    {
        var suite = FindSuite(out var reason);
        if (suite is null)
        {
            output.WriteLine($"json-schema: skipped, {reason}");
            return 2;
        }

        return Run(output, suite);
    }

    internal static int Run(TextWriter output, string suite)
    {
        var (passed, failed, skipped) = (0, 0, 0);
        foreach (var file in Files(suite))
        {
            var results = RunFile(suite, file);
            var counts = results.CountBy(r => r.Outcome).ToDictionary();
            var (p, f, s) = (counts.GetValueOrDefault(Outcome.Passed), counts.GetValueOrDefault(Outcome.Failed), counts.GetValueOrDefault(Outcome.Skipped));
            output.WriteLine($"{file}: {p} passed, {f} failed, {s} skipped");
            foreach (var result in results.Where(r => r.Outcome != Outcome.Passed)) output.WriteLine($"  {result}");
            (passed, failed, skipped) = (passed + p, failed + f, skipped + s);
        }

        output.WriteLine($"json-schema: {passed} passed, {failed} failed, {skipped} skipped");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>The files of the suite, relative to the draft's folder, in a stable order: required ones first.</summary>
    internal static IReadOnlyList<string> Files(string suite)
    {
        var root = Path.Combine(suite, Draft);
        return
        [
            .. Directory.EnumerateFiles(root, "*.json", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))
                .OrderBy(f => f.Count(c => c == '/')).ThenBy(f => f, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// Runs one file. Members that this runner does not know (comments, references to the specification) are ignored; whatever is not of
    /// the suite's form is a failure by name, because a test that cannot be read proves nothing.
    /// </summary>
    internal static IReadOnlyList<TestResult> RunFile(string suite, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(suite, Draft, file)));
            var options = new SchemaOptions
            {
                AssertFormats = file.StartsWith("optional/format/", StringComparison.Ordinal) || file == "optional/ecmascript-regex.json",
                Resolver = uri => Remote(suite, uri),
            };
            return [.. document.RootElement.EnumerateArray().SelectMany(group => RunGroup(file, group, options))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return [new TestResult(file, Outcome.Failed, $"not a file of the suite's form: {error.Message}")];
        }
    }

    private static IReadOnlyList<TestResult> RunGroup(string file, JsonElement group, SchemaOptions options)
    {
        var name = $"{file}: {Text(group, "description")}";
        if (Skipped.TryGetValue(file, out var reason))
            return [.. Tests(group).Select(test => new TestResult($"{name} / {Text(test, "description")}", Outcome.Skipped, reason))];
        if (!group.TryGetProperty("schema", out var schema) || !group.TryGetProperty("tests", out _))
            return [new TestResult(name, Outcome.Failed, "the group has no schema or no tests")];
        var compilation = Compiled.Compile(schema, options);
        return [.. Tests(group).Select(test => RunTest($"{name} / {Text(test, "description")}", test, compilation))];
    }

    private static TestResult RunTest(string name, JsonElement test, SchemaCompilation compilation)
    {
        if (!test.TryGetProperty("data", out var data) || !test.TryGetProperty("valid", out var valid)
            || valid.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return new TestResult(name, Outcome.Failed, "the test has no data or no verdict");
        if (compilation.Schema is null) return new TestResult(name, Outcome.Failed, string.Join(" ", compilation.Issues.Select(i => $"{i.SchemaPath}: {i.Message}")));
        var expected = valid.GetBoolean();
        var result = compilation.Schema.Validate(data);
        return result.IsValid == expected
            ? new TestResult(name, Outcome.Passed, "")
            : new TestResult(name, Outcome.Failed, $"expected {(expected ? "valid" : "invalid")}; {string.Join(" ", result.Errors.Select(e => e.Message))}");
    }

    private static IEnumerable<JsonElement> Tests(JsonElement group) =>
        group.TryGetProperty("tests", out var tests) && tests.ValueKind == JsonValueKind.Array ? tests.EnumerateArray() : [];

    private static string Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "(no description)";

    /// <summary>The suite's documents stand for http://localhost:1234/; nothing is fetched.</summary>
    private static JsonElement? Remote(string suite, Uri uri)
    {
        if (uri is not { Host: "localhost", Port: 1234 }) return null;
        var path = Path.Combine(suite, "remotes", Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')));
        if (!File.Exists(path)) return null;
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    private static string? DefaultFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
                return Path.GetFullPath(Path.Combine(folder.FullName, "../shared/data/json-schema-test-suite"));
        }

        return null;
    }

    internal enum Outcome
    {
        Passed,
        Failed,
        Skipped,
    }

    internal sealed record TestResult(string Name, Outcome Outcome, string Reason)
    {
        public override string ToString() => $"{Outcome.ToString().ToLowerInvariant()}: {Name} ({Reason})";
    }
}
