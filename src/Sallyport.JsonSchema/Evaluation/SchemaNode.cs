using System.Text.Json;
using Sallyport.JsonSchema.Compilation;

namespace Sallyport.JsonSchema.Evaluation;

/// <summary>One compiled schema: a boolean, or the evaluators of its keywords. Filled once by the compiler, read-only afterwards.</summary>
internal sealed class SchemaNode(SchemaResource resource, string schemaPath)
{
    private KeywordEvaluator[] _keywords = [];
    private bool _tracks;

    /// <summary>The schema resource this node belongs to: an entry of the dynamic scope (core §7.1).</summary>
    public SchemaResource Resource { get; } = resource;

    /// <summary>Where the schema stands.</summary>
    public string SchemaPath { get; } = schemaPath;

    /// <summary>The value of a boolean schema, else <c>null</c>.</summary>
    public bool? Constant { get; set; }

    public IReadOnlyList<KeywordEvaluator> Keywords => _keywords;

    public void SetKeywords(IEnumerable<KeywordEvaluator> keywords)
    {
        _keywords = [.. keywords.OrderBy(k => k.Order)];
        _tracks = _keywords is [.., { Order: EvaluationOrder.Unevaluated }];
        // An empty schema accepts everything, as true does.
        if (_keywords.Length == 0) Constant ??= true;
    }

    /// <summary>Evaluates the instance.</summary>
    /// <param name="instance">The value.</param>
    /// <param name="context">State of this validation.</param>
    /// <param name="evaluated">Where to mark the properties or items that were looked at; <c>null</c> when nobody asks.</param>
    public bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (Constant is { } constant)
        {
            if (!constant && context.Collecting) context.Report(SchemaPath, "false", "is not allowed");
            return constant;
        }

        if (!context.TryEnter(this)) return false;
        var own = _tracks ? context.RentSet() : evaluated;
        var valid = true;
        foreach (var keyword in _keywords)
        {
            if (keyword.Evaluate(instance, context, own)) continue;
            valid = false;
            if (!context.Continues) break;
        }

        if (_tracks)
        {
            evaluated?.UnionWith(own!);
            context.ReturnSet(own!);
        }

        context.Leave(this);
        return valid;
    }

    /// <summary>Every property name that this schema declares for the instance itself, through references and combinations.</summary>
    public IEnumerable<string> DeclaredNames()
    {
        var seen = new HashSet<SchemaNode> { this };
        var open = new Queue<SchemaNode>(seen);
        while (open.TryDequeue(out var node))
        {
            foreach (var keyword in node._keywords)
            {
                foreach (var name in keyword.DeclaredNames) yield return name;
                foreach (var next in keyword.InPlace)
                {
                    if (seen.Add(next)) open.Enqueue(next);
                }
            }
        }
    }
}
