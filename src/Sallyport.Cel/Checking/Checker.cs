using Sallyport.Cel.Functions;
using Sallyport.Cel.Syntax;

namespace Sallyport.Cel.Checking;

/// <summary>Resolves names and infers types, bottom up. What failed has type Error, which fits everywhere: one message per mistake.</summary>
internal sealed partial class Checker
{
    private const int MaxIssues = 20;

    private readonly Declarations _declarations;
    private readonly string _source;
    private readonly TypeInference _inference = new();
    private readonly List<(string Name, CelType Type)> _locals = [];
    private readonly CheckedTree _tree;
    private readonly bool _hasDecimals;

    private Checker(Declarations declarations, string source, int nodeCount)
    {
        _declarations = declarations;
        _source = source;
        _tree = new CheckedTree(nodeCount);

        // Decimals are our addition. Where none can occur, `1 + x` with a dyn x is an int, as the specification deduces.
        _hasDecimals = declarations.HasDecimals || source.Contains("decimal", StringComparison.Ordinal);
    }

    private List<CelIssue> Issues { get; } = [];

    internal static (CheckedTree Tree, IReadOnlyList<CelIssue> Issues) Check(
        Declarations declarations, string source, CelExpr root, int nodeCount)
    {
        var checker = new Checker(declarations, source, nodeCount);
        checker.TypeOf(root);
        var types = checker._tree.Types;
        for (var i = 0; i < types.Length; i++)
            types[i] = types[i] is { } type ? checker._inference.Finish(type) : CelType.Dyn;
        return (checker._tree, checker.Issues);
    }

    private CelType TypeOf(CelExpr expr)
    {
        var type = expr switch
        {
            CelLiteral literal => Values.ValueText.TypeOf(literal.Value),
            CelIdentifier identifier => Identifier(identifier),
            CelSelect select => Select(select),
            CelPresence presence => Presence(presence),
            CelIndex index => Index(index),
            CelUnary unary => Resolve(
                unary.Operator == CelUnaryOperator.Not ? Operators.Not : Operators.Negate, unary.Span, [TypeOf(unary.Operand)]),
            CelBinary binary => Binary(binary),
            CelConditional conditional => Conditional(conditional),
            CelCall call => Call(call),
            CelListLiteral list => List(list),
            CelMapLiteral map => Map(map),
            CelComprehension comprehension => Comprehension(comprehension),
            CelBind bind => Bind(bind),
            CelOptionalMap optionalMap => OptionalMap(optionalMap),
            CelMessageLiteral message =>
                Fail(message.Span, $"'{message.TypeName}{{…}}' builds a message; expressions here work on JSON data only"),
            _ => throw new InvalidOperationException($"No rule for {expr.GetType().Name}."),
        };
        _tree.Types[expr.Id] = type;
        return type;
    }

    private CelType Fail(CelSpan span, string message, string? suggestion = null)
    {
        if (Issues.Count < MaxIssues)
            Issues.Add(SourceText.IssueAt(_source, span.Start, message, suggestion));
        return CelType.Error;
    }

    private string Show(CelType type) => _inference.Substitute(type, unknownToDyn: true).ToString();

    private string Show(ReadOnlySpan<CelType> types)
    {
        var texts = new string[types.Length];
        for (var i = 0; i < types.Length; i++)
            texts[i] = Show(types[i]);
        return string.Join(", ", texts);
    }

    private CelType Binary(CelBinary binary)
    {
        var left = TypeOf(binary.Left);
        var right = TypeOf(binary.Right);
        left = Exactly(binary.Left, left, right);
        right = Exactly(binary.Right, right, left);
        return Resolve(Operators.Of(binary.Operator), binary.Span, [left, right]);
    }

    private CelType Conditional(CelConditional conditional)
    {
        var condition = TypeOf(conditional.Condition);
        var then = TypeOf(conditional.Then);
        var otherwise = TypeOf(conditional.Else);
        then = Exactly(conditional.Then, then, otherwise);
        otherwise = Exactly(conditional.Else, otherwise, then);
        return Resolve(Operators.Conditional, conditional.Span, [condition, then, otherwise]);
    }

