using System.Globalization;

namespace Sallyport.Cel.Syntax;

/// <summary>Source text to tokens (language definition, "Syntax").</summary>
internal sealed class Lexer(string source)
{
    private readonly string _source = source;
    private int _at;

    internal static List<Token> Tokenize(string source)
    {
        var lexer = new Lexer(source);
        var tokens = new List<Token>(source.Length / 3);
        do
            tokens.Add(lexer.Next());
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private char Peek(int ahead = 0) => _at + ahead < _source.Length ? _source[_at + ahead] : '\0';

    private Token Next()
    {
        SkipBlanks();
        var start = _at;
        if (_at >= _source.Length)
            return new(TokenKind.End, new(_at, _at), "end of expression");
        var c = Peek();
        if (StringLiteral.StartsAt(_source, _at))
        {
            var (value, end) = StringLiteral.Read(_source, _at);
            _at = end;
            return new(TokenKind.Literal, new(start, end), _source[start..end], value);
        }

        if (Names.IsStart(c))
            return Identifier();
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
            return Number();
        return c == '`' ? QuotedIdentifier() : Symbol();
    }

    private void SkipBlanks()
    {
        while (_at < _source.Length)
        {
            if (_source[_at] is ' ' or '\t' or '\n' or '\r' or '\f')
                _at++;
            else if (_source[_at] == '/' && Peek(1) == '/')
                _at = _source.AsSpan(_at).IndexOfAny('\n', '\r') is >= 0 and var length ? _at + length : _source.Length;
            else
                return;
        }
    }

    private Token Identifier()
    {
        var start = _at;
        while (Names.IsPart(Peek()))
            _at++;
        var text = _source[start.._at];
        var value = text switch
        {
            "true" => CelValue.True,
            "false" => CelValue.False,
            "null" => CelValue.Null,
            _ => default,
        };
        return new(value.IsError ? TokenKind.Identifier : TokenKind.Literal, new(start, _at), text, value);
    }

    private Token QuotedIdentifier()
    {
        var start = _at++;
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() is '_' or '.' or '-' or '/' or ' ')
            _at++;
        if (Peek() != '`')
            throw new SyntaxError(_at, "a quoted name may hold letters, digits, '_', '.', '-', '/' and blanks, and must end with '`'");
        _at++;
        if (_at - start < 3)
            throw new SyntaxError(start, "empty quoted name");
        return new(TokenKind.QuotedIdentifier, new(start, _at), _source[(start + 1)..(_at - 1)]);
    }

    private Token Number()
    {
        var start = _at;
        if (Peek() == '0' && Peek(1) is 'x' or 'X' && char.IsAsciiHexDigit(Peek(2)))
        {
            _at += 2;
            while (char.IsAsciiHexDigit(Peek()))
                _at++;
            return Integer(start, _source.AsSpan(start + 2, _at - start - 2), NumberStyles.AllowHexSpecifier);
        }

        SkipDigits();
        var isDouble = false;
        if (Peek() == '.' && char.IsAsciiDigit(Peek(1)))
        {
            isDouble = true;
            _at++;
            SkipDigits();
        }

        if (Peek() is 'e' or 'E' && (char.IsAsciiDigit(Peek(1)) || (Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)))))
        {
            isDouble = true;
            _at += 2;
            SkipDigits();
        }

        if (!isDouble)
            return Integer(start, _source.AsSpan(start, _at - start), NumberStyles.None);
        RequireEndOfNumber(start);
        var text = _source[start.._at];
        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(number))
            throw new SyntaxError(start, $"double literal out of range: {text}");
        return new(TokenKind.Literal, new(start, _at), text, CelValue.From(number));
    }

    private Token Integer(int start, ReadOnlySpan<char> digits, NumberStyles style)
    {
        var isUnsigned = Peek() is 'u' or 'U';
        if (!ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var magnitude))
            throw new SyntaxError(start, $"integer literal out of range: {_source[start.._at]}");
        if (isUnsigned)
            _at++;
        RequireEndOfNumber(start);
        var text = _source[start.._at];
        var span = new CelSpan(start, _at);
        return isUnsigned
            ? new(TokenKind.Literal, span, text, CelValue.From(magnitude))
            : new(TokenKind.Literal, span, text, default, magnitude);
    }

    private void RequireEndOfNumber(int start)
    {
        if (Names.IsPart(Peek()))
            throw new SyntaxError(start, $"malformed number: {_source[start..(_at + 1)]}");
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek()))
            _at++;
    }

    private Token Symbol()
    {
        var (kind, length) = (Peek(), Peek(1)) switch
        {
            ('&', '&') => (TokenKind.And, 2),
            ('|', '|') => (TokenKind.Or, 2),
            ('=', '=') => (TokenKind.Equal, 2),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            ('<', _) => (TokenKind.Less, 1),
            ('>', _) => (TokenKind.Greater, 1),
            ('!', _) => (TokenKind.Not, 1),
            ('-', _) => (TokenKind.Minus, 1),
            ('+', _) => (TokenKind.Plus, 1),
            ('*', _) => (TokenKind.Times, 1),
            ('/', _) => (TokenKind.Divide, 1),
            ('%', _) => (TokenKind.Modulo, 1),
            ('.', _) => (TokenKind.Dot, 1),
            (',', _) => (TokenKind.Comma, 1),
            (':', _) => (TokenKind.Colon, 1),
            ('?', _) => (TokenKind.Question, 1),
            ('(', _) => (TokenKind.OpenParenthesis, 1),
            (')', _) => (TokenKind.CloseParenthesis, 1),
            ('[', _) => (TokenKind.OpenBracket, 1),
            (']', _) => (TokenKind.CloseBracket, 1),
            ('{', _) => (TokenKind.OpenBrace, 1),
            ('}', _) => (TokenKind.CloseBrace, 1),
            _ => (TokenKind.End, 0),
        };
        if (length == 0)
            throw Unexpected();
        var span = new CelSpan(_at, _at + length);
        _at = span.End;
        return new(kind, span, _source[span.Start..span.End]);
    }

    private SyntaxError Unexpected() => Peek() switch
    {
        '=' => new(_at, "'=' does not compare", "=="),
        '&' => new(_at, "unexpected '&'", "&&"),
        '|' => new(_at, "unexpected '|'", "||"),
        var c when char.IsControl(c) || char.IsSurrogate(c) => new(_at, $"unexpected character U+{(int)c:X4}"),
        var c => new(_at, $"unexpected character '{c}'"),
    };
}
