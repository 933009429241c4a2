using System.Text.Json;

namespace Sallyport.JsonSchema.Evaluation;

/// <summary>
/// One compiled keyword (or a family that is decided together, such as <c>properties</c> with <c>additionalProperties</c>).
/// </summary>
internal abstract class KeywordEvaluator(string schemaPath, string keyword)
{
    /// <summary>Where the keyword stands.</summary>
    public string SchemaPath { get; } = schemaPath;

    /// <summary>Its name.</summary>
    public string Keyword { get; } = keyword;

    /// <summary>
    /// Evaluation order inside a schema object: cheap tests first, the unevaluated keywords last, because they read what the others
    /// marked.
    /// </summary>
    public virtual EvaluationOrder Order => EvaluationOrder.Assertion;

    /// <summary>Subschemas that are applied to the same instance location.</summary>
    public virtual IEnumerable<SchemaNode> InPlace => [];

    /// <summary>Property names that this keyword declares, for suggestions.</summary>
    public virtual IEnumerable<string> DeclaredNames => [];

    /// <summary>
    /// Decides; reports errors to the context; marks what it looked at in <paramref name="evaluated"/> when somebody asks.
    /// </summary>
    public abstract bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated);
}

/// <summary>When a keyword is evaluated within its schema object.</summary>
internal enum EvaluationOrder
{
    /// <summary>The type test: one comparison, and most mistakes are found by it.</summary>
    Type,

    /// <summary>Assertions about the value itself.</summary>
    Assertion,

    /// <summary>Subschemas for properties and items.</summary>
    Child,

    /// <summary>Subschemas for the same value.</summary>
    InPlace,

    /// <summary>What is left over.</summary>
    Unevaluated,
}

/// <summary>A keyword that only looks at the value: no subschemas, no annotations.</summary>
internal abstract class Assertion(string schemaPath, string keyword) : KeywordEvaluator(schemaPath, keyword)
{
    public sealed override bool Evaluate(in JsonElement instance, EvaluationContext context, EvaluatedSet? evaluated)
    {
        if (Holds(instance, context)) return true;
        if (context.Collecting) context.Report(this, Describe(instance, context));
        return false;
    }

    /// <summary>Whether the value satisfies the keyword. Values of a kind that the keyword does not speak about satisfy it.</summary>
    protected abstract bool Holds(in JsonElement instance, EvaluationContext context);

    /// <summary>The rest of the sentence after the name of the value, without the full stop: <c>must be at least 1, got 0</c>.</summary>
    protected abstract string Describe(in JsonElement instance, EvaluationContext context);
}
