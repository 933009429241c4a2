using System.Text.Json;
using Sallyport.JsonSchema.Compilation;
using Sallyport.JsonSchema.Evaluation;
using Sallyport.JsonSchema.Json;

namespace Sallyport.JsonSchema.Keywords;

/// <summary>Identifiers and references (core §8), and the keywords that only annotate.</summary>
internal static class CoreKeywords
{
    public static void Text(SchemaSite site, string keyword, JsonElement value)
    {
        // $recursiveAnchor was a boolean in the draft that had it; like every left-over of older drafts it means nothing here.
        if (keyword != "$recursiveAnchor") site.IsText(keyword, value, out _);
    }

    public static void Flag(SchemaSite site, string keyword, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) site.Issue(keyword, $"{keyword} must be true or false.");
    }

    public static void Anything(SchemaSite site, string keyword, JsonElement value)
    {
    }

    public static void Object(SchemaSite site, string keyword, JsonElement value) => site.IsObject(keyword, value);

    public static void Examples(SchemaSite site, string keyword, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array) site.Issue(keyword, "examples must be a list.");
    }

    public static void Id(SchemaSite site, string keyword, JsonElement value)
    {
        if (site.IsText(keyword, value, out var id) && !string.IsNullOrEmpty(SchemaUri.Split(id).Fragment))
            site.Issue(keyword, "$id must not have a fragment; use $anchor for a name inside the document.");
    }

    public static void Definitions(SchemaSite site, string keyword, JsonElement value) => site.Map(keyword, value);

    public static void Content(SchemaSite site, string keyword, JsonElement value) => site.Single(keyword, value);

    public static void Reference(SchemaSite site, string keyword, JsonElement value)
    {
        if (!site.IsText(keyword, value, out var reference)) return;
        if (site.Compiler.Resolve(site.Location.Resource, reference, out var problem) is not { } found)
        {
            site.Issue(keyword, problem, Suggest(site, reference));
            return;
        }

        var target = site.Compiler.NodeReferred(found.Target);
        // Only a name that is a $dynamicAnchor where it first leads may be looked up along the path (core §8.2.3.2).
        var isDynamic = keyword == "$dynamicRef" && found.Anchor is { } anchor && found.Target.Resource.DynamicAnchors.Contains(anchor);
        if (isDynamic) site.Compiler.UsesDynamicScope = true;
        site.Add(isDynamic
            ? new DynamicReference(site.PathOf(keyword), found.Anchor!, target)
            : new Reference(site.PathOf(keyword), keyword, target));
    }

    /// <summary>A definition with a similar name, for the common case of a mistyped <c>#/$defs/name</c>.</summary>
    private static string? Suggest(SchemaSite site, string reference)
    {
        const string definitions = "#/$defs/";
        if (!reference.StartsWith(definitions, StringComparison.Ordinal)) return null;
        if (site.Compiler.Resolve(site.Location.Resource, "#/$defs", out _) is not { } found
            || found.Target.Element.ValueKind != JsonValueKind.Object) return null;
        var nearest = NearestName.Of(reference[definitions.Length..], found.Target.Element.EnumerateObject().Select(p => p.Name));
        return nearest is null ? null : definitions + nearest;
    }
}

/// <summary>A reference whose target is known.</summary>
internal sealed class Reference(string schemaPath, string keyword, SchemaNode target) : KeywordEvaluator(schemaPath, keyword)
{
    public override EvaluationOrder Order => EvaluationOrder.InPlace;

    public override IEnumerable<SchemaNode> InPlace => [target];

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated) =>
        target.Evaluate(instance, context, evaluated);
}

/// <summary>A reference to the outermost schema resource on the path that has the anchor (core §8.2.3.2).</summary>
internal sealed class DynamicReference(string schemaPath, string anchor, SchemaNode fallback) : KeywordEvaluator(schemaPath, "$dynamicRef")
{
    public override EvaluationOrder Order => EvaluationOrder.InPlace;

    public override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        var scope = context.DynamicScope;
        for (var i = 0; i < scope.Count; i++)
        {
            if (scope[i].DynamicNodes.TryGetValue(anchor, out var node)) return node.Evaluate(instance, context, evaluated);
        }

        return fallback.Evaluate(instance, context, evaluated);
    }
}
