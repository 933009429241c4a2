using System.Text.Json;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Encoding;

/// <summary>
/// What one JSON Schema says of one place, as far as proofs use it. What is not read here (patterns, alternatives, conditions) only makes
/// the set of inputs larger, so a proof stays true; a counterexample is validated against the whole schema later.
/// </summary>
internal readonly struct SchemaView
{
    private const int MaxReferences = 16;

    /// <summary>Formats count, as they do where calls come in: what a format refuses is no call.</summary>
    internal static readonly JsonSchema.SchemaOptions Options = new() { AssertFormats = true };

    private readonly JsonElement _root;
    private readonly JsonElement? _node;

    private SchemaView(JsonElement root, JsonElement? node)
    {
        (_root, Written) = (root, node);
        _node = Follow(root, node, out var hasSiblings);
        HasSiblings = hasSiblings;
    }

    internal SchemaView(JsonElement root) : this(root, root)
    {
    }

    internal bool IsKnown => _node is { ValueKind: JsonValueKind.Object };

    internal JsonElement? Node => _node;

    /// <summary>The schema as it stands there, with the reference that it may be.</summary>
    internal JsonElement? Written { get; }

    /// <summary>Whether it is a reference beside which something else stands; so may what the reference leads to, which is then not looked at.</summary>
    internal bool HasSiblings { get; }

    /// <summary>The schema of a member; unknown where it is not declared.</summary>
    internal SchemaView Member(string name) => new(_root, Get("properties") is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var member) ? member : null);

    internal SchemaView Items => new(_root, Get("items"));

    /// <summary>Whether an object always has the member.</summary>
    internal bool Requires(string name) => Required.Contains(name, StringComparer.Ordinal);

    /// <summary>The names that an object always has, declared or not.</summary>
    internal IEnumerable<string> Required =>
        Get("required") is { ValueKind: JsonValueKind.Array } names ? names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!) : [];

    /// <summary>Whether an object can never have the member.</summary>
    internal bool Forbids(string name) =>
        Member(name)._node is { ValueKind: JsonValueKind.False } ||
        (!Declares(name) && Get("additionalProperties") is { ValueKind: JsonValueKind.False } && Get("patternProperties") is null);

    /// <summary>Whether the member is declared, perhaps by a reference that is not followed here.</summary>
    private bool Declares(string name) => Get("properties") is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out _);

    /// <summary>The names of the declared members.</summary>
    internal IEnumerable<string> Members => Get("properties") is { ValueKind: JsonValueKind.Object } members ? members.EnumerateObject().Select(member => member.Name) : [];

    internal Rational? Number(string keyword) => Get(keyword) is { ValueKind: JsonValueKind.Number } value ? Rational.FromJson(value.GetRawText()) : null;

    /// <summary>
    /// Whether all that is valid here is a number (or null). Only then do bounds bind it: a decimal written as a text is read as a number,
    /// and minimum and maximum say nothing of a text.
    /// </summary>
    internal bool IsNumber => Get("type") switch
    {
        { ValueKind: JsonValueKind.String } type => IsNumeric(type),
        { ValueKind: JsonValueKind.Array } types => types.EnumerateArray().All(type => IsNumeric(type) || type.ValueEquals("null")),
        _ => Values is { } values && values.All(value => value.ValueKind is JsonValueKind.Number or JsonValueKind.Null),
    };

    /// <summary>A bound or step of a number; null also where something else than numbers is valid.</summary>
    internal Rational? Bound(string keyword) => IsNumber ? Number(keyword) : null;

    /// <summary>The only numbers allowed; null where anything else is, or one that is too long to be looked at.</summary>
    internal IReadOnlyList<Rational>? Numbers
    {
        get
        {
            if (!IsNumber || Values is not { } values) return null;
            var numbers = values.Where(value => value.ValueKind == JsonValueKind.Number).Select(value => Rational.FromJson(value.GetRawText())).ToList();
            return numbers.Contains(null) ? null : [.. numbers.OfType<Rational>()];
        }
    }

    private static bool IsNumeric(JsonElement type) => type.ValueEquals("integer") || type.ValueEquals("number");

    internal long? Count(string keyword) => Number(keyword) is { IsInteger: true } value && value >= 0 && value <= long.MaxValue ? (long)value.Numerator : null;

    /// <summary>The only values allowed, from <c>const</c> or <c>enum</c>; null where neither stands.</summary>
    internal IReadOnlyList<JsonElement>? Values => Get("const") is { } constant ? [constant] : Get("enum") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : null;

    internal JsonElement? Get(string keyword) => _node is { ValueKind: JsonValueKind.Object } node && node.TryGetProperty(keyword, out var value) ? value : null;

    /// <summary>Whether the place by itself accepts a text; one whose schema refers elsewhere is left to the validation of the whole.</summary>
    internal bool Accepts(string text) =>
        _node is not { } node || JsonSchema.JsonSchema.Compile(node, Options).Schema is not { } schema || schema.Validate(JsonSerializer.SerializeToElement(text)).IsValid;

    /// <summary>
    /// Follows references by a path from the root; any other leaves the place unknown, and so does every reference of a schema whose parts
    /// have identifiers, as a path may then start at such a part.
    /// </summary>
    private static JsonElement? Follow(JsonElement root, JsonElement? node, out bool hasSiblings)
    {
        hasSiblings = false;
        for (var i = 0; node is { ValueKind: JsonValueKind.Object } place && place.TryGetProperty("$ref", out var reference); i++)
        {
            hasSiblings |= place.GetPropertyCount() > 1;
            if (i == MaxReferences || reference.ValueKind != JsonValueKind.String || reference.GetString() is not ("#" or ['#', '/', ..]) || HasIdentifiedParts(root)) return null;
            node = root;
            foreach (var step in reference.GetString()!.Split('/').Skip(1))
            {
                var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
                node = node is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var child) ? child : null;
            }
        }

        return node;
    }

    /// <summary>Whether an identifier stands anywhere but at the root.</summary>
    private static bool HasIdentifiedParts(JsonElement root) => root.GetRawText().Split("\"$id\"").Length > (root.TryGetProperty("$id", out _) ? 2 : 1);
}
