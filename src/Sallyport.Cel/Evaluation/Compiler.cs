using Sallyport.Cel.Checking;
using Sallyport.Cel.Syntax;
using Sallyport.Cel.Values;

namespace Sallyport.Cel.Evaluation;

/// <summary>A checked tree to nodes.</summary>
internal sealed class Compiler(CheckedTree tree, CostEstimate costs)
{
    internal Node Compile(CelExpr expr) => expr switch
    {
        CelLiteral literal => new ConstantNode(ValueOf(literal)),
        CelIdentifier identifier => Named(identifier.Id) ?? Unknown(identifier.Name),
        CelSelect select => Named(select.Id) ?? Select(select),
        CelPresence presence => new PresenceNode(Compile(presence.Operand), presence.Field),
        CelIndex index => new IndexNode(Compile(index.Operand), Compile(index.Index), index.IsOptional),
        CelUnary { Operator: CelUnaryOperator.Not } unary => new NotNode(Compile(unary.Operand)),
        CelUnary unary => new NegateNode(Compile(unary.Operand)),
        CelBinary binary => Binary(binary),
        CelConditional conditional =>
            new ConditionalNode(Compile(conditional.Condition), Compile(conditional.Then), Compile(conditional.Else)),
        CelCall call => Call(call),
        CelListLiteral list => Fold(
            new ListNode([.. list.Elements.Select(e => Compile(e.Value))], [.. list.Elements.Select(e => e.IsOptional)]),
            isConstant: list.Elements.All(e => e.Value is CelLiteral)),
        CelMapLiteral map => Fold(
            new MapNode([.. map.Entries.Select(e => (Compile(e.Key), Compile(e.Value), e.IsOptional))]),
            isConstant: map.Entries.All(e => e is { Key: CelLiteral, Value: CelLiteral })),
        CelComprehension comprehension => Comprehension(comprehension),
        CelBind bind => new BindNode(LocalOf(bind.Id), Compile(bind.Value), Compile(bind.Body)),
        CelOptionalMap map => new OptionalMapNode(LocalOf(map.Id), Compile(map.Target), Compile(map.Body), map.IsFlat),
        _ => new ConstantNode(CelValue.Error("this expression is not supported")),
    };

    private Node Select(CelSelect select)
    {
        var byName = new SelectNode(Compile(select.Operand), select.Field, select.IsOptional);
        return DeclaredPath.Find(tree, select) is (VariableResolution variable, var steps)
            ? new PathNode(variable.Slot, steps, byName)
            : byName;
    }

    private int LocalOf(int id) => ((LocalResolution)tree.Resolutions[id]!).Index;

    private Node? Named(int id) => tree.Resolutions[id] switch
    {
        VariableResolution variable => new SlotNode(variable.Slot),
        LocalResolution local => new LocalNode(local.Index),
        TypeResolution type => new ConstantNode(CelValue.Type(type.Type)),
        _ => null,
    };

    private static ConstantNode Unknown(string name) => new(CelValue.Error($"undeclared reference to '{name}'"));

    /// <summary>A literal collection is built once, not at every evaluation.</summary>
    private static Node Fold(Node node, bool isConstant) => isConstant ? new ConstantNode(node.Evaluate(CelActivation.Empty)) : node;

    private Node Binary(CelBinary binary)
    {
        var left = Compile(binary.Left);
        var right = Compile(binary.Right);
        return binary.Operator switch
        {
            CelBinaryOperator.Or => new LogicNode(left, right, deciding: true),
            CelBinaryOperator.And => new LogicNode(left, right, deciding: false),
            CelBinaryOperator.Equal => new EqualNode(left, right, equal: true),
            CelBinaryOperator.NotEqual => new EqualNode(left, right, equal: false),
            CelBinaryOperator.Less => new CompareNode(left, right, Order.Less),
            CelBinaryOperator.LessOrEqual => new CompareNode(left, right, Order.LessOrEqual),
            CelBinaryOperator.Greater => new CompareNode(left, right, Order.Greater),
            CelBinaryOperator.GreaterOrEqual => new CompareNode(left, right, Order.GreaterOrEqual),
            CelBinaryOperator.In => new InNode(left, right),
            CelBinaryOperator.Add or CelBinaryOperator.Subtract or CelBinaryOperator.Multiply or CelBinaryOperator.Divide
                or CelBinaryOperator.Modulo => new ArithmeticNode(binary.Operator, left, right),
        };
    }

    /// <summary>The literal's value; the checker has marked the fractional ones that mean exact decimals.</summary>
    private CelValue ValueOf(CelLiteral literal) =>
        literal.ExactText is { } text && tree.Types[literal.Id].Kind == CelTypeKind.Decimal
            ? CelValue.From(DecimalText.Parse(text)!.Value)
            : literal.Value;

    private Node Call(CelCall call)
    {
        var function = (FunctionResolution)tree.Resolutions[call.Id]!;
        var arguments = call.Arguments.Select(Compile);
        Node[] nodes = function.HasReceiver ? [Compile(call.Target!), .. arguments] : [.. arguments];
        if (function is { HasReceiver: true, Name: "or" or "orValue" } && nodes.Length == 2)
            return new OptionalOrNode(nodes[0], nodes[1], isFlat: function.Name == "or");
        return new CallNode(function.Name, [.. function.Overloads.Where(o => o.TakesCount(nodes.Length))], nodes);
    }

    private ComprehensionNode Comprehension(CelComprehension c)
    {
        var filter = c.Filter is null ? null : Compile(c.Filter);
        var shape = new ComprehensionShape(
            c.Kind, LocalOf(c.Id), c.SecondVariable is not null, Compile(c.Range), filter, Compile(c.Body), costs.OfRound(c));
        return c.Kind switch
        {
            CelMacro.All or CelMacro.Exists => new QuantifierNode(shape),
            CelMacro.ExistsOne => new ExistsOneNode(shape),
            CelMacro.Map or CelMacro.Filter or CelMacro.TransformList => new ListComprehensionNode(shape),
            CelMacro.TransformMap or CelMacro.TransformMapEntry => new MapComprehensionNode(shape),
            CelMacro.SortBy => new SortByNode(shape),
        };
    }
}
