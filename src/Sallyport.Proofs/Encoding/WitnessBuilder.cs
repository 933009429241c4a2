using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Proofs.Formulas;
using Sallyport.Proofs.Solving;

namespace Sallyport.Proofs.Encoding;

/// <summary>Makes a concrete input from the assignment that the solver holds. Whether it is one is then shown by replaying it.</summary>
internal sealed class WitnessBuilder(InputSpace space, Solver solver, int contract)
{
    private readonly Dictionary<Variable, string> _texts = [];
    private readonly List<KeyValuePair<string, string>> _mentioned = [];

    /// <summary>The places that conditions look at, with their values, in order of their paths.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Mentioned => [.. _mentioned.OrderBy(pair => pair.Key, StringComparer.Ordinal)];

    /// <summary>The input as an object of variables; null if something that is asked for has no JSON form.</summary>
    internal JsonElement? Build(IEnumerable<string> variables)
    {
        var input = new JsonObject();
        foreach (var name in variables)
        {
            if (!space.Roots.TryGetValue(name, out var root)) continue;
            if (Place(root) is not { } value) return null;
            input[name] = value;
        }

        return JsonSerializer.SerializeToElement(input);
    }

    private JsonNode? Place(Site site)
    {
        var schema = site.Schemas[contract];
        if (!site.IsNull.IsFalse && solver.IsTrue(site.IsNull)) return Mention(site, null);
        if (site.Truth is { } truth) return Mention(site, JsonValue.Create(solver.IsTrue(truth)));
        if (site.Scalar is { Sort: Sort.Text } text) return TextOf(text) is { } words ? Mention(site, JsonValue.Create(words)) : null;
        if (site.Nearest is { } nearest) return Shortest(solver.NumberOf(nearest)) is { } json ? Mention(site, JsonNode.Parse(json)) : null;
        if (site.Scalar is { } number) return (solver.NumberOf(number) * site.Unit).ToJson() is { } exact ? Mention(site, JsonNode.Parse(exact)) : null;
        if (site.Size is { } size) return Mention(site, List(site, schema, solver.NumberOf(size)));
        return site.Members.Any() ? Object(site, schema) : SchemaSample.Of(schema);
    }

    /// <summary>A double as people write it: 0.1, not all the digits of the double nearest to it.</summary>
    private static string? Shortest(Rational number) =>
        (double)number.Numerator / (double)number.Denominator is var value && double.IsFinite(value) && Rational.FromDouble(value) == number ? value.ToString("R", CultureInfo.InvariantCulture) : number.ToJson();

    private JsonNode? Mention(Site site, JsonNode? value)
    {
        _mentioned.Add(KeyValuePair.Create(site.Path, value?.ToJsonString() ?? "null"));
        return value;
    }

    private JsonObject? Object(Site site, SchemaView schema)
    {
        var result = new JsonObject();
        var known = site.Members.ToDictionary(member => member.Name);
        foreach (var name in schema.Members.Concat(known.Keys).Distinct(StringComparer.Ordinal))
        {
            if (!known.TryGetValue(name, out var member))
            {
                if (schema.Requires(name)) result[name] = SchemaSample.Of(schema.Member(name));
                continue;
            }

            if (!member.Presence.IsTrue && !solver.IsTrue(member.Presence))
            {
                _mentioned.Add(KeyValuePair.Create(member.Path, "absent"));
                continue;
            }

            var value = Place(member);
            if (value is null && !(!member.IsNull.IsFalse && solver.IsTrue(member.IsNull))) return null;
            result[name] = value;
        }

        return result;
    }

    private JsonArray List(Site site, SchemaView schema, Rational size)
    {
        var items = new JsonArray();
        foreach (var (json, listed) in site.Listed)
            if (solver.IsTrue(listed)) items.Add(JsonNode.Parse(json));
        if (size > 10_000) return items;

        // The rest is filled with items that no condition names, or by repeating those that are there.
        var canHaveUnnamed = site.ListsUnnamed is not { } unnamed || solver.IsTrue(unnamed);
        var fill = Enumerable.Range(0, 64).Select(variant => SchemaSample.Of(schema.Items, variant))
            .Where(item => canHaveUnnamed && item is not null && !site.Listed.ContainsKey(Site.Json(JsonSerializer.SerializeToElement(item))))
            .Concat(items.Take(1)).Select(item => item!.DeepClone()).ToList();
        if (site.ListsUnnamed is { } needed && solver.IsTrue(needed) && fill.Count > 0) items.Add(fill[0].DeepClone());
        for (var i = 1; items.Count < size && fill.Count > 0; i++) items.Add(fill[i % fill.Count].DeepClone());
        return items;
    }

    /// <summary>One text for all variables that must be equal, unlike those that must differ; null if none suits.</summary>
    private string? TextOf(Variable variable)
    {
        if (_texts.TryGetValue(variable, out var known)) return known;
        var relations = solver.RelationsOf(variable).ToList();
        foreach (var (other, isSame) in relations)
            if (isSame && _texts.TryGetValue(other, out var shared)) return _texts[variable] = shared;
        var demand = solver.TextOf(variable);
        var taken = relations.Where(relation => !relation.IsSame && _texts.ContainsKey(relation.Other)).Select(relation => _texts[relation.Other]).ToHashSet(StringComparer.Ordinal);
        var group = relations.Where(relation => relation.IsSame).Select(relation => relation.Other).Append(variable).ToHashSet();
        var schemas = space.Sites().Where(site => site.Scalar is { } scalar && group.Contains(scalar)).Select(site => site.Schemas[contract]).ToList();
        var found = Candidates(demand, schemas).FirstOrDefault(text => demand.IsMetBy(text) && !taken.Contains(text) && schemas.TrueForAll(schema => schema.Accepts(text)));
        if (found is not null) _texts[variable] = found;
        return found;
    }

    private static IEnumerable<string> Candidates(TextDemand demand, List<SchemaView> schemas)
    {
        foreach (var (test, literal) in demand.Passes)
            if (test == TextTest.Equals) yield return literal;
        foreach (var text in schemas.SelectMany(SchemaSample.Texts)) yield return text;
        var start = demand.Passes.Where(test => test.Test == TextTest.StartsWith).Select(test => test.Literal).OrderByDescending(literal => literal.Length).FirstOrDefault("");
        var end = demand.Passes.Where(test => test.Test == TextTest.EndsWith).Select(test => test.Literal).OrderByDescending(literal => literal.Length).FirstOrDefault("");
        var middle = string.Concat(demand.Passes.Where(test => test.Test == TextTest.Contains).Select(test => test.Literal));
        yield return start + middle + end;
        for (var i = 0; i < 1_000; i++) yield return $"{start}{middle}~{i}{end}";
    }
}
