using System.Collections.Frozen;
using System.Text.Json;

namespace Sallyport.JsonSchema.MetaSchemas;

/// <summary>The meta-schemas of draft 2020-12, built in so that a reference to them needs no resolver.</summary>
internal static class StandardMetaSchemas
{
    private const string Prefix = "https://json-schema.org/draft/2020-12/";

    private static readonly string[] Names =
    [
        "schema", "core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "format-assertion", "content",
    ];

    private static readonly Lazy<FrozenDictionary<string, JsonElement>> Documents = new(() => Names.ToFrozenDictionary(
        name => name == "schema" ? Prefix + name : $"{Prefix}meta/{name}", Read, StringComparer.Ordinal));

    public static JsonElement? Find(string uri) =>
        uri.StartsWith(Prefix, StringComparison.Ordinal) && Documents.Value.TryGetValue(uri, out var document) ? document : null;

    private static JsonElement Read(string name)
    {
        using var stream = typeof(StandardMetaSchemas).Assembly.GetManifestResourceStream(name + ".json")
            ?? throw new InvalidOperationException($"The meta-schema {name} is missing from the assembly.");
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
