using System.Collections.Immutable;

namespace Sallyport.Cel.Syntax;

/// <summary>Primary expressions and what follows them: members, indexes, calls.</summary>
internal sealed partial class Parser
{
    private CelExpr Member()
    {
        var operand = Primary();
        while (true)
        {
            if (Take(TokenKind.Dot))
                operand = Selection(operand);
            else if (Take(TokenKind.OpenBracket))
                operand = Index(operand);
            else if (Current.Kind == TokenKind.OpenBrace && QualifiedName(operand) is { } name)
                operand = Message(operand, name);
            else
                return operand;
        }
    }

    private CelExpr Selection(CelExpr operand)
    {
        var isOptional = Take(TokenKind.Question);
        var name = Current;
        if (name.Kind == TokenKind.QuotedIdentifier)
            _at++;
        else
            Expect(TokenKind.Identifier, "a member name after '.'");
        if (name.Kind == TokenKind.Identifier && Names.IsKeyword(name.Text))
            throw new SyntaxError(name.Span.Start, $"'{name.Text}' cannot be a member name here", $"['{name.Text}']");
        if (!isOptional && name.Kind == TokenKind.Identifier && Take(TokenKind.OpenParenthesis))
            return Call(operand, name);
        return new CelSelect(_nextId++, operand.Span.Through(name.Span), operand, name.Text, name.Span, isOptional)
        {
            Depth = DepthAbove(operand),
        };
    }

    private CelIndex Index(CelExpr operand)
    {
        var isOptional = Take(TokenKind.Question);
        var index = Expression();
        var close = Expect(TokenKind.CloseBracket, "']'");
        return new(_nextId++, operand.Span.Through(close.Span), operand, index, isOptional) { Depth = DepthAbove(operand, index) };
    }

    private CelExpr Call(CelExpr? target, Token name, bool isAbsolute = false)
    {
        var arguments = ImmutableArray.CreateBuilder<CelExpr>();
        if (Current.Kind != TokenKind.CloseParenthesis)
        {
            do
                arguments.Add(Expression());
            while (Take(TokenKind.Comma));
        }

        var close = Expect(TokenKind.CloseParenthesis, "')' or ','");
        var call = new CelCall(
            _nextId++, (target?.Span ?? name.Span).Through(close.Span), name.Text, name.Span, target, arguments.ToImmutable())
        {
            Depth = DepthAbove(target, arguments.ToImmutable()),
            IsAbsolute = isAbsolute,
        };
        var block = _hasBlocks ? BlockMacros.Expand(call, ref _nextId) : null;
        if (block?.Depth > _maxDepth)
            throw TooDeep(block.Span.Start);
        return block ?? Macros.Expand(call) ?? call;
    }

    private CelExpr Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Literal or TokenKind.Minus:
                return Literal();
            case TokenKind.Identifier:
                _at++;
                return Identifier(token, token.Span, isAbsolute: false);
            case TokenKind.Dot:
                _at++;
                var name = Expect(TokenKind.Identifier, "a name after '.'");
                return Identifier(name, token.Span.Through(name.Span), isAbsolute: true);
            case TokenKind.OpenParenthesis:
                _at++;
                var inner = Expression();
                Expect(TokenKind.CloseParenthesis, "')'");
                return inner;
            case TokenKind.OpenBracket:
                return List();
            case TokenKind.OpenBrace:
                return Map();
            default:
                throw token.Kind == TokenKind.End ? new SyntaxError(token.Span.Start, "the expression is incomplete") : Unexpected();
        }
    }

    private CelExpr Identifier(Token name, CelSpan span, bool isAbsolute)
    {
        if (Names.IsKeyword(name.Text))
            throw new SyntaxError(name.Span.Start, $"unexpected '{name.Text}'");
        if (Names.IsReserved(name.Text))
            throw new SyntaxError(name.Span.Start, $"'{name.Text}' is a reserved word and cannot be a name");
        if (Take(TokenKind.OpenParenthesis))
            return Call(null, name, isAbsolute);
        return new CelIdentifier(_nextId++, span, name.Text, isAbsolute);
    }

    /// <summary>A literal; a minus before a number belongs to it, or the smallest int could not be written.</summary>
    private CelLiteral Literal()
    {
        var start = Current.Span;
        var isNegative = Take(TokenKind.Minus);
        var token = Current;
        _at++;
        var value = token.Value;
        if (token.Magnitude is { } magnitude)
        {
            if (magnitude > (isNegative ? 1UL << 63 : long.MaxValue))
                throw new SyntaxError(start.Start, $"integer literal out of range: {(isNegative ? "-" : "")}{token.Text}");
            value = CelValue.From(isNegative ? (long)(0 - magnitude) : (long)magnitude);
        }
        else if (isNegative)
        {
            value = CelValue.From(-token.Value.RawDouble);
        }

        var exact = value.Kind == CelValueKind.Double ? (isNegative ? "-" : "") + token.Text : null;
        return new(_nextId++, start.Through(token.Span), value) { ExactText = exact };
    }

    private CelListLiteral List()
    {
        var open = Expect(TokenKind.OpenBracket, "'['");
        var elements = ImmutableArray.CreateBuilder<CelElement>();
        var depth = 1;
        while (Current.Kind != TokenKind.CloseBracket)
        {
            var isOptional = Take(TokenKind.Question);
            var value = Expression();
            depth = Math.Max(depth, DepthAbove(value));
            elements.Add(new(value, isOptional));
            if (!Take(TokenKind.Comma))
                break;
        }

        var close = Expect(TokenKind.CloseBracket, "']' or ','");
        return new(_nextId++, open.Span.Through(close.Span), elements.ToImmutable()) { Depth = depth };
    }

    private CelMapLiteral Map()
    {
        var open = Expect(TokenKind.OpenBrace, "'{'");
        var entries = ImmutableArray.CreateBuilder<CelEntry>();
        var depth = 1;
        while (Current.Kind != TokenKind.CloseBrace)
        {
            var isOptional = Take(TokenKind.Question);
            var key = Expression();
            Expect(TokenKind.Colon, "':' after the key");
            var value = Expression();
            depth = Math.Max(depth, DepthAbove(key, value));
            entries.Add(new(key, value, isOptional));
            if (!Take(TokenKind.Comma))
                break;
        }

        var close = Expect(TokenKind.CloseBrace, "'}' or ','");
        return new(_nextId++, open.Span.Through(close.Span), entries.ToImmutable()) { Depth = depth };
    }

    private CelMessageLiteral Message(CelExpr operand, string name)
    {
        Expect(TokenKind.OpenBrace, "'{'");
        while (Current.Kind != TokenKind.CloseBrace)
        {
            Take(TokenKind.Question);
            if (!Take(TokenKind.QuotedIdentifier))
                Expect(TokenKind.Identifier, "a field name");
            Expect(TokenKind.Colon, "':' after the field name");
            Expression();
            if (!Take(TokenKind.Comma))
                break;
        }

        var close = Expect(TokenKind.CloseBrace, "'}' or ','");
        return new(_nextId++, operand.Span.Through(close.Span), name);
    }

    private static string? QualifiedName(CelExpr expr) => expr switch
    {
        CelIdentifier identifier => identifier.Name,
        CelSelect { IsOptional: false } select when QualifiedName(select.Operand) is { } prefix => $"{prefix}.{select.Field}",
        _ => null,
    };
}
