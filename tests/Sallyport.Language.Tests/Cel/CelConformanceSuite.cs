using System.Text.Json;

namespace Sallyport.Language.Tests.Cel;

/// <summary>One test of the cel-spec suite. Members that are not known are left alone, and absent ones are null.</summary>
internal sealed record CelConformanceTest(string File, string Section, string Name, string Expression, JsonElement Json)
{
    public string FullName => $"{File}/{Section}/{Name}";

    public IReadOnlyList<string> Tags { get; } = [.. Find(Json, "tags")?.EnumerateArray().Select(tag => tag.ToString()) ?? []];

    public JsonElement? Value => Expected("value");

    public JsonElement? Error => Expected("error");

    public string? DeducedType => Expected("deduced_type")?.ToString();

    public string Container => Find(Json, "container")?.ToString() ?? "";

    public bool DisableCheck => Find(Json, "disable_check")?.ValueKind == JsonValueKind.True;

    public bool CheckOnly => Find(Json, "check_only")?.ValueKind == JsonValueKind.True;

    public IEnumerable<JsonElement> Declarations => Find(Json, "type_env")?.EnumerateArray() ?? Enumerable.Empty<JsonElement>();

    public IEnumerable<JsonProperty> Bindings => Find(Json, "bindings")?.EnumerateObject() ?? Enumerable.Empty<JsonProperty>();

    public static CelConformanceTest Read(JsonElement json) =>
        new(Text(json, "file"), Text(json, "section"), Text(json, "name"), Text(json, "expr"), json.Clone());

    private JsonElement? Expected(string member) => Find(Json, "expected") is { } expected ? Find(expected, member) : null;

    private static JsonElement? Find(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Text(JsonElement json, string member) => Find(json, member)?.ToString() ?? "-";
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
