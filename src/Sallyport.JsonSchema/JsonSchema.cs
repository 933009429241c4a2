using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Sallyport.JsonSchema.Compilation;
using Sallyport.JsonSchema.Evaluation;

namespace Sallyport.JsonSchema;

/// <summary>
/// A compiled JSON Schema, draft 2020-12. Never changes and is safe for any number of threads; it keeps no reference to the document it came from.
/// </summary>
/// <remarks>
/// A validation runs twice at most: first without any bookkeeping, which settles the valid instances; only an invalid one is walked again
/// to collect paths and messages. The order of the keywords in the document has no influence on the result.
/// </remarks>
[SuppressMessage("Design", "MA0049:Type name should not match containing namespace",
    Justification = "The standard's own name for the one thing in here.")]
public sealed class JsonSchema
{
    private readonly SchemaNode _root;
    private readonly SchemaOptions _options;
    private readonly bool _usesDynamicScope;
    private EvaluationContext? _spare;

    private JsonSchema(SchemaNode root, SchemaOptions options, bool usesDynamicScope)
    {
        _root = root;
        _options = options;
        _usesDynamicScope = usesDynamicScope;
    }

    /// <summary>Compiles a schema. What is wrong with it is reported as issues; nothing is thrown for a bad schema.</summary>
    /// <param name="schema">The schema document: an object or a boolean.</param>
    /// <param name="options">Limits and choices; <c>null</c> means the defaults.</param>
    /// <returns>The schema, or the issues.</returns>
    public static SchemaCompilation Compile(JsonElement schema, SchemaOptions? options = null)
    {
        options ??= new SchemaOptions();
        var compiler = new SchemaCompiler(options);
        var root = compiler.Compile(schema);
        return root is not null && compiler.Issues.Count == 0
            ? new SchemaCompilation(new JsonSchema(root, options, compiler.UsesDynamicScope), [])
            : new SchemaCompilation(null, compiler.Issues);
    }

    /// <summary>Validates an instance.</summary>
    /// <param name="instance">The value to check. Every occurrence of a repeated property name is checked.</param>
    /// <returns>Whether it is valid, and if not, why.</returns>
    public SchemaResult Validate(JsonElement instance)
    {
        if (InstanceLimits.Check(instance, _options) is { } refused) return new SchemaResult([refused]);

        // Valid instances are the many: one after the other they share the state of the silent walk, so that they allocate nothing.
        var quick = Interlocked.Exchange(ref _spare, null) ?? new EvaluationContext(_options, _usesDynamicScope, collect: false);
        if (_root.Evaluate(instance, quick, null) && quick.Aborted is null)
        {
            quick.Reset();
            Volatile.Write(ref _spare, quick);
            return SchemaResult.Valid;
        }

        var detailed = new EvaluationContext(_options, _usesDynamicScope, collect: true);
        var valid = _root.Evaluate(instance, detailed, null);
        if (detailed.Aborted is { } late) return new SchemaResult([.. detailed.Errors.Take(Math.Max(0, _options.MaxErrors - 1)), late]);
        // Both walks decide alike, except that a time limit may strike only one of them: then the stricter answer stands.
        if (valid || detailed.Errors.Count == 0)
            return new SchemaResult([quick.Aborted ?? new SchemaError("", _root.SchemaPath, "limit",
                "The value does not satisfy the schema.")]);
        return new SchemaResult(detailed.Errors);
    }
}
