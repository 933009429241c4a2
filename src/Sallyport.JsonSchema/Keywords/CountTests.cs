using System.Runtime.InteropServices;
using System.Text.Json;
using Sallyport.JsonSchema.Evaluation;

namespace Sallyport.JsonSchema.Keywords;

/// <summary>A bound on how many of something a value has.</summary>
internal abstract class CountBound(string schemaPath, string keyword, int limit, bool isMinimum) : Assertion(schemaPath, keyword)
{
    /// <summary>The count, or <c>null</c> when the keyword does not speak about this kind of value.</summary>
    protected abstract int? CountOf(in JsonElement instance);

    /// <summary>What is counted, in the singular.</summary>
    protected abstract string Noun { get; }

    protected sealed override bool Holds(in JsonElement instance, EvaluationContext context) =>
        CountOf(instance) is not { } count || (isMinimum ? count >= limit : count <= limit);

    protected sealed override string Describe(in JsonElement instance, EvaluationContext context) =>
        $"must have at {(isMinimum ? "least" : "most")} {Plural.Of(limit, Noun)}, has {CountOf(instance)}";
}

/// <summary><c>minLength</c> and <c>maxLength</c>: characters are code points (validation §6.3.1).</summary>
internal sealed class LengthBound(string schemaPath, string keyword, int limit, bool isMinimum)
    : CountBound(schemaPath, keyword, limit, isMinimum)
{
    protected override string Noun => "character";

    protected override int? CountOf(in JsonElement instance)
    {
        if (instance.ValueKind != JsonValueKind.String) return null;
        var raw = JsonMarshal.GetRawUtf8Value(instance)[1..^1];
        var count = 0;
        if (!raw.Contains((byte)'\\'))
        {
            // Every code point has exactly one byte that is not a continuation byte.
            foreach (var b in raw) count += (b & 0xC0) != 0x80 ? 1 : 0;
            return count;
        }

        foreach (var c in instance.GetString()!) count += char.IsLowSurrogate(c) ? 0 : 1;
        return count;
    }
}

/// <summary><c>minItems</c> and <c>maxItems</c>.</summary>
internal sealed class ItemCountBound(string schemaPath, string keyword, int limit, bool isMinimum)
    : CountBound(schemaPath, keyword, limit, isMinimum)
{
    protected override string Noun => "item";

    protected override int? CountOf(in JsonElement instance) =>
        instance.ValueKind == JsonValueKind.Array ? instance.GetArrayLength() : null;
}

/// <summary><c>minProperties</c> and <c>maxProperties</c>.</summary>
internal sealed class PropertyCountBound(string schemaPath, string keyword, int limit, bool isMinimum)
    : CountBound(schemaPath, keyword, limit, isMinimum)
{
    protected override string Noun => "property";

    protected override int? CountOf(in JsonElement instance) =>
        instance.ValueKind == JsonValueKind.Object ? instance.GetPropertyCount() : null;
}