    /// <summary>A fractional literal beside a decimal, or in a list beside one, is the decimal as written: no double comes between.</summary>
    private CelType Exactly(CelExpr expr, CelType type, CelType other)
    {
        if (TypeInference.WithoutNull(_inference.Resolve(other)).Kind != CelTypeKind.Decimal)
            return type;
        switch (expr)
        {
            case CelLiteral { ExactText: { } text } when Values.DecimalText.Parse(text) is not null:
                return _tree.Types[expr.Id] = CelType.Decimal;
            case CelListLiteral list when list.Elements.All(e => !e.IsOptional):
                CelType? element = null;
                foreach (var (value, _) in list.Elements)
                    element = _inference.Join(element, Exactly(value, _tree.Types[value.Id], other));
                return _tree.Types[expr.Id] = element is null ? type : CelType.List(element);
            default:
                return type;
        }
    }

    /// <summary>The result of the overloads that fit; dyn if several fit and disagree.</summary>
    private CelType Resolve(ReadOnlySpan<Overload> overloads, CelSpan span, ReadOnlySpan<CelType> arguments)
    {
        CelType? result = null;
        foreach (var overload in overloads)
        {
            if (!overload.TakesCount(arguments.Length) || (overload.IsOnDecimals && !_hasDecimals))
                continue;
            var fresh = new Dictionary<string, CelType>();
            var parameters = new CelType[arguments.Length];
            for (var i = 0; i < parameters.Length; i++)
                parameters[i] = _inference.Instantiate(overload.ParameterAt(i), fresh);
            if (!_inference.AreAssignable(arguments, parameters))
                continue;
            var type = _inference.Substitute(_inference.Instantiate(overload.Result, fresh), unknownToDyn: false);
            if (result is not null && !result.Equals(type))
                return CelType.Dyn;
            result = type;
            if (arguments.Length == 0 || !AnyDynamic(arguments))
                break;
        }

        return result ?? Fail(span, $"found no matching overload for '{overloads[0].Name}' applied to '({Show(arguments)})'");
    }

    /// <summary>Only a dynamic argument can fit several overloads; otherwise the first that fits is the one.</summary>
    private bool AnyDynamic(ReadOnlySpan<CelType> arguments)
    {
        foreach (var argument in arguments)
        {
            var type = _inference.Resolve(argument);
            if (type.IsDynamic || type.Kind == CelTypeKind.TypeParameter || type.Parameters.Any(p => _inference.Resolve(p).IsDynamic))
                return true;
        }

        return false;
    }

    private CelType List(CelListLiteral list)
    {
        CelType? element = null;
        foreach (var (value, isOptional) in list.Elements)
        {
            var type = TypeOf(value);
            element = _inference.Join(element, isOptional ? Unwrap(value, type) : type);
        }

        return CelType.List(element ?? _inference.Fresh("E"));
    }

    private CelType Map(CelMapLiteral map)
    {
        CelType? key = null;
        CelType? value = null;
        foreach (var entry in map.Entries)
        {
            var keyType = TypeOf(entry.Key);
            if (_inference.Resolve(keyType).Kind is not (CelTypeKind.Bool or CelTypeKind.Int or CelTypeKind.Uint or CelTypeKind.String
                or CelTypeKind.Dyn or CelTypeKind.Error or CelTypeKind.TypeParameter))
                Fail(entry.Key.Span, $"a map key is bool, int, uint or string, not {Show(keyType)}");
            var valueType = TypeOf(entry.Value);
            key = _inference.Join(key, keyType);
            value = _inference.Join(value, entry.IsOptional ? Unwrap(entry.Value, valueType) : valueType);
        }

        return CelType.Map(key ?? _inference.Fresh("K"), value ?? _inference.Fresh("V"));
    }

    private CelType Unwrap(CelExpr expr, CelType type)
    {
        var resolved = _inference.Resolve(type);
        if (resolved.Kind == CelTypeKind.Optional)
            return resolved.Parameters[0];
        return resolved.IsDynamic ? CelType.Dyn : Fail(expr.Span, $"expected an optional after '?', found {Show(type)}");
    }
}
