using System.Text.Json;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;
using Sallyport.JsonSchema.Patterns;

namespace Sallyport.JsonSchema.Keywords;

/// <summary><c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c> in one pass over the instance.</summary>
internal sealed class PropertiesEvaluator(
    string schemaPath, string keyword, PropertyTable named, (PatternMatcher Pattern, SchemaNode Schema)[] patterns, SchemaNode? rest,
        string restPath)
    : KeywordEvaluator(schemaPath, keyword)
{
    public override EvaluationOrder Order => EvaluationOrder.Child;

    public override IEnumerable<string> DeclaredNames => named.Names;

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (instance.ValueKind != JsonValueKind.Object) return true;
        var valid = true;
        var position = 0;
        foreach (var property in instance.EnumerateObject())
        {
            valid &= Check(property, context, out var described);
            if (described) evaluated?.Add(position);
            if (!valid && !context.Continues) return false;
            position++;
        }

        return valid;
    }

    private bool Check(in JsonProperty property, EvaluationContext context, out bool described)
    {
        context.Push(property);
        var valid = true;
        var schema = named.Find(property);
        described = schema is not null;
        if (schema is not null) valid = schema.Evaluate(property.Value, context, null);
        if (patterns.Length > 0) valid &= CheckPatterns(property, context, ref described);
        if (!described && rest is not null)
        {
            described = true;
            if (rest.Constant == false) valid = UnknownProperty.Refuse(property, restPath, "additionalProperties", named.Names, context);
            else valid = rest.Evaluate(property.Value, context, null);
        }

        context.Pop();
        return valid && context.Aborted is null;
    }

    private bool CheckPatterns(in JsonProperty property, EvaluationContext context, ref bool described)
    {
        var valid = true;
        var name = ShortText.ReadName(property, stackalloc char[ShortText.Capacity]);
        foreach (var (pattern, matched) in patterns)
        {
            if (!pattern.IsMatch(name, SchemaPath, context)) continue;
            described = true;
            valid &= matched.Evaluate(property.Value, context, null);
        }

        return valid;
    }
}

/// <summary>The sentence about a property that nobody declared.</summary>
internal static class UnknownProperty
{
    /// <summary>Reports it at its own place, with the declared name that was probably meant. Always false.</summary>
    public static bool Refuse(in JsonProperty property, string schemaPath, string keyword, IEnumerable<string> declared,
        EvaluationContext context)
    {
        if (!context.Collecting) return false;
        var nearest = NearestName.Of(property.Name, declared);
        context.ReportSentence(schemaPath, keyword, nearest is null
            ? $"{context.Subject()} is not a known property."
            : $"{context.Subject()} is not a known property; did you mean \"{JsonDisplay.Text(nearest)}\"?");
        return false;
    }
}

/// <summary><c>propertyNames</c>.</summary>
internal sealed class PropertyNames(string schemaPath, SchemaNode schema) : KeywordEvaluator(schemaPath, "propertyNames")
{
    public override EvaluationOrder Order => EvaluationOrder.Child;

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (instance.ValueKind != JsonValueKind.Object || schema.Constant == true) return true;
        var valid = true;
        foreach (var property in instance.EnumerateObject())
        {
            var name = JsonSerializer.SerializeToElement(property.Name);
            if (context.Probe(schema, name, null)) continue;
            valid = false;
            if (context.Collecting)
            {
                context.Push(property);
                var reason = context.Explain(schema, name);
                context.Report(this, reason.Count == 0 || schema.Constant == false
                    ? "is a property name that is not allowed"
                    : $"is a property name that is not allowed: {reason[0].Message.TrimEnd('.')}");
                context.Pop();
            }

            if (!context.Continues) break;
        }

        return valid;
    }
}

/// <summary><c>unevaluatedProperties</c>.</summary>
internal sealed class UnevaluatedProperties(string schemaPath, SchemaNode schema, SchemaNode owner)
    : KeywordEvaluator(schemaPath, "unevaluatedProperties")
{
    public override EvaluationOrder Order => EvaluationOrder.Unevaluated;

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (instance.ValueKind != JsonValueKind.Object) return true;
        var valid = true;
        var position = -1;
        foreach (var property in instance.EnumerateObject())
        {
            if (evaluated!.Contains(++position)) continue;
            context.Push(property);
            if (schema.Constant == false) valid = UnknownProperty.Refuse(property, SchemaPath, Keyword, owner.DeclaredNames(), context);
            else valid &= schema.Evaluate(property.Value, context, null);
            context.Pop();
            if (!valid && !context.Continues) break;
        }

        evaluated!.AddAll();
        return valid;
    }
}
