using System.Text;
using System.Text.Json;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;

namespace Sallyport.JsonSchema.Keywords;

/// <summary><c>required</c>: one error for each name that is missing.</summary>
internal sealed class Required(string schemaPath, string[] names) : KeywordEvaluator(schemaPath, "required")
{
    private readonly byte[][] _utf8 = [.. names.Select(Encoding.UTF8.GetBytes)];

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (instance.ValueKind != JsonValueKind.Object) return true;
        var valid = true;
        for (var i = 0; i < _utf8.Length; i++)
        {
            if (instance.TryGetProperty(_utf8[i], out _)) continue;
            valid = false;
            if (!context.Continues) break;
            context.ReportSentence(SchemaPath, Keyword, $"{Named(context.Subject(), names[i])} is required but missing.");
        }

        return valid;
    }

    private static string Named(string subject, string name)
    {
        var shown = JsonDisplay.Text(name);
        if (subject == "The value") return shown;
        return $"{subject}.{shown}";
    }
}

/// <summary>One entry of <c>dependentRequired</c>.</summary>
internal sealed class DependentRequired(string schemaPath, string keyword, string trigger, string[] names) : Assertion(schemaPath, keyword)
{
    protected override bool Holds(in JsonElement instance, EvaluationContext context)
    {
        if (instance.ValueKind != JsonValueKind.Object || !instance.TryGetProperty(trigger, out _)) return true;
        foreach (var name in names)
        {
            if (!instance.TryGetProperty(name, out _)) return false;
        }

        return true;
    }

    protected override string Describe(in JsonElement instance, EvaluationContext context)
    {
        var missing = names[0];
        foreach (var name in names)
        {
            if (!instance.TryGetProperty(name, out _))
            {
                missing = name;
                break;
            }
        }

        return $"must have {JsonDisplay.Text(missing)} because it has {JsonDisplay.Text(trigger)}";
    }
}

/// <summary>One entry of <c>dependentSchemas</c>.</summary>
internal sealed class DependentSchema(string schemaPath, string keyword, string trigger, SchemaNode schema)
    : KeywordEvaluator(schemaPath, keyword)
{
    public override EvaluationOrder Order => EvaluationOrder.InPlace;

    public override IEnumerable<SchemaNode> InPlace => [schema];

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated) =>
        instance.ValueKind != JsonValueKind.Object || !instance.TryGetProperty(trigger, out _)
        || schema.Evaluate(instance, context, evaluated);
}
