using System.Text.Json;

namespace Sallyport.Proofs.Encoding;

/// <summary>Where two versions of a schema differ, so that a call that only one of them accepts is not overlooked.</summary>
internal static class SchemaDifference
{
    private const int MaxDepth = 64;

    /// <summary>What formulas say exactly of a number, text or boolean.</summary>
    private static readonly HashSet<string> Modelled = new(StringComparer.Ordinal) { "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum", "const" };

    /// <summary>What has no influence on which values are valid.</summary>
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "title", "description", "$comment", "default", "examples", "deprecated", "readOnly", "writeOnly", "unit", "sensitive", "timezone",
    };

    /// <summary>
    /// Mentions every place that differs, so that it takes part in both domains. False if a difference remains that formulas do not say.
    /// </summary>
    internal static bool Mention(InputSpace space) => space.Roots.Values.All(root => HaveOneRoot(root) || Mention(root, 0));

    /// <summary>The whole document is the same, and with it all that references in it lead to.</summary>
    private static bool HaveOneRoot(Site root) => root.Schemas is [{ } before, { } after] && before.Written is not null && Text(before.Written) == Text(after.Written);

    private static bool Mention(Site site, int depth)
    {
        if (site.Schemas is not [{ } before, { } after] || depth > MaxDepth) return false;
        if (!before.IsKnown || !after.IsKnown) return before.IsKnown == after.IsKnown && IsSame(before.Written, after.Written);
        if (IsSame(before.Written, after.Written)) return true;

        // What stands beside a reference counts too, and the places read only what it leads to.
        if (before.HasSiblings || after.HasSiblings) return false;

        var said = true;
        foreach (var keyword in Keywords(before).Concat(Keywords(after)).Distinct(StringComparer.Ordinal).Where(keyword => !Annotations.Contains(keyword)))
        {
            if (keyword is "properties" or "required" or "additionalProperties" || IsSame(before.Get(keyword), after.Get(keyword))) continue;
            said &= Modelled.Contains(keyword) && IsExact(before) && IsExact(after) && MentionScalar(site, before, after);
        }

        // An object whose other members are free accepts what the other version refuses in ways that no place stands for.
        said &= IsSame(before.Get("additionalProperties"), after.Get("additionalProperties"));
        foreach (var name in before.Members.Concat(before.Required).Concat(after.Members).Concat(after.Required).Distinct(StringComparer.Ordinal))
        {
            var member = site.Member(name);
            said &= Mention(member, depth + 1);
        }

        return said;
    }

    /// <summary>The same words that mean the same in both documents: what a reference leads to may differ.</summary>
    private static bool IsSame(JsonElement? before, JsonElement? after) => Text(before) == Text(after) && !Text(before).Contains("Ref\"", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the formulas say all that the modelled keywords do. That they allow more is harmless in a proof, but here the older contract
    /// would seem to have let through what it refused.
    /// </summary>
    private static bool IsExact(SchemaView schema) =>
        (schema.Get("const") is null || schema.Get("enum") is null)
        && Modelled.Where(keyword => keyword is not ("enum" or "const")).All(keyword => schema.Get(keyword) is null || schema.Number(keyword) is not null)
        && (schema.Values is null || !schema.IsNumber || schema.Numbers is not null);

    private static bool MentionScalar(Site site, SchemaView before, SchemaView after)
    {
        if (TypeOf(before) is not { } type || TypeOf(after) != type) return false;
        switch (type)
        {
            case "integer":
                site.Number(isInt: true);
                return true;
            case "number":
                site.Number(isInt: false);
                return true;
            case "string":
                site.Text();
                return true;
            case "boolean":
                site.Boolean();
                return true;
            default:
                return false;
        }
    }

    private static string? TypeOf(SchemaView schema) => schema.Get("type") is { ValueKind: JsonValueKind.String } name ? name.GetString() : null;

    private static IEnumerable<string> Keywords(SchemaView schema) => schema.Node is { ValueKind: JsonValueKind.Object } node ? node.EnumerateObject().Select(member => member.Name) : [];

    private static string Text(JsonElement? value) => value is { } json ? JsonSerializer.Serialize(json) : "";
}
