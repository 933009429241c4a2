using System.Runtime.InteropServices;
using System.Text.Json;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;

namespace Sallyport.JsonSchema.Keywords;

/// <summary><c>minimum</c>, <c>maximum</c> and their exclusive forms. Exact: a bound of 0.1 is not the nearest binary fraction.</summary>
internal sealed class NumberBound(string schemaPath, string keyword, JsonNumber limit, JsonElement shown) : Assertion(schemaPath, keyword)
{
    private readonly bool _isMinimum = keyword is "minimum" or "exclusiveMinimum";
    private readonly bool _isExclusive = keyword.StartsWith("exclusive", StringComparison.Ordinal);
    private readonly long? _small = shown.TryGetInt64(out var small) ? small : null;

    protected override bool Holds(in JsonElement instance, EvaluationContext context)
    {
        if (instance.ValueKind != JsonValueKind.Number) return true;
        if (_small is { } bound && instance.TryGetInt64(out var value)) return Fits(value.CompareTo(bound));
        return JsonNumber.TryRead(JsonMarshal.GetRawUtf8Value(instance), out var exact)
            ? Fits(exact.OrderAgainst(limit))
            : context.Abort(SchemaPath, "A number has an exponent beyond the limit.");
    }

    protected override string Describe(in JsonElement instance, EvaluationContext context)
    {
        var relation = (_isMinimum, _isExclusive) switch
        {
            (true, false) => "at least",
            (true, true) => "greater than",
            (false, false) => "at most",
            (false, true) => "less than",
        };
        return $"must be {relation} {JsonDisplay.Value(shown)}{context.Got(instance)}";
    }

    private bool Fits(int order) => (order == 0 && !_isExclusive) || (_isMinimum ? order > 0 : order < 0);
}

/// <summary><c>multipleOf</c>, exact.</summary>
internal sealed class MultipleOf(string schemaPath, JsonNumber divisor, JsonElement shown) : Assertion(schemaPath, "multipleOf")
{
    private readonly long? _small = shown.TryGetInt64(out var small) ? small : null;

    protected override bool Holds(in JsonElement instance, EvaluationContext context)
    {
        if (instance.ValueKind != JsonValueKind.Number) return true;
        if (_small is { } whole && instance.TryGetInt64(out var value)) return value % whole == 0;
        if (!JsonNumber.TryRead(JsonMarshal.GetRawUtf8Value(instance), out var exact) || exact.DigitCount > JsonNumber.MaxDivisibleDigits)
            return context.Abort(SchemaPath, "A number has more digits or a larger exponent than the limit.");
        return exact.IsMultipleOf(divisor);
    }

    protected override string Describe(in JsonElement instance, EvaluationContext context) =>
        $"must be a multiple of {JsonDisplay.Value(shown)}{context.Got(instance)}";
}
