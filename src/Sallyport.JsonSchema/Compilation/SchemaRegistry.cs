using System.Text.Json;
using System.Text.RegularExpressions;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;
using Sallyport.JsonSchema.MetaSchemas;

namespace Sallyport.JsonSchema.Compilation;

/// <summary>All documents of one compilation: finds identifiers and anchors in them, and loads those that are referred to.</summary>
internal sealed partial class SchemaRegistry(SchemaOptions options, Action<string, string, string?> issue)
{
    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private int _loaded;

    /// <summary>Every resource of every document, in the order of discovery.</summary>
    public List<SchemaResource> All { get; } = [];

    /// <summary>Takes the main document in.</summary>
    public SchemaResource AddMain(JsonElement root) => Add(new SchemaDocument(root, "", isMain: true));

    /// <summary>The resource with this base URI, loaded when necessary; <c>null</c> when nobody knows it.</summary>
    public SchemaResource? Find(string uri)
    {
        if (_resources.TryGetValue(uri, out var known)) return known;
        if (_missing.Contains(uri)) return null;
        if (Load(uri) is { } root && InstanceLimits.Problem(root, options.MaxSchemaBytes, options.MaxDepth) is null)
            return Add(new SchemaDocument(root, uri, isMain: false));
        _missing.Add(uri);
        return null;
    }

    /// <summary>Records what is addressable below a place that is no schema by itself but was referred to as one.</summary>
    public void ScanReferred(SchemaLocation location) => Scan(location, depth: 0);

    private JsonElement? Load(string uri)
    {
        if (StandardMetaSchemas.Find(uri) is { } standard) return standard;
        if (options.Resolver is null || uri.Length == 0 || ++_loaded > options.MaxDocuments) return null;
        return Uri.TryCreate(uri, UriKind.Absolute, out var absolute) && options.Resolver(absolute) is { } found
            && found.ValueKind != JsonValueKind.Undefined
            ? found.Clone()
            : null;
    }

    private SchemaResource Add(SchemaDocument document)
    {
        var uri = document.RetrievalUri;
        if (document.Root.ValueKind == JsonValueKind.Object && IdOf(document.Root) is { } id)
            uri = SchemaUri.Split(SchemaUri.Resolve(uri, id)).Base;
        var root = new SchemaResource(document, "", uri, document.Root);
        document.Resources[""] = root;
        _resources.TryAdd(document.RetrievalUri, root);
        _resources.TryAdd(uri, root);
        All.Add(root);
        root.Dialect = DialectOf(document.Root, document.Show(""), Dialect.Default);
        Scan(new SchemaLocation(root, "", document.Root), depth: 0);
        return root;
    }

    private void Scan(SchemaLocation location, int depth)
    {
        if (location.Element.ValueKind != JsonValueKind.Object || depth > options.MaxDepth) return;
        if (location.Pointer.Length > 0 && IdOf(location.Element) is { } id) location = Embed(location, id);
        foreach (var property in location.Element.EnumerateObject())
        {
            if (property.Name is "$anchor" or "$dynamicAnchor") AddAnchor(location, property);
            foreach (var child in Subschemas.Of(location, property)) Scan(child, depth + 1);
        }
    }

    private SchemaLocation Embed(SchemaLocation location, string id)
    {
        var uri = SchemaUri.Split(SchemaUri.Resolve(location.Resource.Uri, id)).Base;
        var document = location.Document;
        if (!document.Resources.TryGetValue(location.Pointer, out var resource))
        {
            resource = new SchemaResource(document, location.Pointer, uri, location.Element);
            resource.Dialect = DialectOf(location.Element, location.Shown, location.Resource.Dialect);
            document.Resources[location.Pointer] = resource;
            All.Add(resource);
            if (!_resources.TryAdd(uri, resource) && _resources[uri].Document == document)
                issue(JsonPointer.Append(location.Shown, "$id"), $"The identifier \"{JsonDisplay.Text(uri)}\" is used twice.", null);
        }

        return location with { Resource = resource };
    }

    private void AddAnchor(SchemaLocation location, JsonProperty property)
    {
        if (property.Value.ValueKind != JsonValueKind.String || !AnchorName().IsMatch(property.Value.GetString()!))
        {
            issue(JsonPointer.Append(location.Shown, property.Name),
                $"{property.Name} must be a name that starts with a letter or an underscore.", null);
            return;
        }

        var name = property.Value.GetString()!;
        if (!location.Resource.Anchors.TryAdd(name, location.Pointer) && location.Resource.Anchors[name] != location.Pointer)
            issue(JsonPointer.Append(location.Shown, property.Name), $"The anchor \"{JsonDisplay.Text(name)}\" is used twice.", null);
        if (property.Name == "$dynamicAnchor") location.Resource.DynamicAnchors.Add(name);
    }

    private Dialect DialectOf(JsonElement schema, string shown, Dialect inherited)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("$schema", out var declared)
            || declared.ValueKind != JsonValueKind.String)
            return inherited;
        var uri = declared.GetString()!.TrimEnd('#');
        if (uri == Dialect.StandardUri) return Dialect.Default;
        if (OtherDraft().IsMatch(uri))
            return Refuse($"The schema is written for another draft (\"{JsonDisplay.Text(uri)}\"); only 2020-12 is supported.");
        // A meta-schema may describe itself; it must not be looked up while it is being read.
        if (IdOf(schema) is { } id && SchemaUri.Split(id).Base == uri) return VocabulariesOf(schema, shown, inherited);
        return Find(uri) is { } metaSchema
            ? VocabulariesOf(metaSchema.Document.Root, shown, inherited)
            : Refuse($"The meta-schema \"{JsonDisplay.Text(uri)}\" is not known, so the meaning of the keywords is not known either.");

        Dialect Refuse(string message)
        {
            issue(JsonPointer.Append(shown, "$schema"), message, null);
            return inherited;
        }
    }

    private Dialect VocabulariesOf(JsonElement metaSchema, string shown, Dialect inherited)
    {
        if (metaSchema.ValueKind != JsonValueKind.Object || !metaSchema.TryGetProperty("$vocabulary", out var declared)
            || declared.ValueKind != JsonValueKind.Object)
            return Dialect.Default;
        var active = Vocabularies.Core;
        foreach (var entry in declared.EnumerateObject())
        {
            var vocabulary = Dialect.VocabularyOf(entry.Name);
            active |= vocabulary;
            if (vocabulary == Vocabularies.None && entry.Value.ValueKind == JsonValueKind.True)
            {
                issue(JsonPointer.Append(shown, "$schema"),
                    $"The meta-schema requires the unknown vocabulary \"{JsonDisplay.Text(entry.Name)}\".", null);
                return inherited;
            }
        }

        return new Dialect(active);
    }

    private static string? IdOf(JsonElement schema) =>
        schema.TryGetProperty("$id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;

    [GeneratedRegex(@"\A[A-Za-z_][-A-Za-z0-9._]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex AnchorName();

    [GeneratedRegex(@"\Ahttps?://json-schema\.org/(draft-0[0-9]|draft/[0-9][^/]*|v1[^/]*)(/[a-z]+)?\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex OtherDraft();
}
