using System.Text.Json;
using Sallyport.JsonSchema.Compilation;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;

namespace Sallyport.JsonSchema.Keywords;

/// <summary>Keywords about the items of a list (core §10.3.1, §11.2; validation §6.4).</summary>
internal static class ArrayKeywords
{
    public static void Items(SchemaSite site, string keyword, JsonElement value)
    {
        // Both are decided in one pass, built by whichever comes first in this order.
        var hasPrefix = site.TryGet("prefixItems", Vocabularies.Applicator, out var prefix);
        if (keyword == "items" && hasPrefix) return;
        var leading = hasPrefix ? site.List("prefixItems", prefix) : [];
        var rest = site.TryGet("items", Vocabularies.Applicator, out var items) ? site.Single("items", items) : null;
        site.Add(new ItemsEvaluator(site.PathOf(keyword), keyword, leading, rest, site.PathOf("items")));
    }

    public static void Contains(SchemaSite site, string keyword, JsonElement value)
    {
        var minimum = site.TryGet("minContains", Vocabularies.Validation, out var min) ? ValueKeywords.CountOf(min) ?? 1 : 1;
        var maximum = site.TryGet("maxContains", Vocabularies.Validation, out var max) ? ValueKeywords.CountOf(max) : null;
        site.Add(new ContainsEvaluator(site.PathOf(keyword), site.Single(keyword, value), minimum, maximum));
    }

    public static void Unevaluated(SchemaSite site, string keyword, JsonElement value) =>
        site.Add(new UnevaluatedItems(site.PathOf(keyword), site.Single(keyword, value)));

    public static void Unique(SchemaSite site, string keyword, JsonElement value)
    {
        CoreKeywords.Flag(site, keyword, value);
        if (value.ValueKind == JsonValueKind.True) site.Add(new UniqueItems(site.PathOf(keyword)));
    }
}

/// <summary><c>prefixItems</c> and <c>items</c>.</summary>
internal sealed class ItemsEvaluator(string schemaPath, string keyword, SchemaNode[] leading, SchemaNode? rest, string restPath)
    : KeywordEvaluator(schemaPath, keyword)
{
    public override EvaluationOrder Order => EvaluationOrder.Child;

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (instance.ValueKind != JsonValueKind.Array) return true;
        if (rest is not null) evaluated?.AddAll();
        var valid = true;
        var index = 0;
        foreach (var item in instance.EnumerateArray())
        {
            var schema = index < leading.Length ? leading[index] : rest;
            if (schema is null) return valid;
            evaluated?.Add(index);
            valid &= Check(schema, item, index++, context);
            if (!valid && !context.Continues) return false;
        }

        return valid;
    }

    private bool Check(SchemaNode schema, in JsonElement item, int index, EvaluationContext context)
    {
        context.Push(index);
        bool valid;
        if (schema.Constant == false && ReferenceEquals(schema, rest))
        {
            valid = false;
            context.Report(restPath, "items", leading.Length == 0 ? "is not allowed; the list must be empty"
                : $"is one too many; the list has at most {leading.Length}");
        }
        else
        {
            valid = schema.Evaluate(item, context, null);
        }

        context.Pop();
        return valid;
    }
}

/// <summary><c>contains</c> with <c>minContains</c> and <c>maxContains</c>.</summary>
internal sealed class ContainsEvaluator(string schemaPath, SchemaNode schema, int minimum, int? maximum)
    : KeywordEvaluator(schemaPath, "contains")
{
    public override EvaluationOrder Order => EvaluationOrder.Child;

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (instance.ValueKind != JsonValueKind.Array) return true;
        var matches = 0;
        var index = 0;
        foreach (var item in instance.EnumerateArray())
        {
            if (context.Probe(schema, item, null))
            {
                matches++;
                evaluated?.Add(index);
                if (matches > maximum) break;
                // Enough is enough, unless somebody asks which items matched.
                if (matches >= minimum && maximum is null && evaluated is null) return true;
            }

            index++;
        }

        if (matches < minimum)
            context.Report(this, $"must contain at least {Plural.Of(minimum, "fitting item")}, found {matches}");
        else if (matches > maximum)
            context.Report(this, $"must contain at most {Plural.Of(maximum.Value, "fitting item")}");
        return matches >= minimum && !(matches > maximum);
    }
}

/// <summary><c>unevaluatedItems</c>.</summary>
internal sealed class UnevaluatedItems(string schemaPath, SchemaNode schema) : KeywordEvaluator(schemaPath, "unevaluatedItems")
{
    public override EvaluationOrder Order => EvaluationOrder.Unevaluated;

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (instance.ValueKind != JsonValueKind.Array) return true;
        var valid = true;
        var index = -1;
        foreach (var item in instance.EnumerateArray())
        {
            if (evaluated!.Contains(++index)) continue;
            context.Push(index);
            if (schema.Constant == false)
            {
                valid = false;
                context.Report(this, "is not an item that the schema describes");
            }
            else
            {
                valid &= schema.Evaluate(item, context, null);
            }

            context.Pop();
            if (!valid && !context.Continues) break;
        }

        evaluated!.AddAll();
        return valid;
    }
}

/// <summary><c>uniqueItems</c>.</summary>
internal sealed class UniqueItems(string schemaPath) : Assertion(schemaPath, "uniqueItems")
{
    /// <summary>Comparing this few pairwise is cheaper than hashing them.</summary>
    private const int Few = 6;

    protected override bool Holds(in JsonElement instance, EvaluationContext context) =>
        instance.ValueKind != JsonValueKind.Array || FindRepeated(instance) is null;

    protected override string Describe(in JsonElement instance, EvaluationContext context)
    {
        var (first, second) = FindRepeated(instance)!.Value;
        return $"must not repeat an item, but items {first + 1} and {second + 1} are equal";
    }

    private static (int First, int Second)? FindRepeated(in JsonElement list)
    {
        var length = list.GetArrayLength();
        if (length < 2) return null;
        if (length <= Few) return FindPairwise(list, length);
        var seen = new Dictionary<JsonElement, int>(length, JsonEquality.Instance);
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (!seen.TryAdd(item, index)) return (seen[item], index);
            index++;
        }

        return null;
    }

    private static (int First, int Second)? FindPairwise(in JsonElement list, int length)
    {
        for (var second = 1; second < length; second++)
        {
            var item = list[second];
            for (var first = 0; first < second; first++)
            {
                if (JsonEquality.AreEqual(list[first], item)) return (first, second);
            }
        }

        return null;
    }
}
