using System.Collections.Immutable;
using Sallyport.Cel.Checking;
using Sallyport.Cel.Evaluation;
using Sallyport.Cel.Syntax;

namespace Sallyport.Cel;

/// <summary>
/// Declares what expressions may use and compiles them. Immutable and safe to share between threads.
/// source → tokens → tree (macros are nodes) → checked tree (types, resolved names) → nodes that evaluate.
/// </summary>
public sealed class CelEnvironment
{
    private readonly Declarations _declarations;

    private CelEnvironment(ImmutableArray<CelVariable> variables, CelOptions options)
    {
        Variables = variables;
        Options = options;
        Unset = [.. variables.Select(variable => CelValue.Error($"no value for variable '{variable.Name}'"))];
        _declarations = new Declarations(variables, options);
    }

    /// <summary>The declared variables in slot order.</summary>
    public ImmutableArray<CelVariable> Variables { get; }

    /// <summary>The limits and settings.</summary>
    public CelOptions Options { get; }

    /// <summary>What the slots hold before anything is set.</summary>
    internal ImmutableArray<CelValue> Unset { get; }

    /// <summary>An environment with these variables.</summary>
    /// <param name="variables">The variables; names must differ.</param>
    /// <param name="options">Limits and settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">A name is declared twice.</exception>
    public static CelEnvironment Create(IEnumerable<CelVariable> variables, CelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return new([.. variables], options ?? CelOptions.Default);
    }

    /// <summary>Compiles an expression. Mistakes are issues of the result, never exceptions.</summary>
    /// <param name="source">The expression.</param>
    public CelCompilation Compile(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var (tree, nodeCount, issue) = Parser.Parse(source, Options);
        if (tree is null)
            return new CelCompilation(null, [issue!]);
        var (checkedTree, issues) = Checker.Check(_declarations, source, tree, nodeCount);
        if (Options.TypeCheck && issues.Count > 0)
            return new CelCompilation(null, [.. issues.OrderBy(i => i.Offset)]);
        var costs = new CostEstimate(checkedTree, Options);
        var bound = costs.Of(tree);
        if (bound > Options.MaxCost)
        {
            var message = $"the expression may take {bound} steps, more than the {Options.MaxCost} allowed; " +
                "bound its lists (maxItems) or nest fewer macros";
            return new CelCompilation(null, [SourceText.IssueAt(source, tree.Span.Start, message)]);
        }

        var node = new Compiler(checkedTree, costs).Compile(tree);
        return new CelCompilation(new CelProgram(this, source, tree, checkedTree, node, bound), []);
    }

    /// <summary>A place for the values of the variables. Not safe to share between threads; reuse it for many evaluations.</summary>
    public CelActivation NewActivation() => new(this);

    internal int? FindSlot(string name) => _declarations.FindSlot(name);

    internal int SlotOf(string name) =>
        FindSlot(name) ?? throw new ArgumentException($"The variable '{name}' is not declared.", nameof(name));
}
