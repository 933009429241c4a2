using System.Text.Json;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Formats;
using Sallyport.JsonSchema.Json;
using Sallyport.JsonSchema.Patterns;

namespace Sallyport.JsonSchema.Keywords;

/// <summary><c>const</c> and <c>enum</c>.</summary>
internal sealed class OneOfValues(string schemaPath, string keyword, JsonElement[] values) : Assertion(schemaPath, keyword)
{
    private const int MaxListed = 8;

    protected override bool Holds(in JsonElement instance, EvaluationContext context)
    {
        foreach (ref readonly var value in values.AsSpan())
        {
            if (JsonEquality.AreEqual(value, instance)) return true;
        }

        return false;
    }

    protected override string Describe(in JsonElement instance, EvaluationContext context)
    {
        var listed = string.Join(", ", values.Take(MaxListed).Select(v => JsonDisplay.Value(v)));
        var more = values.Length > MaxListed ? $" and {values.Length - MaxListed} more" : "";
        if (values.Length == 1) return values[0].ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? "must equal the constant of the schema" : $"must be {listed}{context.Got(instance)}";
        return $"must be one of {listed}{more}{context.Got(instance)}{Hint(instance, context)}";
    }

    private string Hint(in JsonElement instance, EvaluationContext context)
    {
        if (instance.ValueKind != JsonValueKind.String || context.RedactValues) return "";
        var texts = values.Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!);
        return NearestName.Of(instance.GetString()!, texts) is { } nearest ? $"; the nearest is \"{JsonDisplay.Text(nearest)}\"" : "";
    }
}

/// <summary><c>pattern</c>.</summary>
internal sealed class PatternTest(string schemaPath, PatternMatcher pattern) : Assertion(schemaPath, "pattern")
{
    protected override bool Holds(in JsonElement instance, EvaluationContext context) =>
        instance.ValueKind != JsonValueKind.String
        || pattern.IsMatch(ShortText.Read(instance, stackalloc char[ShortText.Capacity]), SchemaPath, context);

    protected override string Describe(in JsonElement instance, EvaluationContext context) =>
        $"must match the pattern {JsonDisplay.Text(pattern.Source)}{context.Got(instance)}";
}

/// <summary><c>format</c>, where it is asserted.</summary>
internal sealed class FormatTest(string schemaPath, string name, FormatCheck check) : Assertion(schemaPath, "format")
{
    protected override bool Holds(in JsonElement instance, EvaluationContext context) =>
        instance.ValueKind != JsonValueKind.String || check(ShortText.Read(instance, stackalloc char[ShortText.Capacity]));

    protected override string Describe(in JsonElement instance, EvaluationContext context) =>
        $"must be a valid {name}{context.Got(instance)}";
}
