using System.Globalization;
using System.Text;

namespace Sallyport.Cel.Functions;

/// <summary>
/// RE2 syntax (github.com/google/re2/wiki/Syntax) to a .NET pattern with the same meaning: \d, \w and \s are ASCII, $ is the end of the
/// text, a dot is a code point. What RE2 refuses (look-around, back-references, possessive forms) is refused. Groups do not capture, as
/// only the match counts. Known differences: \b asks for Unicode word characters, as .NET does, and scripts such as \p{Greek} are refused,
/// as .NET knows none.
/// </summary>
internal sealed partial class Re2Pattern
{
    private const int MaxRepeat = 1_000;
    private const int MaxDepth = 50;

    /// <summary>Items after counted repetitions are written out; the automaton is about this big.</summary>
    private const int MaxSize = 5_000;

    private readonly string _pattern;
    private readonly StringBuilder _out = new();
    private int _at;
    private int _depth;
    private long _size;
    private Flags _flags;

    private Re2Pattern(string pattern) => _pattern = pattern;

    [Flags]
    private enum Flags
    {
        None = 0,
        IgnoreCase = 1,
        MultiLine = 2,
        DotMatchesNewline = 4,
    }

    private char Current => _at < _pattern.Length ? _pattern[_at] : '\0';

    private bool IsAtEnd => _at >= _pattern.Length;

    /// <summary>The .NET pattern and the number of items it expands to, or why RE2 refuses this one.</summary>
    internal static (string? Pattern, long Size, string? Problem) Translate(string pattern)
    {
        var translator = new Re2Pattern(pattern);
        try
        {
            translator.Alternation();
            return translator.IsAtEnd ? (translator._out.ToString(), translator._size, null) : (null, 0, "unexpected ')'");
        }
        catch (FormatException error)
        {
            return (null, 0, error.Message);
        }
    }

    private void Alternation()
    {
        if (++_depth > MaxDepth)
            throw new FormatException($"nested deeper than {MaxDepth} groups");
        while (!IsAtEnd && Current != ')')
        {
            if (Current == '|')
            {
                _out.Append('|');
                _at++;
            }
            else
            {
                Repetition();
            }
        }

        _depth--;
    }

    private void Repetition()
    {
        var start = _out.Length;
        var sizeBefore = _size++;
        if (!Atom() || !TakeQuantifier(out var quantifier, out var times))
            return;
        _size += (_size - sizeBefore) * (times - 1);
        if (_size > MaxSize)
            throw new FormatException("the repetitions expand to too many items");
        var atom = _out.ToString(start, _out.Length - start);
        _out.Length = start;
        _out.Append("(?:").Append(atom).Append(')').Append(quantifier);
        if (TakeQuantifier(out _, out _))
            throw new FormatException("a repetition cannot be repeated");
    }

    /// <summary>A quantifier and how often it writes its item out. A lazy one matches the same texts: its question mark is dropped.</summary>
    private bool TakeQuantifier(out string quantifier, out int times)
    {
        quantifier = "";
        times = 1;
        if (Current is '*' or '+' or '?' && !IsAtEnd)
            quantifier = Current.ToString();
        else if (Current == '{' && Counted() is var (text, count))
            (quantifier, times) = (text, count);
        if (quantifier.Length == 0)
            return false;
        _at += quantifier.Length;
        if (Current == '?')
            _at++;
        return true;
    }

    /// <summary><c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c>; any other brace is an ordinary character.</summary>
    private (string Text, int Times)? Counted()
    {
        var close = _pattern.IndexOf('}', _at);
        if (close < 0)
            return null;
        var parts = _pattern[(_at + 1)..close].Split(',');
        if (parts.Length > 2 || parts[0].Length == 0 || parts.Any(p => !p.All(char.IsAsciiDigit)))
            return null;
        var numbers = parts.Where(p => p.Length > 0)
            .Select(p => p.Length > 4 ? MaxRepeat + 1 : int.Parse(p, CultureInfo.InvariantCulture))
            .ToArray();
        if (numbers.Any(n => n > MaxRepeat) || (numbers.Length == 2 && numbers[0] > numbers[1]))
            throw new FormatException($"bad repetition {_pattern[_at..(close + 1)]}");
        return (_pattern[_at..(close + 1)], Math.Max(1, numbers.Max()));
    }

    /// <summary>One item; false for a flag group, which matches nothing by itself and cannot be repeated.</summary>
    private bool Atom()
    {
        switch (Current)
        {
            case '(':
                return Group();
            case '[':
                Emit(Class().Set.ToPattern(_lastNegated));
                return true;
            case '.':
                _at++;
                _out.Append(CodePointSet.Of(_flags.HasFlag(Flags.DotMatchesNewline) ? [] : [('\n', '\n')]).ToPattern(negated: true));
                return true;
            case '^':
                _at++;
                _out.Append(_flags.HasFlag(Flags.MultiLine) ? "(?m:^)" : "\\A");
                return true;
            case '$':
                _at++;
                _out.Append(_flags.HasFlag(Flags.MultiLine) ? "(?m:$)" : "\\z");
                return true;
            case '\\':
                Escape();
                return true;
            case '*' or '+' or '?':
                throw new FormatException($"nothing to repeat before '{Current}'");
            default:
                EmitLiteral(TakeCodePoint());
                return true;
        }
    }

    private bool Group()
    {
        _at++;
        var outer = _flags;
        var rest = _pattern.AsSpan(_at);
        if (rest is ['?', ..])
        {
            if (rest.StartsWith("?P<") || (rest.StartsWith("?<") && rest is not ['?', '<', '=' or '!', ..]))
                SkipName();
            else if (!FlagGroup())
                return false;
        }

        _out.Append("(?:");
        Alternation();
        if (Current != ')' || IsAtEnd)
            throw new FormatException("missing ')'");
        _at++;
        _out.Append(')');
        _flags = outer;
        return true;
    }

    private void SkipName()
    {
        var start = _pattern.IndexOf('<', _at) + 1;
        var end = _pattern.IndexOf('>', start);
        if (end <= start || !_pattern[start..end].All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new FormatException("malformed group name");
        _at = end + 1;
    }

    /// <summary><c>(?i)</c> changes the flags from here on and is no group (false); <c>(?i:…)</c> and <c>(?:…)</c> open one.</summary>
    private bool FlagGroup()
    {
        _at++;
        var isOn = true;
        for (; Current is not (':' or ')'); _at++)
        {
            var flag = Current switch
            {
                'i' => Flags.IgnoreCase,
                'm' => Flags.MultiLine,
                's' => Flags.DotMatchesNewline,
                _ => Flags.None,
            };
            if (Current == '-' && isOn)
                isOn = false;
            else if (flag == Flags.None && Current != 'U')
                throw new FormatException("unsupported group: look-around, atomic groups and conditions are not regular");
            else
                _flags = isOn ? _flags | flag : _flags & ~flag;
        }

        return _pattern[_at++] == ':';
    }

    private int TakeCodePoint()
    {
        if (!Rune.TryGetRuneAt(_pattern, _at, out var rune))
            throw new FormatException("the pattern is not valid Unicode");
        _at += rune.Utf16SequenceLength;
        return rune.Value;
    }

    private void EmitLiteral(int codePoint) => Emit(CodePointSet.Of((codePoint, codePoint)).ToPattern(negated: false));

    private void Emit(string item)
    {
        if (_flags.HasFlag(Flags.IgnoreCase))
            _out.Append("(?i:").Append(item).Append(')');
        else
            _out.Append(item);
    }
}
