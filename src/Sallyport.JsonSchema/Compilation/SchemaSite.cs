using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;

namespace Sallyport.JsonSchema.Compilation;

/// <summary>The schema object that is being compiled: what keyword builders read from and add to.</summary>
internal sealed class SchemaSite(SchemaCompiler compiler, SchemaLocation location, SchemaNode node)
{
    private readonly List<KeywordEvaluator> _evaluators = [];

    public SchemaCompiler Compiler { get; } = compiler;

    public SchemaLocation Location { get; } = location;

    /// <summary>The node that is being filled.</summary>
    public SchemaNode Node { get; } = node;

    public Dialect Dialect => Location.Resource.Dialect;

    public SchemaOptions Options => Compiler.Options;

    public IReadOnlyList<KeywordEvaluator> Evaluators => _evaluators;

    public void Add(KeywordEvaluator evaluator) => _evaluators.Add(evaluator);

    /// <summary>The pointer of a keyword, as shown.</summary>
    public string PathOf(string keyword) => JsonPointer.Append(Location.Shown, keyword);

    public void Issue(string keyword, string message, string? suggestion = null) => Compiler.Report(PathOf(keyword), message, suggestion);

    /// <summary>A keyword of this schema, when it is there and its vocabulary is switched on.</summary>
    public bool TryGet(string keyword, Vocabularies vocabulary, out JsonElement value)
    {
        value = default;
        return Dialect.Has(vocabulary) && Location.Element.TryGetProperty(keyword, out value);
    }

    /// <summary>The schema that a keyword holds.</summary>
    public SchemaNode Single(string keyword, JsonElement value) => Compiler.NodeAt(Location.Child(keyword, value));

    /// <summary>The schemas of a keyword such as <c>allOf</c>: a list with at least one entry.</summary>
    public SchemaNode[] List(string keyword, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Issue(keyword, $"{keyword} must be a list of at least one schema.");
            return [];
        }

        var at = Location.Child(keyword, value);
        return [.. value.EnumerateArray().Select((item, index) => Compiler.NodeAt(at.Child(index, item)))];
    }

    /// <summary>The schemas of a keyword such as <c>properties</c>: an object of schemas.</summary>
    public IReadOnlyList<KeyValuePair<string, SchemaNode>> Map(string keyword, JsonElement value)
    {
        if (!IsObject(keyword, value)) return [];
        var at = Location.Child(keyword, value);
        return [.. value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Compiler.NodeAt(at.Child(p.Name, p.Value))))];
    }

    /// <summary>Whether the value is an object without repeated names; reports it when not.</summary>
    public bool IsObject(string keyword, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Issue(keyword, $"{keyword} must be an object, not {JsonDisplay.Kind(value.ValueKind)}.");
            return false;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            if (names.Add(property.Name)) continue;
            Compiler.Report(JsonPointer.Append(PathOf(keyword), property.Name),
                $"\"{JsonDisplay.Text(property.Name)}\" stands here twice.", null);
        }

        return true;
    }

    public bool IsText(string keyword, JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (text is null) Issue(keyword, $"{keyword} must be a string, not {JsonDisplay.Kind(value.ValueKind)}.");
        return text is not null;
    }

    /// <summary>A list of strings without repetition; reports anything else.</summary>
    public string[]? Names(string keyword, JsonElement value)
    {
        var texts = value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String)
            ? value.EnumerateArray().Select(v => v.GetString()!).ToArray()
            : null;
        if (texts is not null && texts.Distinct(StringComparer.Ordinal).Count() == texts.Length) return texts;
        Issue(keyword, $"{keyword} must be a list of different strings.");
        return null;
    }
}
