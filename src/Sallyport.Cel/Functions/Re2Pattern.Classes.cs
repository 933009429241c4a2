using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Sallyport.Cel.Functions;

/// <summary>Escapes and character classes.</summary>
internal sealed partial class Re2Pattern
{
    private static readonly FrozenDictionary<string, CodePointSet> PosixClasses = new Dictionary<string, CodePointSet>
    {
        ["alnum"] = CodePointSet.Of(('0', '9'), ('A', 'Z'), ('a', 'z')),
        ["alpha"] = CodePointSet.Of(('A', 'Z'), ('a', 'z')),
        ["ascii"] = CodePointSet.Of((0, 0x7F)),
        ["blank"] = CodePointSet.Of(('\t', '\t'), (' ', ' ')),
        ["cntrl"] = CodePointSet.Of((0, 0x1F), (0x7F, 0x7F)),
        ["digit"] = CodePointSet.Digits,
        ["graph"] = CodePointSet.Of(('!', '~')),
        ["lower"] = CodePointSet.Of(('a', 'z')),
        ["print"] = CodePointSet.Of((' ', '~')),
        ["punct"] = CodePointSet.Of(('!', '/'), (':', '@'), ('[', '`'), ('{', '~')),
        ["space"] = CodePointSet.Of(('\t', '\r'), (' ', ' ')),
        ["upper"] = CodePointSet.Of(('A', 'Z')),
        ["word"] = CodePointSet.WordCharacters,
        ["xdigit"] = CodePointSet.Of(('0', '9'), ('A', 'F'), ('a', 'f')),
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Categories = FrozenSet.Create(
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co");

    private bool _lastNegated;

    private void Escape()
    {
        _at++;
        if (IsAtEnd)
            throw new FormatException("the pattern ends with a backslash");
        switch (Current)
        {
            case 'A' or 'z':
                _out.Append('\\').Append(Current);
                _at++;
                break;
            case 'b' or 'B':
                _out.Append('\\').Append(Current);
                _at++;
                break;
            case 'Q':
                Quoted();
                break;
            default:
                if (TakePerlClass() is { } set)
                    Emit(set.ToPattern(negated: false));
                else
                    EmitLiteral(EscapedCodePoint());
                break;
        }
    }

    private void Quoted()
    {
        _at++;
        var end = _pattern.IndexOf("\\E", _at, StringComparison.Ordinal) is >= 0 and var found ? found : _pattern.Length;
        while (_at < end)
            EmitLiteral(TakeCodePoint());
        _at = Math.Min(end + 2, _pattern.Length);
    }

    /// <summary>Behind the backslash: \d, \pL and their like; null if it is a single character.</summary>
    private CodePointSet? TakePerlClass()
    {
        var result = new CodePointSet();
        switch (Current)
        {
            case 'd' or 'D':
                result.Add(CodePointSet.Digits, Current == 'D');
                break;
            case 's' or 'S':
                result.Add(CodePointSet.Blanks, Current == 'S');
                break;
            case 'w' or 'W':
                result.Add(CodePointSet.WordCharacters, Current == 'W');
                break;
            case 'p' or 'P':
                UnicodeCategory(result);
                return result;
            default:
                return null;
        }

        _at++;
        return result;
    }

    private void UnicodeCategory(CodePointSet result)
    {
        var negated = Current == 'P';
        _at++;
        var close = Current == '{' ? _pattern.IndexOf('}', _at) : _at;
        if (close < 0 || IsAtEnd)
            throw new FormatException("malformed Unicode category");
        var name = Current == '{' ? _pattern[(_at + 1)..close] : Current.ToString();
        if (name is ['^', ..])
            (name, negated) = (name[1..], !negated);
        if (!Categories.Contains(name))
            throw new FormatException($"unsupported Unicode category '{name}'");
        _at = close + 1;
        result.AddCategory(name, negated);
    }

    private int EscapedCodePoint()
    {
        var c = Current;
        _at++;
        switch (c)
        {
            case 'a':
                return '\a';
            case 'f':
                return '\f';
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 'v':
                return '\v';
            case 'x':
                return Hexadecimal();
            case >= '1' and <= '7' when Current is < '0' or > '7':
                throw new FormatException("back-references are not regular");
            case >= '0' and <= '7':
                return Octal(c);
            default:
                return char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) ? c : throw new FormatException($"unknown escape '\\{c}'");
        }
    }

    private int Octal(char first)
    {
        var value = first - '0';
        for (var i = 0; i < 2 && Current is >= '0' and <= '7'; i++)
            value = (value * 8) + (_pattern[_at++] - '0');
        return value;
    }

    private int Hexadecimal()
    {
        var isBraced = Current == '{';
        var end = isBraced ? _pattern.IndexOf('}', _at) : _at + 2;
        var start = isBraced ? _at + 1 : _at;
        if (end < start || end > _pattern.Length ||
            !int.TryParse(_pattern.AsSpan(start, end - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ||
            !Rune.IsValid(value))
            throw new FormatException("malformed hexadecimal escape");
        _at = isBraced ? end + 1 : end;
        return value;
    }

    private (CodePointSet Set, bool Negated) Class()
    {
        _at++;
        var set = new CodePointSet();
        _lastNegated = Current == '^';
        if (_lastNegated)
            _at++;
        for (var isFirst = true; isFirst || Current != ']'; isFirst = false)
        {
            if (IsAtEnd)
                throw new FormatException("missing ']'");
            if (TakePosixClass() is var (posix, negated))
                set.Add(posix, negated);
            else if (Current == '\\' && TakePerlClassAfterBackslash() is { } perl)
                set.Add(perl, negated: false);
            else
                Range(set);
        }

        _at++;
        return (set, _lastNegated);
    }

    private CodePointSet? TakePerlClassAfterBackslash()
    {
        _at++;
        var set = TakePerlClass();
        if (set is null)
            _at--;
        return set;
    }

    private (CodePointSet Set, bool Negated)? TakePosixClass()
    {
        if (!_pattern.AsSpan(_at).StartsWith("[:") || _pattern.IndexOf(":]", _at + 2, StringComparison.Ordinal) is not (>= 0 and var end))
            return null;
        var name = _pattern[(_at + 2)..end];
        var negated = name is ['^', ..];
        if (!PosixClasses.TryGetValue(negated ? name[1..] : name, out var set))
            throw new FormatException($"unknown character class '[:{name}:]'");
        _at = end + 2;
        return (set, negated);
    }

    private void Range(CodePointSet set)
    {
        var from = ClassCodePoint();
        var to = from;
        if (Current == '-' && _at + 1 < _pattern.Length && _pattern[_at + 1] != ']')
        {
            _at++;
            to = ClassCodePoint();
            if (to < from)
                throw new FormatException("a range in a character class runs backwards");
        }

        set.Add(from, to);
    }

    private int ClassCodePoint()
    {
        if (IsAtEnd)
            throw new FormatException("missing ']'");
        if (Current != '\\')
            return TakeCodePoint();
        _at++;
        return IsAtEnd ? throw new FormatException("the pattern ends with a backslash") : EscapedCodePoint();
    }
}
