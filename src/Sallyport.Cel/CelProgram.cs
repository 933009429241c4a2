using Sallyport.Cel.Checking;
using Sallyport.Cel.Evaluation;
using Sallyport.Cel.Syntax;

namespace Sallyport.Cel;

/// <summary>A compiled expression. Immutable and safe to share between threads; each thread brings its own activation.</summary>
public sealed class CelProgram
{
    private readonly CheckedTree _tree;
    private readonly Node _node;
    private readonly Condition? _condition;

    internal CelProgram(CelEnvironment environment, string source, CelExpr ast, CheckedTree tree, Node node, long costBound)
    {
        Environment = environment;
        Source = source;
        Ast = ast;
        CostBound = costBound;
        References = Checking.References.Of(ast, tree);
        _tree = tree;
        _node = node;
        _condition = ResultType.Kind == CelTypeKind.Bool ? new Condition(ast, node, tree, environment.Options) : null;
    }

    /// <summary>The environment that compiled it.</summary>
    public CelEnvironment Environment { get; }

    /// <summary>The source text.</summary>
    public string Source { get; }

    /// <summary>The syntax tree.</summary>
    public CelExpr Ast { get; }

    /// <summary>The static type of the result.</summary>
    public CelType ResultType => TypeOf(Ast);

    /// <summary>An upper bound of the steps of one evaluation, if collections stay within their declared or assumed sizes.</summary>
    public long CostBound { get; }

    /// <summary>
    /// Every maximal member path that starts at a declared variable, sorted: what the result can depend on. A literal index counts as a
    /// member; a path stops where an index is computed or a macro ranges over it.
    /// </summary>
    public IReadOnlyList<CelPath> References { get; }

    /// <summary>The static type of a node of <see cref="Ast"/>.</summary>
    /// <param name="expr">The node.</param>
    public CelType TypeOf(CelExpr expr)
    {
        ArgumentNullException.ThrowIfNull(expr);
        return _tree.Types[expr.Id];
    }

    /// <summary>The declared variable that a node names; null if it names none.</summary>
    /// <param name="expr">An identifier or a dotted name.</param>
    public string? VariableOf(CelExpr expr)
    {
        ArgumentNullException.ThrowIfNull(expr);
        return (_tree.Resolutions[expr.Id] as VariableResolution)?.Name;
    }

    /// <summary>
    /// True if <see cref="Evaluate(CelActivation)"/> runs a delegate. A condition gets one soon after it came into use, or by
    /// <see cref="Prepare"/>; the answers are the same without.
    /// </summary>
    public bool IsPrepared => _condition is { IsCompiled: true };

    /// <summary>Compiles a condition to a delegate now, instead of in the background once it is in use. Other expressions have none.</summary>
    public void Prepare() => _condition?.Compile();

    /// <summary>Evaluates. Never throws: a failure is an error value.</summary>
    /// <param name="activation">The values of the variables, made by the same environment.</param>
    /// <exception cref="ArgumentException">The activation belongs to another environment.</exception>
    public CelValue Evaluate(CelActivation activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        activation.Begin(Environment, _tree.LocalCount);
        if (_condition is not null)
        {
            var truth = _condition.Test(activation);
            if (truth != Truth.Other && !activation.IsExhausted)
                return CelValue.From(truth == Truth.True);
            activation.Begin(Environment, _tree.LocalCount);
        }

        var result = _node.Evaluate(activation);

        // A rule could absorb the limit error with ||; an exhausted evaluation has no other result.
        return activation.IsExhausted ? CelActivation.OutOfSteps : result;
    }

    /// <summary>Evaluates one node of <see cref="Ast"/> that stands outside every macro, for explanations.</summary>
    /// <param name="expr">The node.</param>
    /// <param name="activation">The values of the variables.</param>
    public CelValue Evaluate(CelExpr expr, CelActivation activation)
    {
        ArgumentNullException.ThrowIfNull(expr);
        ArgumentNullException.ThrowIfNull(activation);
        activation.Begin(Environment, _tree.LocalCount);
        var result = new Compiler(_tree, new CostEstimate(_tree, Environment.Options)).Compile(expr).Evaluate(activation);
        return activation.IsExhausted ? CelActivation.OutOfSteps : result;
    }

    /// <summary>The source text.</summary>
    public override string ToString() => Source;
}
