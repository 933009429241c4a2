using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Sallyport.JsonSchema.Compilation;
using Sallyport.JsonSchema.Json;

namespace Sallyport.JsonSchema.Evaluation;

/// <summary>The state of one walk over one instance: where it is, what it found, what it has spent. Never shared between threads.</summary>
internal sealed class EvaluationContext(SchemaOptions options, bool usesDynamicScope, bool collect)
{
    /// <summary>Subschemas nested on one path, per level of the instance. Beyond it a schema recurses without end.</summary>
    private const int NestingPerLevel = 16;

    private static readonly List<PathStep> NoPath = [];
    private static readonly List<SchemaResource> NoScope = [];
    private static readonly List<SchemaError> NoErrors = [];

    // The silent walk writes to none of these, so it allocates none of them.
    private readonly List<PathStep> _path = collect ? [] : NoPath;
    private readonly List<SchemaResource> _scope = usesDynamicScope ? [] : NoScope;
    private Stack<EvaluatedSet>? _sets;
    private List<SchemaError> _errors = collect ? [] : NoErrors;
    private int _evaluations;
    private int _nesting;
    private long _patternTicks;

    /// <summary>Whether errors are wanted; a probe of an alternative only wants the verdict.</summary>
    public bool Collecting { get; private set; } = collect;

    public IReadOnlyList<SchemaError> Errors => _errors;

    /// <summary>
    /// The limit that stopped this walk. Once set, the instance is invalid whatever <c>not</c> or <c>anyOf</c> make of it.
    /// </summary>
    public SchemaError? Aborted { get; private set; }

    /// <summary>Whether a schema object that already failed goes on to its next keyword.</summary>
    public bool Continues => Collecting && Aborted is null && _errors.Count < options.MaxErrors;

    public bool RedactValues => options.RedactValues;

    /// <summary>Outermost first.</summary>
    public IReadOnlyList<SchemaResource> DynamicScope => _scope;

    /// <summary>Makes the state of a walk that ended by itself that of a new one. What a limit stopped is not used again.</summary>
    public void Reset()
    {
        Debug.Assert(Aborted is null && _nesting == 0 && _errors.Count == 0, "A walk that was stopped is never reused.");
        _evaluations = 0;
        _patternTicks = 0;
    }

    public bool TryEnter(SchemaNode node)
    {
        if (Aborted is not null) return false;
        if (++_evaluations > options.MaxEvaluations)
            return Abort(node.SchemaPath, $"The value needs more than {options.MaxEvaluations} schema evaluations, which is the limit.");
        if (_nesting >= options.MaxDepth * NestingPerLevel || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return Abort(node.SchemaPath, "The schema recurses too deeply for this value.");
        _nesting++;
        if (usesDynamicScope) _scope.Add(node.Resource);
        return true;
    }

    public void Leave(SchemaNode node)
    {
        _nesting--;
        if (usesDynamicScope) _scope.RemoveAt(_scope.Count - 1);
        Debug.Assert(_nesting >= 0, node.SchemaPath);
    }

    /// <summary>Stops the walk: nothing that follows can make the instance valid. Always returns false.</summary>
    public bool Abort(string schemaPath, string message)
    {
        Aborted ??= new SchemaError(InstancePath(), schemaPath, "limit", message);
        return false;
    }

    public void Push(in JsonProperty property)
    {
        if (Collecting) _path.Add(new PathStep(property.Name, -1));
    }

    public void Push(string name)
    {
        if (Collecting) _path.Add(new PathStep(name, -1));
    }

    public void Push(int index)
    {
        if (Collecting) _path.Add(new PathStep(null, index));
    }

    public void Pop()
    {
        if (Collecting) _path.RemoveAt(_path.Count - 1);
    }

    public void Report(KeywordEvaluator keyword, string predicate) => Report(keyword.SchemaPath, keyword.Keyword, predicate);

    /// <summary>Adds an error about the current value: its name, the predicate and a full stop.</summary>
    public void Report(string schemaPath, string keyword, string predicate)
    {
        if (Collecting) ReportSentence(schemaPath, keyword, $"{Subject()} {predicate}.");
    }

    public void ReportSentence(string schemaPath, string keyword, string sentence)
    {
        if (Collecting && Aborted is null && _errors.Count < options.MaxErrors)
            _errors.Add(new SchemaError(InstancePath(), schemaPath, keyword, sentence));
    }

    /// <summary>Evaluates without reporting.</summary>
    public bool Probe(SchemaNode node, in JsonElement instance, EvaluatedSet? evaluated)
    {
        var collecting = Collecting;
        Collecting = false;
        var valid = node.Evaluate(instance, this, evaluated);
        Collecting = collecting;
        return valid;
    }

    /// <summary>Evaluates and hands the errors back instead of reporting them.</summary>
    public IReadOnlyList<SchemaError> Explain(SchemaNode node, in JsonElement instance)
    {
        var outer = _errors;
        var inner = new List<SchemaError>();
        _errors = inner;
        node.Evaluate(instance, this, null);
        _errors = outer;
        return inner;
    }

    public EvaluatedSet RentSet() => _sets is { Count: > 0 } ? _sets.Pop() : new EvaluatedSet();

    public void ReturnSet(EvaluatedSet set)
    {
        set.Clear();
        (_sets ??= new Stack<EvaluatedSet>()).Push(set);
    }

    /// <summary>What is left of the time for patterns that may backtrack.</summary>
    public bool HasPatternTime => Stopwatch.GetElapsedTime(0, _patternTicks) < options.PatternTimeout;

    public void SpendPatternTime(long startedAt) => _patternTicks += Stopwatch.GetTimestamp() - startedAt;

    /// <summary><c>, got 0</c>, or nothing where values must not be repeated.</summary>
    public string Got(in JsonElement instance) => options.RedactValues ? "" : $", got {JsonDisplay.Value(instance)}";

    /// <summary>The current value as a person would name it: <c>lines[2].amount</c>.</summary>
    public string Subject()
    {
        if (_path.Count == 0) return "The value";
        var text = new StringBuilder();
        foreach (var step in _path)
        {
            if (step.Name is null) text.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
            else text.Append(text.Length > 0 ? "." : "").Append(JsonDisplay.Text(step.Name));
        }

        return _path[0].Name is null ? $"The value at {text}" : text.ToString();
    }

    private string InstancePath()
    {
        var text = new StringBuilder();
        foreach (var step in _path)
        {
            if (step.Name is null) text.Append(CultureInfo.InvariantCulture, $"/{step.Index}");
            else text.Append('/').Append(JsonPointer.Escape(step.Name));
        }

        return text.ToString();
    }

    private readonly record struct PathStep(string? Name, int Index);
}
