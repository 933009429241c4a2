using System.Text.Json;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;
using Sallyport.JsonSchema.Keywords;

namespace Sallyport.JsonSchema.Compilation;

/// <summary>
/// Turns documents into a graph of <see cref="SchemaNode"/>. Works off a queue instead of recursing, so that neither long chains of
/// references nor cycles need stack; a node exists (empty) before it is filled, which is what makes cycles possible.
/// </summary>
internal sealed class SchemaCompiler
{
    /// <summary>More issues than this help nobody.</summary>
    private const int MaxIssues = 100;

    private readonly List<SchemaIssue> _issues = [];
    private readonly Queue<(SchemaNode Node, SchemaLocation Location)> _open = new();
    private readonly List<SchemaNode> _nodes = [];
    private readonly SchemaRegistry _registry;

    public SchemaCompiler(SchemaOptions options)
    {
        Options = options;
        _registry = new SchemaRegistry(options, Report);
    }

    public SchemaOptions Options { get; }

    public IReadOnlyList<SchemaIssue> Issues => _issues;

    /// <summary>Whether any reference depends on the path by which it was reached.</summary>
    public bool UsesDynamicScope { get; set; }

    public SchemaNode? Compile(JsonElement schema)
    {
        if (InstanceLimits.Problem(schema, Options.MaxSchemaBytes, Options.MaxDepth) is { } problem)
        {
            Report("", $"The schema {problem}.", null);
            return null;
        }

        var resource = _registry.AddMain(schema.Clone());
        var root = NodeAt(new SchemaLocation(resource, "", resource.Document.Root));
        Drain();
        CompileDynamicAnchors();
        InfiniteRecursion.Find(_nodes, node => Report(node.SchemaPath,
            "The schema applies itself to the same value again, so no evaluation of it would ever end.", null));
        return root;
    }

    public void Report(string schemaPath, string message, string? suggestion)
    {
        if (_issues.Count < MaxIssues) _issues.Add(new SchemaIssue(schemaPath, message, suggestion));
    }

    /// <summary>The node of a schema; it is filled before the compilation ends.</summary>
    public SchemaNode NodeAt(SchemaLocation location)
    {
        if (location.Document.Nodes.TryGetValue(location.Pointer, out var known)) return known;
        var node = new SchemaNode(location.Resource, location.Shown);
        location.Document.Nodes[location.Pointer] = node;
        _nodes.Add(node);
        _open.Enqueue((node, location));
        return node;
    }

    /// <summary>Resolves a reference (core §8.2.3).</summary>
    /// <param name="from">The schema resource that holds the reference.</param>
    /// <param name="reference">The reference as written.</param>
    /// <param name="problem">Why it leads nowhere.</param>
    /// <returns>The place it leads to and, when it named an anchor, that name.</returns>
    public (SchemaLocation Target, string? Anchor)? Resolve(SchemaResource from, string reference, out string problem)
    {
        var (uri, fragment) = SchemaUri.Split(SchemaUri.Resolve(from.Uri, reference));
        var resource = uri == from.Uri ? from : _registry.Find(uri);
        if (resource is null)
        {
            problem = $"The document \"{JsonDisplay.Text(uri)}\" is not known here or exceeds the limits; nothing is ever fetched.";
            return null;
        }

        problem = $"\"{JsonDisplay.Text(reference)}\" points at nothing.";
        var root = new SchemaLocation(resource, resource.Pointer, resource.Root);
        if (string.IsNullOrEmpty(fragment)) return (root, null);
        var name = Uri.UnescapeDataString(fragment);
        if (name[0] != '/')
            return resource.Anchors.TryGetValue(name, out var pointer) && Walk(RootOf(resource), pointer) is { } anchored
                ? (anchored, name)
                : null;
        return Walk(root, name) is { } target ? (target, null) : null;
    }

    private static SchemaLocation RootOf(SchemaResource resource) => new(resource.Document.Resources[""], "", resource.Document.Root);

    private static SchemaLocation? Walk(SchemaLocation location, string pointer)
    {
        if (!JsonPointer.TrySplit(pointer, out var tokens)) return null;
        foreach (var token in tokens)
        {
            if (location.Element.ValueKind == JsonValueKind.Object && location.Element.TryGetProperty(token, out var value))
                location = location.Child(token, value);
            else if (location.Element.ValueKind == JsonValueKind.Array && Index(token) is { } index
                && index < location.Element.GetArrayLength())
                location = location.Child(index, location.Element[index]);
            else
                return null;
        }

        return location;
    }

    private static int? Index(string token) =>
        token.Length is > 0 and < 9 && token.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 && (token.Length == 1 || token[0] != '0')
            ? int.Parse(token) : null;

    /// <summary>The node that a reference leads to, which may be a place nobody marked as a schema.</summary>
    public SchemaNode NodeReferred(SchemaLocation location)
    {
        if (!location.Document.Nodes.ContainsKey(location.Pointer)) _registry.ScanReferred(location);
        return NodeAt(location);
    }

    private void Drain()
    {
        while (_open.TryDequeue(out var next)) Fill(next.Node, next.Location);
    }

    private void CompileDynamicAnchors()
    {
        if (!UsesDynamicScope) return;
        // Compiling an anchor may load documents with more anchors, so the list grows while it is walked.
        for (var i = 0; i < _registry.All.Count; i++)
        {
            var resource = _registry.All[i];
            foreach (var name in resource.DynamicAnchors)
            {
                if (Walk(RootOf(resource), resource.Anchors[name]) is { } place)
                    resource.DynamicNodes[name] = NodeAt(place);
            }

            Drain();
        }
    }

    private void Fill(SchemaNode node, SchemaLocation location)
    {
        switch (location.Element.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                node.Constant = location.Element.ValueKind == JsonValueKind.True;
                return;
            case JsonValueKind.Object:
                break;
            default:
                Report(location.Shown, $"A schema must be an object or a boolean, not {JsonDisplay.Kind(location.Element.ValueKind)}.", null);
                return;
        }

        var schema = new SchemaSite(this, location, node);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in location.Element.EnumerateObject())
        {
            if (!seen.Add(property.Name))
                Report(JsonPointer.Append(location.Shown, property.Name), $"\"{JsonDisplay.Text(property.Name)}\" stands here twice.",
                    null);
            else
                KeywordTable.Build(schema, property);
        }

        node.SetKeywords(schema.Evaluators);
    }
}
