using System.Text.Json;
using Sallyport.JsonSchema.Compilation;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;
using Sallyport.JsonSchema.Patterns;

namespace Sallyport.JsonSchema.Keywords;

/// <summary>Builders for the keywords about the properties of an object (core §10.3.2, §11.3; validation §6.5).</summary>
internal static class ObjectKeywords
{
    public static void Properties(SchemaSite site, string keyword, JsonElement value)
    {
        // The three are decided in one pass over the instance, built by the first of them that is there.
        var hasNamed = site.TryGet("properties", Vocabularies.Applicator, out var named);
        var hasPatterns = site.TryGet("patternProperties", Vocabularies.Applicator, out var patterns);
        if ((keyword != "properties" && hasNamed) || (keyword == "additionalProperties" && hasPatterns)) return;
        var table = new PropertyTable(hasNamed ? site.Map("properties", named) : []);
        var matchers = hasPatterns ? Patterns(site, patterns) : [];
        var rest = site.TryGet("additionalProperties", Vocabularies.Applicator, out var additional)
            ? site.Single("additionalProperties", additional)
            : null;
        site.Add(new PropertiesEvaluator(site.PathOf(keyword), keyword, table, matchers, rest, site.PathOf("additionalProperties")));
    }

    public static void Names(SchemaSite site, string keyword, JsonElement value) =>
        site.Add(new PropertyNames(site.PathOf(keyword), site.Single(keyword, value)));

    public static void Unevaluated(SchemaSite site, string keyword, JsonElement value) =>
        site.Add(new UnevaluatedProperties(site.PathOf(keyword), site.Single(keyword, value), site.Node));

    public static void Required(SchemaSite site, string keyword, JsonElement value)
    {
        if (site.Names(keyword, value) is { Length: > 0 } names) site.Add(new Required(site.PathOf(keyword), names));
    }

    public static void DependentRequired(SchemaSite site, string keyword, JsonElement value)
    {
        if (!site.IsObject(keyword, value)) return;
        foreach (var property in value.EnumerateObject()) AddRequired(site, keyword, property);
    }

    public static void DependentSchemas(SchemaSite site, string keyword, JsonElement value)
    {
        foreach (var (name, schema) in site.Map(keyword, value))
            site.Add(new DependentSchema(JsonPointer.Append(site.PathOf(keyword), name), keyword, name, schema));
    }

    /// <summary>The keyword that 2020-12 split in two; its meta-schema still knows it, so it still means what it meant.</summary>
    public static void Dependencies(SchemaSite site, string keyword, JsonElement value)
    {
        if (!site.IsObject(keyword, value)) return;
        var at = site.Location.Child(keyword, value);
        foreach (var property in value.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Array)
                AddRequired(site, keyword, property);
            else
                site.Add(new DependentSchema(
                    JsonPointer.Append(site.PathOf(keyword), property.Name), keyword, property.Name,
                        site.Compiler.NodeAt(at.Child(property.Name, property.Value))));
        }
    }

    private static void AddRequired(SchemaSite site, string keyword, JsonProperty property)
    {
        if (site.Names(keyword, property.Value) is { Length: > 0 } names)
            site.Add(new DependentRequired(JsonPointer.Append(site.PathOf(keyword), property.Name), keyword, property.Name, names));
    }

    private static (PatternMatcher Pattern, SchemaNode Schema)[] Patterns(SchemaSite site, JsonElement value)
    {
        var matchers = new List<(PatternMatcher, SchemaNode)>();
        foreach (var (pattern, schema) in site.Map("patternProperties", value))
        {
            var matcher = PatternMatcher.Create(pattern, site.Options.PatternTimeout, out var problem);
            if (matcher is not null) matchers.Add((matcher, schema));
            else site.Compiler.Report(JsonPointer.Append(site.PathOf("patternProperties"), pattern),
                $"The pattern is not usable: {problem}.", null);
        }

        return [.. matchers];
    }
}
