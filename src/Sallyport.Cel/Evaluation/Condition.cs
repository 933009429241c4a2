using System.Runtime.CompilerServices;
using Sallyport.Cel.Checking;
using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Evaluation;

/// <summary>
/// A condition that begins as nodes and becomes a delegate when it proves to be in use. Both give the same answers.
/// </summary>
/// <remarks>
/// Writing the delegate takes about a millisecond, most of it in the just-in-time compiler, where parsing and checking the rule took a
/// twentieth of that. Paid when a bundle of hundreds of rules is loaded, it would be most of the loading time, for rules that may never
/// run; paid by the call that reaches the threshold, it would be a pause in somebody's decision. So it is paid once, later, on a pool thread.
/// </remarks>
internal sealed class Condition
{
    private const int Threshold = 100;

    /// <summary>A larger condition stays with its nodes: the just-in-time compiler slows down more than it would gain.</summary>
    private const int MaxNodes = 2_000;

    private readonly CelExpr _expr;
    private readonly Node _node;
    private readonly CheckedTree _tree;
    private readonly CelOptions _options;
    private Func<CelActivation, Truth>? _delegate;
    private int _evaluations;

    internal Condition(CelExpr expr, Node node, CheckedTree tree, CelOptions options)
    {
        _expr = expr;
        _node = node;
        _tree = tree;
        _options = options;

        // Without a just-in-time compiler the runtime would interpret the delegate, which is slower than the nodes.
        if (!RuntimeFeature.IsDynamicCodeCompiled || tree.Types.Length > MaxNodes)
            _evaluations = int.MinValue;
    }

    internal bool IsCompiled => Volatile.Read(ref _delegate) is not null;

    internal Truth Test(CelActivation activation)
    {
        if (Volatile.Read(ref _delegate) is { } compiled)
            return compiled(activation);

        // Lost counts under contention only delay the switch; negative counts never reach it.
        if (_evaluations is >= 0 and < Threshold && Interlocked.Increment(ref _evaluations) == Threshold)
            ThreadPool.UnsafeQueueUserWorkItem(static condition => condition.CompileInBackground(), this, preferLocal: false);
        return _node.Test(activation);
    }

    /// <summary>Writes the delegate now.</summary>
    internal void Compile()
    {
        if (_evaluations < 0 || IsCompiled)
            return;
        Volatile.Write(ref _delegate, ConditionCompiler.Compile(_expr, _tree, new CostEstimate(_tree, _options)));
    }

    /// <summary>
    /// A fault of the writer must not end the process, as one on a pool thread would: the nodes give the same answers. Tests compile by
    /// <see cref="CelProgram.Prepare"/>, which lets it through.
    /// </summary>
    private void CompileInBackground()
    {
        try
        {
            Compile();
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or NotSupportedException or InvalidProgramException)
        {
            Volatile.Write(ref _evaluations, int.MinValue);
        }
    }
}
