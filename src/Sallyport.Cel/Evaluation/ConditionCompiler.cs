using System.Linq.Expressions;
using System.Reflection;
using Sallyport.Cel.Checking;
using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Evaluation;

/// <summary>
/// A checked condition to a delegate over typed slots. Logic becomes jumps, declared members become array elements whose kind is tested
/// once, and scalars are compared as what they are: nothing is copied and nothing allocated.
/// <code>
///   args.amount &lt;= 5000 &amp;&amp; facts.x &gt; 90      fields0 = members of args, or null if it has another shape
///                                              kind of fields0[2] is int?   ── no ──▶ ask the node of this comparison
///                                              fields0[2] &lt;= 5000?          ── no ──▶ false
///                                              …
/// </code>
/// The nodes stay the reference. What is outside the fragment, and every value of an unexpected kind, is put to the node of the smallest
/// condition around it, so an answer of the delegate is that of <see cref="Node.Test"/>, charged the same steps.
/// </summary>
internal sealed partial class ConditionCompiler
{
    private const BindingFlags Internal = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly ParameterExpression Activation = Expression.Parameter(typeof(CelActivation), "activation");
    private static readonly MethodInfo NodeTest = typeof(Node).GetMethod(nameof(Node.Test), Internal)!;
    private static readonly MethodInfo ChargeSteps = typeof(CelActivation).GetMethod(nameof(CelActivation.Charge), Internal)!;
    private static readonly MethodInfo ChargeText = typeof(CelActivation).GetMethod(nameof(CelActivation.ChargeBytes), Internal)!;

    private readonly CheckedTree _tree;
    private readonly CostEstimate _costs;
    private readonly Compiler _nodes;
    private readonly List<ParameterExpression> _variables = [];
    private readonly List<Expression> _prologue = [];
    private readonly List<Expression> _code = [];

    /// <summary>What runs rarely, written behind everything that runs always.</summary>
    private readonly List<Action> _rare = [];

    private readonly ParameterExpression _truth;

    private ConditionCompiler(CheckedTree tree, CostEstimate costs)
    {
        _tree = tree;
        _costs = costs;
        _nodes = new Compiler(tree, costs);
        _truth = Variable(typeof(Truth), "truth");
    }

    /// <summary>Where to go on with each answer.</summary>
    private readonly record struct Exits(LabelTarget True, LabelTarget False, LabelTarget Other);

    internal static Func<CelActivation, Truth> Compile(CelExpr condition, CheckedTree tree, CostEstimate costs) =>
        new ConditionCompiler(tree, costs).Write(condition);

    private Func<CelActivation, Truth> Write(CelExpr condition)
    {
        var exits = new Exits(Expression.Label(), Expression.Label(), Expression.Label());
        var end = Expression.Label(typeof(Truth));
        Branch(condition, exits);
        foreach (var write in _rare)
            write();
        Mark(exits.True);
        _code.Add(Expression.Return(end, Expression.Constant(Truth.True)));
        Mark(exits.False);
        _code.Add(Expression.Return(end, Expression.Constant(Truth.False)));
        Mark(exits.Other);
        _code.Add(Expression.Label(end, Expression.Constant(Truth.Other)));
        var body = Expression.Block(_variables, [.. _prologue, .. _code]);
        return Expression.Lambda<Func<CelActivation, Truth>>(body, Activation).Compile();
    }

    private void Branch(CelExpr expr, Exits exits)
    {
        switch (expr)
        {
            case CelLiteral { Value.Kind: CelValueKind.Bool } literal:
                Jump(literal.Value.IsTrue ? exits.True : exits.False);
                break;
            case CelUnary { Operator: CelUnaryOperator.Not } not:
                Branch(not.Operand, exits with { True = exits.False, False = exits.True });
                break;
            case CelBinary { Operator: CelBinaryOperator.And or CelBinaryOperator.Or } logic:
                Logic(logic, exits);
                break;
            case CelConditional conditional:
                Conditional(conditional, exits);
                break;
            case CelComprehension { Kind: CelMacro.All or CelMacro.Exists, SecondVariable: null } quantifier
                when PlaceOf(quantifier.Range) is { } range:
                Quantifier(quantifier, range, exits);
                break;
            default:
                Leaf(expr, exits);
                break;
        }
    }

