using System.Collections.Frozen;
using System.Text.Json;
using Sallyport.JsonSchema.Compilation;
using Sallyport.JsonSchema.Json;

namespace Sallyport.JsonSchema.Keywords;

/// <summary>Every keyword of draft 2020-12 with its vocabulary and its builder.</summary>
internal static class KeywordTable
{
    private static readonly FrozenDictionary<string, Entry> Entries = Create();

    private delegate void Builder(SchemaSite site, string keyword, JsonElement value);

    /// <summary>Compiles one keyword of a schema object into the site, or reports what is wrong with it.</summary>
    public static void Build(SchemaSite site, JsonProperty property)
    {
        if (Entries.TryGetValue(property.Name, out var entry))
        {
            if (site.Dialect.Has(entry.Vocabularies)) entry.Build(site, property.Name, property.Value);
            return;
        }

        if (!site.Options.RefuseUnknownKeywords || site.Options.ExtraKeywords.Contains(property.Name)) return;
        var nearest = NearestName.Of(property.Name, Entries.Keys.Concat(site.Options.ExtraKeywords).Order(StringComparer.Ordinal));
        var hint = nearest is null ? "" : $"; did you mean \"{nearest}\"?";
        site.Issue(property.Name, $"\"{JsonDisplay.Text(property.Name)}\" is not a keyword{(hint.Length > 0 ? hint : ".")}", nearest);
    }

    private static FrozenDictionary<string, Entry> Create()
    {
        var all = new Dictionary<string, Entry>(StringComparer.Ordinal);

        void Add(Vocabularies vocabularies, Builder builder, params ReadOnlySpan<string> names)
        {
            foreach (var name in names) all.Add(name, new Entry(vocabularies, builder));
        }

        Add(Vocabularies.Core, CoreKeywords.Text, "$schema", "$comment", "$anchor", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor");
        Add(Vocabularies.Core, CoreKeywords.Id, "$id");
        Add(Vocabularies.Core, CoreKeywords.Object, "$vocabulary");
        Add(Vocabularies.Core, CoreKeywords.Reference, "$ref", "$dynamicRef");
        Add(Vocabularies.Core, CoreKeywords.Definitions, "$defs", "definitions");

        Add(Vocabularies.Applicator, ObjectKeywords.Properties, "properties", "patternProperties", "additionalProperties");
        Add(Vocabularies.Applicator, ObjectKeywords.Names, "propertyNames");
        Add(Vocabularies.Applicator, ObjectKeywords.DependentSchemas, "dependentSchemas");
        Add(Vocabularies.Applicator, ObjectKeywords.Dependencies, "dependencies");
        Add(Vocabularies.Applicator, ArrayKeywords.Items, "prefixItems", "items");
        Add(Vocabularies.Applicator, ArrayKeywords.Contains, "contains");
        Add(Vocabularies.Applicator, CombinationKeywords.All, "allOf");
        Add(Vocabularies.Applicator, CombinationKeywords.Any, "anyOf");
        Add(Vocabularies.Applicator, CombinationKeywords.One, "oneOf");
        Add(Vocabularies.Applicator, CombinationKeywords.Not, "not");
        Add(Vocabularies.Applicator, CombinationKeywords.Condition, "if", "then", "else");

        Add(Vocabularies.Unevaluated, ObjectKeywords.Unevaluated, "unevaluatedProperties");
        Add(Vocabularies.Unevaluated, ArrayKeywords.Unevaluated, "unevaluatedItems");

        Add(Vocabularies.Validation, ValueKeywords.Types, "type");
        Add(Vocabularies.Validation, ValueKeywords.Const, "const");
        Add(Vocabularies.Validation, ValueKeywords.Enum, "enum");
        Add(Vocabularies.Validation, ValueKeywords.Bound, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
        Add(Vocabularies.Validation, ValueKeywords.MultipleOf, "multipleOf");
        Add(Vocabularies.Validation, ValueKeywords.Count,
            "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains");
        Add(Vocabularies.Validation, ValueKeywords.Pattern, "pattern");
        Add(Vocabularies.Validation, ArrayKeywords.Unique, "uniqueItems");
        Add(Vocabularies.Validation, ObjectKeywords.Required, "required");
        Add(Vocabularies.Validation, ObjectKeywords.DependentRequired, "dependentRequired");

        Add(Vocabularies.FormatAnnotation | Vocabularies.FormatAssertion, ValueKeywords.Format, "format");
        Add(Vocabularies.MetaData, CoreKeywords.Text, "title", "description");
        Add(Vocabularies.MetaData, CoreKeywords.Flag, "deprecated", "readOnly", "writeOnly");
        Add(Vocabularies.MetaData, CoreKeywords.Anything, "default");
        Add(Vocabularies.MetaData, CoreKeywords.Examples, "examples");
        Add(Vocabularies.Content, CoreKeywords.Text, "contentEncoding", "contentMediaType");
        Add(Vocabularies.Content, CoreKeywords.Content, "contentSchema");
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private readonly record struct Entry(Vocabularies Vocabularies, Builder Build);
}
