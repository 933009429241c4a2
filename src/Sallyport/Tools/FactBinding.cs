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
    private readonly CelPathSegment[][] _paths;

    /// <summary>Collects the fact paths of programs.</summary>
    public FactBinding(IEnumerable<CelProgram> programs) => _paths = programs
        .SelectMany(program => program.References)
        .Where(path => path.Variable == "facts")
        .Select(path => path.Segments.ToArray())
        .DistinctBy(path => string.Join('\u001f', path.Select(Step)))
        .OrderBy(path => string.Join('\u001f', path.Select(Step)), StringComparer.Ordinal)
        .ToArray();

    /// <summary>The paths, for people: <c>order.region</c>.</summary>
    public IEnumerable<string> Paths => _paths.Select(Spell);

    /// <summary>The bound part of the facts: path and value; a path that does not exist is bound as absent.</summary>
    public JsonElement Bind(JsonElement facts)
    {
        var bound = new JsonObject();
        foreach (var path in _paths)
        {
            if (JsonPointer.Find(facts, [.. path.Select(Step)]) is { } value) bound[Spell(path)] = JsonSerializer.SerializeToNode(value);
        }

        return JsonSerializer.SerializeToElement(bound);
    }

    /// <summary>
    /// The facts as far as they were bound: expressions of this binding see in it what they saw when it was bound. What holds an absent
    /// member is taken to have been there, unless it is bound as absent itself.
    /// </summary>
    public JsonElement Unbind(JsonElement bound)
    {
        JsonNode? facts = new JsonObject();
        var absent = _paths.Where(path => !bound.TryGetProperty(Spell(path), out _)).Select(Spell).ToHashSet(StringComparer.Ordinal);
        foreach (var path in _paths)
        {
            if (bound.TryGetProperty(Spell(path), out var value)) facts = Put(facts, path, JsonSerializer.SerializeToNode(value));
            else if (Holder(path, absent) is { Length: > 0 } holder) facts = Put(facts, holder, null);
        }

        return JsonSerializer.SerializeToElement(facts);
    }

    /// <summary>Paths that another binding reads and this one does not hold.</summary>
    public IReadOnlyList<string> Missing(FactBinding other) =>
        [.. other._paths.Where(path => !_paths.Any(held => held.Length <= path.Length && held.AsSpan().SequenceEqual(path.AsSpan(0, held.Length)))).Select(Spell)];

    /// <summary>The longest part of an absent path that is not known to be absent.</summary>
    private static CelPathSegment[] Holder(CelPathSegment[] path, HashSet<string> absent)
    {
        var known = 0;
        while (known < path.Length - 1 && path[known].Name is not null && !absent.Contains(Spell(path[..(known + 1)]))) known++;
        return path[..known];
    }

    /// <summary>Puts a value at a path; null makes sure that something is there, and replaces nothing.</summary>
    private static JsonNode? Put(JsonNode? node, ReadOnlySpan<CelPathSegment> path, JsonNode? value)
    {
        if (path.IsEmpty) return value ?? node ?? new JsonObject();
        if (path[0].Name is { } name)
        {
            var map = node as JsonObject ?? [];
            map.Remove(name, out var child);
            map[name] = Put(child, path[1..], value);
            return map;
        }

        var list = node as JsonArray ?? [];
        var at = (int)Math.Clamp(path[0].Index, 0, 10_000);
        while (list.Count <= at) list.Add(null);
        var item = list[at];
        list[at] = null;
        list[at] = Put(item, path[1..], value);
        return list;
    }

    private static string Step(CelPathSegment segment) => segment.Name ?? segment.Index.ToString(CultureInfo.InvariantCulture);

    private static string Spell(CelPathSegment[] path) => string.Join('.', path.Select(Step));

    /// <summary>Digest of the bound part.</summary>
    public string Digest(JsonElement facts) => CanonicalJson.Digest(Bind(facts));
}
