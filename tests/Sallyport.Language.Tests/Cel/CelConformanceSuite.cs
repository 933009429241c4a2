using System.Text.Json;

namespace Sallyport.Language.Tests.Cel;

/// <summary>One test of the cel-spec suite.</summary>
internal sealed record CelConformanceTest(string File, string Section, string Name, string Expression, JsonElement Json)
{
    public string FullName => $"{File}/{Section}/{Name}";

    public IReadOnlyList<string> Tags { get; } = [.. Json.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!)];

    public JsonElement Expected => Json.GetProperty("expected");

    public string Container => Json.TryGetProperty("container", out var container) ? container.GetString()! : "";

    public bool DisableCheck => Json.TryGetProperty("disable_check", out var value) && value.GetBoolean();

    public bool CheckOnly => Json.TryGetProperty("check_only", out var value) && value.GetBoolean();
}

/// <summary>Reads conformance.json: the path in SALLYPORT_CEL_SUITE, else the copy beside the repository.</summary>
internal static class CelConformanceSuite
{
    public const string Variable = "SALLYPORT_CEL_SUITE";

    private static readonly Lazy<IReadOnlyList<CelConformanceTest>?> Loaded = new(Load);

    /// <summary>The tests; null if the suite is not there.</summary>
    public static IReadOnlyList<CelConformanceTest>? Tests => Loaded.Value;

    public static string Location => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path
        ? path
        : Path.Combine(RepositoryRoot(), "..", "shared", "data", "cel-spec", "conformance.json");

    private static IReadOnlyList<CelConformanceTest>? Load()
    {
        if (!File.Exists(Location))
            return null;
        using var document = JsonDocument.Parse(File.ReadAllBytes(Location));
        return [.. document.RootElement.GetProperty("tests").EnumerateArray().Select(test => new CelConformanceTest(
            test.GetProperty("file").GetString()!,
            test.GetProperty("section").GetString()!,
            test.GetProperty("name").GetString()!,
            test.GetProperty("expr").GetString()!,
            test.Clone()))];
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
