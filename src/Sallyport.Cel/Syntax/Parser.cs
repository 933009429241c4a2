using System.Collections.Immutable;

namespace Sallyport.Cel.Syntax;

/// <summary>Recursive descent over tokens, one method per precedence level (language definition, "Syntax").</summary>
internal sealed partial class Parser
{
    private readonly List<Token> _tokens;
    private readonly int _maxDepth;
    private readonly bool _hasBlocks;
    private int _at;
    private int _nextId;
    private int _recursion;

    private Parser(List<Token> tokens, CelOptions options)
    {
        _tokens = tokens;
        _maxDepth = options.MaxDepth;
        _hasBlocks = options.HasBlocks;
    }

    private Token Current => _tokens[_at];

    /// <summary>The tree and the number of its nodes, or the issue that stopped the parser.</summary>
    internal static (CelExpr? Tree, int NodeCount, CelIssue? Issue) Parse(string source, CelOptions options)
    {
        if (source.Length > options.MaxSourceLength)
            return (null, 0, SourceText.IssueAt("", 0, $"the expression is longer than {options.MaxSourceLength} characters"));
        try
        {
            var parser = new Parser(Lexer.Tokenize(source), options);
            var tree = parser.Expression();
            if (parser.Current.Kind != TokenKind.End)
                throw parser.Unexpected();
            return (tree, parser._nextId, null);
        }
        catch (SyntaxError error)
        {
            return (null, 0, SourceText.IssueAt(source, error.Offset, error.Message, error.Suggestion));
        }
    }

    private CelExpr Expression()
    {
        if (++_recursion > _maxDepth)
            throw TooDeep(Current.Span.Start);
        var condition = Logical(CelBinaryOperator.Or);
        if (Take(TokenKind.Question))
        {
            var then = Logical(CelBinaryOperator.Or);
            Expect(TokenKind.Colon, "':' of the conditional");
            var otherwise = Expression();
            var depth = DepthAbove(condition, then, otherwise);
            condition = new CelConditional(_nextId++, condition.Span.Through(otherwise.Span), condition, then, otherwise) { Depth = depth };
        }

        _recursion--;
        return condition;
    }

    /// <summary>A chain of one logical operator becomes a balanced tree, so a rule with hundreds of terms stays shallow.</summary>
    private CelExpr Logical(CelBinaryOperator op)
    {
        var isOr = op == CelBinaryOperator.Or;
        var first = isOr ? Logical(CelBinaryOperator.And) : Relation();
        var token = isOr ? TokenKind.Or : TokenKind.And;
        if (Current.Kind != token)
            return first;
        var terms = new List<CelExpr> { first };
        while (Take(token))
            terms.Add(isOr ? Logical(CelBinaryOperator.And) : Relation());
        return Balance(op, terms, 0, terms.Count);
    }

    private CelExpr Balance(CelBinaryOperator op, List<CelExpr> terms, int from, int to)
    {
        if (to - from == 1)
            return terms[from];
        var middle = (from + to + 1) / 2;
        return Binary(op, Balance(op, terms, from, middle), Balance(op, terms, middle, to));
    }

    private CelExpr Relation()
    {
        var left = Sum();
        while (RelationOperator(Current) is { } op)
        {
            _at++;
            left = Binary(op, left, Sum());
        }

        return left;
    }

    private static CelBinaryOperator? RelationOperator(Token token) => token.Kind switch
    {
        TokenKind.Equal => CelBinaryOperator.Equal,
        TokenKind.NotEqual => CelBinaryOperator.NotEqual,
        TokenKind.Less => CelBinaryOperator.Less,
        TokenKind.LessOrEqual => CelBinaryOperator.LessOrEqual,
        TokenKind.Greater => CelBinaryOperator.Greater,
        TokenKind.GreaterOrEqual => CelBinaryOperator.GreaterOrEqual,
        TokenKind.Identifier when token.Text == "in" => CelBinaryOperator.In,
        _ => null,
    };

    private CelExpr Sum()
    {
        var left = Product();
        while (Current.Kind is TokenKind.Plus or TokenKind.Minus)
        {
            var op = Current.Kind == TokenKind.Plus ? CelBinaryOperator.Add : CelBinaryOperator.Subtract;
            _at++;
            left = Binary(op, left, Product());
        }

        return left;
    }

    private CelExpr Product()
    {
        var left = Unary();
        while (Current.Kind is TokenKind.Times or TokenKind.Divide or TokenKind.Modulo)
        {
            var op = Current.Kind switch
            {
                TokenKind.Times => CelBinaryOperator.Multiply,
                TokenKind.Divide => CelBinaryOperator.Divide,
                _ => CelBinaryOperator.Modulo,
            };
            _at++;
            left = Binary(op, left, Unary());
        }

        return left;
    }

    private CelExpr Unary()
    {
        if (Current.Kind is not (TokenKind.Not or TokenKind.Minus))
            return Member();
        var kind = Current.Kind;
        if (kind == TokenKind.Minus && IsNumber(_tokens[_at + 1]))
            return Member();

        // A run of the same sign cancels in pairs only after type checking, so every sign is kept.
        var start = Current.Span;
        if (++_recursion > _maxDepth)
            throw TooDeep(start.Start);
        _at++;
        var operand = Unary();
        _recursion--;
        var op = kind == TokenKind.Not ? CelUnaryOperator.Not : CelUnaryOperator.Negate;
        return new CelUnary(_nextId++, start.Through(operand.Span), op, operand) { Depth = DepthAbove(operand) };
    }

    private static bool IsNumber(Token token) =>
        token.Kind == TokenKind.Literal && (token.Magnitude is not null || token.Value.Kind is CelValueKind.Double);

    private CelBinary Binary(CelBinaryOperator op, CelExpr left, CelExpr right) =>
        new(_nextId++, left.Span.Through(right.Span), op, left, right) { Depth = DepthAbove(left, right) };

    private int DepthAbove(params ReadOnlySpan<CelExpr?> children)
    {
        var depth = 0;
        var at = 0;
        foreach (var child in children)
        {
            depth = Math.Max(depth, child?.Depth ?? 0);
            at = child?.Span.Start ?? at;
        }

        return depth < _maxDepth ? depth + 1 : throw TooDeep(at);
    }

    private int DepthAbove(CelExpr? first, ImmutableArray<CelExpr> others)
    {
        var depth = DepthAbove(first);
        foreach (var other in others)
            depth = Math.Max(depth, DepthAbove(other));
        return depth;
    }

    private SyntaxError TooDeep(int offset) => new(offset, $"the expression nests deeper than {_maxDepth} levels");

    private bool Take(TokenKind kind)
    {
        if (Current.Kind != kind)
            return false;
        _at++;
        return true;
    }

    private Token Expect(TokenKind kind, string what)
    {
        var token = Current;
        if (token.Kind != kind)
            throw new SyntaxError(token.Span.Start, $"expected {what}, found {Describe(token)}");
        _at++;
        return token;
    }

    private static string Describe(Token token) => token.Kind == TokenKind.End ? token.Text : $"'{token.Text}'";

    private SyntaxError Unexpected() => Current.Kind switch
    {
        TokenKind.Identifier when Current.Text is "and" or "AND" => new(Current.Span.Start, $"unexpected '{Current.Text}'", "&&"),
        TokenKind.Identifier when Current.Text is "or" or "OR" => new(Current.Span.Start, $"unexpected '{Current.Text}'", "||"),
        _ => new(Current.Span.Start, $"unexpected {Describe(Current)}"),
    };
}
