using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Cel;
using Sallyport.Contracts.Json;

namespace Sallyport.Tools;

/// <summary>
/// The facts that an approval is bound to: exactly the paths that the expressions of a tool can read. A fact that nothing looks at may
/// change between approval and claim; any other may not.
/// </summary>
public sealed class FactBinding
{
    private readonly string[][] _paths;

    /// <summary>Collects the fact paths of programs.</summary>
    public FactBinding(IEnumerable<CelProgram> programs) => _paths = programs
        .SelectMany(program => program.References)
        .Where(path => path.Variable == "facts")
        .Select(path => path.Segments.Select(segment => segment.Name ?? segment.Index.ToString(CultureInfo.InvariantCulture)).ToArray())
        .DistinctBy(path => string.Join('\u001f', path))
        .OrderBy(path => string.Join('\u001f', path), StringComparer.Ordinal)
        .ToArray();

    /// <summary>The paths, for people: <c>order.region</c>.</summary>
    public IEnumerable<string> Paths => _paths.Select(path => string.Join('.', path));

    /// <summary>The bound part of the facts: path and value; a path that does not exist is bound as absent.</summary>
    public JsonElement Bind(JsonElement facts)
    {
        var bound = new JsonObject();
        foreach (var path in _paths)
        {
            if (JsonPointer.Find(facts, path) is { } value) bound[string.Join('.', path)] = JsonSerializer.SerializeToNode(value);
        }

        return JsonSerializer.SerializeToElement(bound);
    }

    /// <summary>Digest of the bound part.</summary>
    public string Digest(JsonElement facts) => CanonicalJson.Digest(Bind(facts));
}
