namespace Sallyport.Cel.Syntax;

internal enum TokenKind
{
    End,
    Identifier,
    QuotedIdentifier,
    Literal,
    Dot,
    Comma,
    Colon,
    Question,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Not,
    Minus,
    Plus,
    Times,
    Divide,
    Modulo,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>A token. <paramref name="Magnitude"/> holds an integer literal before its sign is known.</summary>
internal readonly record struct Token(TokenKind Kind, CelSpan Span, string Text, CelValue Value = default, ulong? Magnitude = null);
