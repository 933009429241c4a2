using System.Text.Json;

namespace Sallyport.Language.Tests.Cel;

/// <summary>One test of the cel-spec suite.</summary>
internal sealed record CelConformanceTest(string File, string Section, string Name, string Expression, JsonElement Json)
{
    public string FullName => $"{File}/{Section}/{Name}";

    public IReadOnlyList<string> Tags { get; } = [.. Tagged(Json)];

    public JsonElement Expected => Json.GetProperty("expected");

    /// <summary>True if an evaluation has to give a value or an error.</summary>
    public bool HasResult => Expected.TryGetProperty("value", out _) || Expected.TryGetProperty("error", out _);

    public string Container => Json.TryGetProperty("container", out var container) ? container.GetString()! : "";

    public bool DisableCheck => Json.TryGetProperty("disable_check", out var value) && value.GetBoolean();

    public bool CheckOnly => Json.TryGetProperty("check_only", out var value) && value.GetBoolean();

    /// <summary>Reads one entry. Members that it does not know are left alone; a name that is missing is shown as a dash.</summary>
    public static CelConformanceTest Read(JsonElement json) =>
        new(Text(json, "file"), Text(json, "section"), Text(json, "name"), Text(json, "expr"), json.Clone());

    private static IEnumerable<string> Tagged(JsonElement json) =>
        json.TryGetProperty("tags", out var tags) ? tags.EnumerateArray().Select(t => t.GetString()!) : [];

    private static string Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "-";
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
        return [.. document.RootElement.GetProperty("tests").EnumerateArray().Select(CelConformanceTest.Read)];
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
