using System.Globalization;
using System.Text;

namespace Sallyport.Cel.Syntax;

/// <summary>String and bytes literals: optional b and r prefixes, one or three quotes, escapes.</summary>
internal sealed class StringLiteral
{
    private readonly string _source;
    private readonly bool _isBytes;
    private readonly StringBuilder _text = new();
    private readonly List<byte> _octets = [];
    private int _at;

    private StringLiteral(string source, int at, bool isBytes)
    {
        _source = source;
        _at = at;
        _isBytes = isBytes;
    }

    internal static bool StartsAt(string source, int at)
    {
        for (var i = at; i < source.Length && i < at + 3; i++)
        {
            if (source[i] is '\'' or '"')
                return true;
            var isPrefix = source[i] is 'r' or 'R' || (i == at && source[i] is 'b' or 'B');
            if (!isPrefix || (i == at + 1 && source[at] is 'r' or 'R'))
                return false;
        }

        return false;
    }

    internal static (CelValue Value, int End) Read(string source, int start)
    {
        var at = start;
        var isBytes = source[at] is 'b' or 'B';
        if (isBytes)
            at++;
        var isRaw = source[at] is 'r' or 'R';
        if (isRaw)
            at++;
        var literal = new StringLiteral(source, at, isBytes);
        var value = literal.ReadBody(start, isRaw);
        return (value, literal._at);
    }

    private CelValue ReadBody(int start, bool isRaw)
    {
        var quote = _source[_at];
        var isTriple = _at + 2 < _source.Length && _source[_at + 1] == quote && _source[_at + 2] == quote;
        var quotes = isTriple ? 3 : 1;
        _at += quotes;
        while (!Closes(quote, quotes))
        {
            if (_at >= _source.Length || (!isTriple && _source[_at] is '\n' or '\r'))
                throw new SyntaxError(start, "this string does not end");
            if (_source[_at] == '\\' && !isRaw)
                Escape();
            else
                CodePoint();
        }

        _at += quotes;
        return _isBytes ? CelValue.OwnBytes([.. _octets]) : CelValue.From(_text.ToString());
    }

    private bool Closes(char quote, int quotes)
    {
        for (var i = 0; i < quotes; i++)
        {
            if (_at + i >= _source.Length || _source[_at + i] != quote)
                return false;
        }

        return true;
    }

    private void CodePoint()
    {
        if (!Rune.TryGetRuneAt(_source, _at, out var rune))
            throw new SyntaxError(_at, "the text is not valid Unicode");
        Emit(rune.Value);
        _at += rune.Utf16SequenceLength;
    }

    private void Emit(int codePoint)
    {
        if (!_isBytes)
        {
            _text.Append(new Rune(codePoint).ToString());
            return;
        }

        Span<byte> buffer = stackalloc byte[4];
        var length = new Rune(codePoint).EncodeToUtf8(buffer);
        _octets.AddRange(buffer[..length]);
    }

    private void Escape()
    {
        var start = _at++;
        var c = _at < _source.Length ? _source[_at] : throw new SyntaxError(start, "this string does not end");
        _at++;
        var simple = c switch
        {
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            '\\' or '?' or '"' or '\'' or '`' => c,
            _ => '\0',
        };
        if (simple != '\0')
            Emit(simple);
        else if (c is 'x' or 'X')
            Octet(Digits(start, 2, 16));
        else if (c is 'u' or 'U')
            Unicode(start, Digits(start, c == 'u' ? 4 : 8, 16));
        else if (c is >= '0' and <= '3')
            Octal(start);
        else
            throw new SyntaxError(start, $"unknown escape '\\{c}'");
    }

    private void Octal(int start)
    {
        _at--;
        Octet(Digits(start, 3, 8));
    }

    /// <summary>Hexadecimal and octal escapes are octets in bytes and code points in strings.</summary>
    private void Octet(int value)
    {
        if (_isBytes)
            _octets.Add((byte)value);
        else
            Emit(value);
    }

    private void Unicode(int start, int value)
    {
        if (_isBytes)
            throw new SyntaxError(start, "Unicode escapes are not allowed in bytes");

        // Other planes may be written as a surrogate pair.
        if (value is >= 0xD800 and <= 0xDBFF && _at + 1 < _source.Length && _source[_at] == '\\' && _source[_at + 1] == 'u')
        {
            _at += 2;
            var low = Digits(start, 4, 16);
            if (low is >= 0xDC00 and <= 0xDFFF)
                value = char.ConvertToUtf32((char)value, (char)low);
        }

        if (!Rune.IsValid(value))
            throw new SyntaxError(start, "not a Unicode code point");
        Emit(value);
    }

    private int Digits(int start, int count, int radix)
    {
        if (_at + count > _source.Length)
            throw new SyntaxError(start, "incomplete escape");
        uint value = 0;
        foreach (var c in _source.AsSpan(_at, count))
        {
            var digit = char.IsAsciiHexDigit(c) ? int.Parse([c], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : radix;
            if (digit >= radix)
                throw new SyntaxError(start, "malformed escape");
            value = (value * (uint)radix) + (uint)digit;
        }

        _at += count;
        return (int)value;
    }
}