    /// <summary>An operand that neither decides nor fails leads to the next one; a failed one can still be overruled by it.</summary>
    private void Logic(CelBinary logic, Exits exits)
    {
        var isOr = logic.Operator == CelBinaryOperator.Or;
        var next = Expression.Label();
        var failed = Expression.Label();
        Branch(logic.Left, isOr ? new(exits.True, next, failed) : new(next, exits.False, failed));
        Mark(next);
        Branch(logic.Right, exits);
        _rare.Add(() =>
        {
            Mark(failed);
            var decisive = isOr ? Truth.True : Truth.False;
            JumpIf(Expression.Equal(Ask(logic.Right), Expression.Constant(decisive)), isOr ? exits.True : exits.False);
            Jump(exits.Other);
        });
    }

    private void Conditional(CelConditional conditional, Exits exits)
    {
        var then = Expression.Label();
        var otherwise = Expression.Label();
        Branch(conditional.Condition, new(then, otherwise, exits.Other));
        Mark(then);
        Branch(conditional.Then, exits);
        Mark(otherwise);
        Branch(conditional.Else, exits);
    }

    /// <summary><c>all</c> and <c>exists</c> as a loop, charged as <see cref="QuantifierNode"/> charges it.</summary>
    private void Quantifier(CelComprehension quantifier, Place range, Exits exits)
    {
        var isExists = quantifier.Kind == CelMacro.Exists;
        var (head, end, failed, slow) = (Expression.Label(), Expression.Label(), Expression.Label(), Expression.Label());
        var elements = Variable(typeof(CelValue[]), "elements");
        var index = Variable(typeof(int), "index");
        var anyFailed = Variable(typeof(bool), "anyFailed");
        JumpIf(Expression.Not(range.Is(CelValueKind.List)), slow);
        _code.Add(Expression.Assign(elements, Expression.Property(range.Raw(nameof(CelValue.RawList)), ElementsProperty)));
        _code.Add(Expression.Assign(index, Expression.Constant(-1)));
        _code.Add(Expression.Assign(anyFailed, Expression.Constant(false)));
        Mark(head);
        _code.Add(Expression.PreIncrementAssign(index));
        JumpIf(Expression.GreaterThanOrEqual(index, Expression.ArrayLength(elements)), end);
        JumpIf(Expression.Not(Expression.Call(Activation, ChargeSteps, Expression.Constant(_costs.OfRound(quantifier)))), exits.Other);
        var local = Expression.Constant(((LocalResolution)_tree.Resolutions[quantifier.Id]!).Index);
        _code.Add(Expression.Assign(Expression.ArrayAccess(Locals(), local), Expression.ArrayIndex(elements, index)));
        Branch(quantifier.Body, isExists ? new(exits.True, head, failed) : new(head, exits.False, failed));
        Mark(end);
        JumpIf(anyFailed, exits.Other);
        Jump(isExists ? exits.False : exits.True);
        _rare.Add(() =>
        {
            Mark(failed);
            _code.Add(Expression.Assign(anyFailed, Expression.Constant(true)));
            Jump(head);
            Mark(slow);
            Dispatch(Ask(quantifier), exits);
        });
    }

    /// <summary>A condition without logic: tested on the spot where its operands have the declared kinds, else by its node.</summary>
    private void Leaf(CelExpr expr, Exits exits)
    {
        if (Test(expr) is not var (guard, holds))
        {
            Dispatch(Ask(expr), exits);
            return;
        }

        var slow = Expression.Label();
        JumpIf(Expression.Not(guard), slow);
        JumpIf(holds, exits.True);
        Jump(exits.False);
        _rare.Add(() =>
        {
            Mark(slow);
            Dispatch(Ask(expr), exits);
        });
    }

    private MethodCallExpression Ask(CelExpr expr) =>
        Expression.Call(Expression.Constant(_nodes.Compile(expr), typeof(Node)), NodeTest, Activation);

    private void Dispatch(Expression truth, Exits exits)
    {
        _code.Add(Expression.Assign(_truth, truth));
        JumpIf(Expression.Equal(_truth, Expression.Constant(Truth.True)), exits.True);
        JumpIf(Expression.Equal(_truth, Expression.Constant(Truth.False)), exits.False);
        Jump(exits.Other);
    }

    private void Mark(LabelTarget label) => _code.Add(Expression.Label(label));

    private void Jump(LabelTarget label) => _code.Add(Expression.Goto(label));

    private void JumpIf(Expression condition, LabelTarget label) => _code.Add(Expression.IfThen(condition, Expression.Goto(label)));

    private ParameterExpression Variable(Type type, string name)
    {
        var variable = Expression.Variable(type, name);
        _variables.Add(variable);
        return variable;
    }
}
