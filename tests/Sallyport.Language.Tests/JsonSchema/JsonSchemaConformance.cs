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

    internal static IReadOnlyList<TestResult> RunFile(string suite, string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(suite, Draft, file)));
        var options = new SchemaOptions
        {
            AssertFormats = file.StartsWith("optional/format/", StringComparison.Ordinal) || file == "optional/ecmascript-regex.json",
            Resolver = uri => Remote(suite, uri),
        };
        var results = new List<TestResult>();
        foreach (var group in document.RootElement.EnumerateArray())
        {
            var compilation = Skipped.ContainsKey(file) ? null : Compiled.Compile(group.GetProperty("schema"), options);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
                results.Add(RunTest(file, group, test, compilation));
        }

        return results;
    }

    private static TestResult RunTest(string file, JsonElement group, JsonElement test, SchemaCompilation? compilation)
    {
        var name = $"{file}: {group.GetProperty("description").GetString()} / {test.GetProperty("description").GetString()}";
        if (compilation is null) return new TestResult(name, Outcome.Skipped, Skipped[file]);
        if (compilation.Schema is null) return new TestResult(name, Outcome.Failed, string.Join(" ", compilation.Issues.Select(i => $"{i.SchemaPath}: {i.Message}")));
        var expected = test.GetProperty("valid").GetBoolean();
        var result = compilation.Schema.Validate(test.GetProperty("data"));
        return result.IsValid == expected
            ? new TestResult(name, Outcome.Passed, "")
            : new TestResult(name, Outcome.Failed, $"expected {(expected ? "valid" : "invalid")}; {string.Join(" ", result.Errors.Select(e => e.Message))}");
    }

    /// <summary>The suite's documents stand for http://localhost:1234/; nothing is fetched.</summary>
    private static JsonElement? Remote(string suite, Uri uri)
    {
        if (uri is not { Host: "localhost", Port: 1234 }) return null;
        var path = Path.Combine(suite, "remotes", uri.AbsolutePath.TrimStart('/'));
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
