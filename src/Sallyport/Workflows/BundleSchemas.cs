using System.Collections.Concurrent;
using System.Reflection;
using Sallyport.Contracts.Json;
using Sallyport.JsonSchema;

namespace Sallyport.Workflows;

/// <summary>The published schemas of the bundle's files, and the options for schemas that bundles contain.</summary>
public static class BundleSchemas
{
    /// <summary>Options for a schema inside a bundle: formats asserted, our annotations allowed, everything unknown refused.</summary>
    public static readonly SchemaOptions Strict = new()
    {
        AssertFormats = true,
        RefuseUnknownKeywords = true,
        ExtraKeywords = new HashSet<string>(StringComparer.Ordinal) { "unit", "zone", "sensitive" },
    };

    private static readonly ConcurrentDictionary<string, JsonSchema.JsonSchema> Compiled = new(StringComparer.Ordinal);

    /// <summary>The text of a published schema: <c>workflow</c>, <c>tool</c> or <c>policy</c>.</summary>
    public static string Text(string kind)
    {
        var name = $"Sallyport.Workflows.Schemas.{kind}.schema.json";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The schema {name} is not part of the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    internal static JsonSchema.JsonSchema Get(string kind) => Compiled.GetOrAdd(kind, static k =>
        JsonSchema.JsonSchema.Compile(CanonicalJson.Parse(Text(k))).Schema
        ?? throw new InvalidOperationException($"The program's own schema \"{k}\" does not compile."));
}
