using System.Text.Json;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;

namespace Sallyport.JsonSchema.Compilation;

/// <summary>One JSON document that holds schemas, with everything found in it by address.</summary>
internal sealed class SchemaDocument(JsonElement root, string retrievalUri, bool isMain)
{
    public JsonElement Root { get; } = root;

    public string RetrievalUri { get; } = retrievalUri;

    /// <summary>The schema resources inside, by JSON Pointer from the document's root.</summary>
    public Dictionary<string, SchemaResource> Resources { get; } = new(StringComparer.Ordinal);

    /// <summary>The compiled schemas inside, by JSON Pointer from the document's root.</summary>
    public Dictionary<string, SchemaNode> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>The pointer as it is shown: bare for the main document, with the URI for any other.</summary>
    public string Show(string pointer) => isMain ? pointer : $"{RetrievalUri}#{pointer}";
}

/// <summary>A schema with its own base URI (core §4.3.5): the root of a document, or a subschema with <c>$id</c>.</summary>
internal sealed class SchemaResource(SchemaDocument document, string pointer, string uri, JsonElement root)
{
    public SchemaDocument Document { get; } = document;

    /// <summary>Where it starts in its document.</summary>
    public string Pointer { get; } = pointer;

    /// <summary>The schema there. Kept, because walking to it again fails where a property name stands twice on the way.</summary>
    public JsonElement Root { get; } = root;

    /// <summary>Its base URI, without a fragment; empty when nothing gave one.</summary>
    public string Uri { get; } = uri;

    /// <summary>Which keywords mean something here.</summary>
    public Dialect Dialect { get; set; } = Dialect.Default;

    /// <summary><c>$anchor</c> and <c>$dynamicAnchor</c> names (core §8.2.2) with the pointers of their schemas.</summary>
    public Dictionary<string, string> Anchors { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of the anchors that are dynamic.</summary>
    public HashSet<string> DynamicAnchors { get; } = new(StringComparer.Ordinal);

    /// <summary>The schemas of the dynamic anchors, filled when the compiler has seen every document.</summary>
    public Dictionary<string, SchemaNode> DynamicNodes { get; } = new(StringComparer.Ordinal);
}

/// <summary>A schema's place: the document, the pointer, and the resource it belongs to.</summary>
internal readonly record struct SchemaLocation(SchemaResource Resource, string Pointer, JsonElement Element)
{
    public SchemaDocument Document => Resource.Document;

    public string Shown => Document.Show(Pointer);

    /// <summary>A step down. A step onto a schema with <c>$id</c> enters that resource.</summary>
    public SchemaLocation Child(string token, JsonElement element) => At(JsonPointer.Append(Pointer, token), element);

    public SchemaLocation Child(int index, JsonElement element) => At(JsonPointer.Append(Pointer, index), element);

    private SchemaLocation At(string pointer, JsonElement element) =>
        new(Document.Resources.TryGetValue(pointer, out var resource) ? resource : Resource, pointer, element);
}
