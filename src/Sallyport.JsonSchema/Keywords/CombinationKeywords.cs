using System.Text.Json;
using Sallyport.JsonSchema.Compilation;
using Sallyport.JsonSchema.Evaluation;

namespace Sallyport.JsonSchema.Keywords;

/// <summary>Schemas combined by logic (core §10.2).</summary>
internal static class CombinationKeywords
{
    public static void All(SchemaSite site, string keyword, JsonElement value) =>
        site.Add(new AllOf(site.PathOf(keyword), site.List(keyword, value)));

    public static void Any(SchemaSite site, string keyword, JsonElement value) =>
        site.Add(new AnyOf(site.PathOf(keyword), site.List(keyword, value)));

    public static void One(SchemaSite site, string keyword, JsonElement value) =>
        site.Add(new OneOf(site.PathOf(keyword), site.List(keyword, value)));

    public static void Not(SchemaSite site, string keyword, JsonElement value) =>
        site.Add(new Not(site.PathOf(keyword), site.Single(keyword, value)));

    public static void Condition(SchemaSite site, string keyword, JsonElement value)
    {
        var own = site.Single(keyword, value);
        if (keyword != "if") return;
        var then = site.TryGet("then", Vocabularies.Applicator, out var t) ? site.Single("then", t) : null;
        var otherwise = site.TryGet("else", Vocabularies.Applicator, out var e) ? site.Single("else", e) : null;
        site.Add(new IfThenElse(site.PathOf(keyword), own, then, otherwise));
    }
}

/// <summary><c>allOf</c>.</summary>
internal sealed class AllOf(string schemaPath, SchemaNode[] branches) : KeywordEvaluator(schemaPath, "allOf")
{
    public override EvaluationOrder Order => EvaluationOrder.InPlace;

    public override IEnumerable<SchemaNode> InPlace => branches;

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        var valid = true;
        foreach (var branch in branches)
        {
            if (branch.Evaluate(instance, context, evaluated)) continue;
            valid = false;
            if (!context.Continues) break;
        }

        return valid;
    }
}

/// <summary><c>anyOf</c>. Every branch is looked at when somebody asks what was evaluated, because every valid one counts.</summary>
internal sealed class AnyOf(string schemaPath, SchemaNode[] branches) : KeywordEvaluator(schemaPath, "anyOf")
{
    public override EvaluationOrder Order => EvaluationOrder.InPlace;

    public override IEnumerable<SchemaNode> InPlace => branches;

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        var valid = false;
        foreach (var branch in branches)
        {
            valid |= Alternatives.Try(branch, instance, context, evaluated);
            if (valid && evaluated is null) return true;
        }

        if (!valid) Alternatives.ReportNone(this, branches, instance, context, evaluated);
        return valid;
    }
}

/// <summary><c>oneOf</c>.</summary>
internal sealed class OneOf(string schemaPath, SchemaNode[] branches) : KeywordEvaluator(schemaPath, "oneOf")
{
    public override EvaluationOrder Order => EvaluationOrder.InPlace;

    public override IEnumerable<SchemaNode> InPlace => branches;

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        var first = -1;
        for (var i = 0; i < branches.Length; i++)
        {
            if (!Alternatives.Try(branches[i], instance, context, evaluated)) continue;
            if (first >= 0)
            {
                context.Report(this, $"fits more than one of the {branches.Length} alternatives (number {first + 1} and number {i + 1}); exactly one is allowed");
                return false;
            }

            first = i;
        }

        if (first < 0) Alternatives.ReportNone(this, branches, instance, context, evaluated);
        return first >= 0;
    }
}

/// <summary>What <c>anyOf</c> and <c>oneOf</c> share.</summary>
internal static class Alternatives
{
    /// <summary>Evaluates a branch silently; what it evaluated counts only when it is valid.</summary>
    public static bool Try(SchemaNode branch, in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (evaluated is null) return context.Probe(branch, instance, null);
        var own = context.RentSet();
        var valid = context.Probe(branch, instance, own);
        if (valid) evaluated.UnionWith(own);
        context.ReturnSet(own);
        return valid;
    }

    /// <summary>Reports that no alternative fits, and why the closest one does not.</summary>
    public static void ReportNone(
        KeywordEvaluator keyword, SchemaNode[] branches, in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (!context.Collecting) return;
        // The instance is invalid already; without this every property would also be called unknown.
        evaluated?.AddAll();
        IReadOnlyList<SchemaError>? closest = null;
        foreach (var branch in branches)
        {
            var errors = context.Explain(branch, instance);
            if (errors.Count > 0 && (closest is null || IsCloser(errors, closest))) closest = errors;
        }

        var reason = closest is null ? "" : $"; the closest one fails: {closest[0].Message.TrimEnd('.')}";
        context.Report(keyword, branches.Length == 1 ? $"does not fit{reason}"
            : $"fits none of the {branches.Length} alternatives{reason}");
    }

    /// <summary>A branch that gets further into the value was more likely meant; then the one with fewer complaints.</summary>
    private static bool IsCloser(IReadOnlyList<SchemaError> errors, IReadOnlyList<SchemaError> than)
    {
        var depth = errors.Min(Depth).CompareTo(than.Min(Depth));
        return depth > 0 || (depth == 0 && errors.Count < than.Count);
    }

    private static int Depth(SchemaError error) => error.InstancePath.AsSpan().Count('/');
}

/// <summary><c>not</c>.</summary>
internal sealed class Not(string schemaPath, SchemaNode schema) : KeywordEvaluator(schemaPath, "not")
{
    public override EvaluationOrder Order => EvaluationOrder.InPlace;

    public override IEnumerable<SchemaNode> InPlace => [schema];

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (!context.Probe(schema, instance, null)) return true;
        context.Report(this, "matches what is explicitly not allowed");
        return false;
    }
}

/// <summary><c>if</c> with <c>then</c> and <c>else</c>.</summary>
internal sealed class IfThenElse(string schemaPath, SchemaNode condition, SchemaNode? then, SchemaNode? otherwise)
    : KeywordEvaluator(schemaPath, "if")
{
    public override EvaluationOrder Order => EvaluationOrder.InPlace;

    public override IEnumerable<SchemaNode> InPlace
    {
        get
        {
            yield return condition;
            if (then is not null) yield return then;
            if (otherwise is not null) yield return otherwise;
        }
    }

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        var branch = Alternatives.Try(condition, instance, context, evaluated) ? then : otherwise;
        return branch is null || branch.Evaluate(instance, context, evaluated);
    }
}
