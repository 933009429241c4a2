using System.Text;

namespace Sallyport.JsonSchema.Patterns;

/// <summary>A pattern in the platform's syntax.</summary>
/// <param name="Pattern">The .NET pattern; matches what the original matches, on well-formed strings.</param>
/// <param name="NeedsBacktracking">Whether it uses what an automaton cannot do.</param>
internal readonly record struct TranslatedPattern(string Pattern, bool NeedsBacktracking);

/// <summary>
/// Reads an ECMA-262 pattern in Unicode mode (§22.2.1 with the <c>u</c> flag, as core §6.4 recommends) and writes the .NET pattern with
/// the same meaning: ASCII <c>\d \w \b</c>, ECMA white space, <c>$</c> only at the very end, one atom per code point.
/// </summary>
/// <remarks>
/// The relaxed mode, used for patterns of schemas, also takes what nobody can misunderstand though Unicode mode forbids it: <c>\-</c> and
/// other escaped punctuation, and braces that are no quantifier.
/// </remarks>
internal sealed partial class EcmaPattern
{
    private const int MaxLength = 8192;
    private const int MaxNesting = 100;
    private const int MaxTranslated = 1 << 18;

    /// <summary>
    /// A counted repetition is written out by the automaton engine; beyond this many atoms the backtracking engine is smaller.
    /// </summary>
    private const long MaxExpanded = 4000;

    private readonly string _source;
    private readonly bool _strict;
    private readonly List<string?> _groups;
    private readonly bool _hasBackReferences;
    private int _position;
    private int _opened;
    private int _nesting;
    private bool _needsBacktracking;

    private EcmaPattern(string source, bool strict)
    {
        _source = source;
        _strict = strict;
        (_groups, _hasBackReferences) = ScanGroups(source);
    }

    private bool AtEnd => _position >= _source.Length;

    private char Current => _source[_position];

    /// <summary>Translates a pattern, or says what is wrong with it in a phrase.</summary>
    public static bool TryTranslate(string source, bool strict, out TranslatedPattern pattern, out string? problem)
    {
        pattern = default;
        problem = source.Length > MaxLength ? $"it is longer than {MaxLength} characters" : null;
        if (problem is not null) return false;
        try
        {
            var parser = new EcmaPattern(source, strict);
            var (text, size) = parser.Disjunction();
            if (!parser.AtEnd) throw new PatternException("there is a closing parenthesis without an opening one");
            if (text.Length > MaxTranslated) throw new PatternException("it expands to more than the platform can handle");
            pattern = new TranslatedPattern(text, parser._needsBacktracking || size > MaxExpanded);
            return true;
        }
        catch (PatternException error)
        {
            problem = error.Message;
            return false;
        }
    }

    private Piece Disjunction()
    {
        if (++_nesting > MaxNesting) throw new PatternException($"it is nested more than {MaxNesting} levels deep");
        var text = new StringBuilder();
        long size = 0;
        while (true)
        {
            while (!AtEnd && Current is not ('|' or ')'))
            {
                var term = Term();
                text.Append(term.Text);
                size += term.Size;
            }

            if (AtEnd || Current == ')') break;
            text.Append('|');
            _position++;
        }

        _nesting--;
        return new Piece(text.ToString(), size);
    }

    private Piece Term()
    {
        switch (Current)
        {
            case '^':
                _position++;
                return new Piece("^", 0);
            case '$':
                _position++;
                return new Piece(@"\z", 0);
            case '\\' when Peek(1) is 'b' or 'B':
                _needsBacktracking = true;
                _position += 2;
                return new Piece(_source[_position - 1] == 'b' ? WordBoundary : NoWordBoundary, 1);
            case '(' when IsLookAround():
                return LookAround();
            default:
                return Quantified(Atom());
        }
    }

    private Piece Atom()
    {
        var c = Current;
        switch (c)
        {
            case '.':
                _position++;
                return new Piece(AnyButLineTerminator, 1);
            case '[':
                _position++;
                return new Piece(Class().ToPattern(), 1);
            case '(':
                return Group();
            case '\\':
                _position++;
                return Escape();
            case '*' or '+' or '?':
                throw new PatternException($"there is nothing to repeat before \"{c}\"");
            case '{' when _strict || TryBraces(out _, out _):
                throw new PatternException("there is a brace that repeats nothing");
            case '}' or ']' when _strict:
                throw new PatternException($"\"{c}\" must be escaped");
            default:
                return Literal(NextCodePoint());
        }
    }

    private Piece Group()
    {
        _position++;
        string open;
        if (Matches("?:"))
        {
            _position += 2;
            open = "(?:";
        }
        else
        {
            if (!AtEnd && Current == '?')
            {
                if (!Matches("?<")) throw new PatternException("a group starts with (? in a way that ECMA-262 does not have");
                _position = _source.IndexOf('>', _position) + 1;
            }

            _opened++;
            open = _hasBackReferences ? $"(?<g{_opened}>" : "(?:";
        }

        var inner = Disjunction();
        if (AtEnd) throw new PatternException("a parenthesis is not closed");
        _position++;
        return new Piece($"{open}{inner.Text})", inner.Size);
    }

    private bool IsLookAround() => Matches("(?=") || Matches("(?!") || Matches("(?<=") || Matches("(?<!");

    private Piece LookAround()
    {
        var length = Matches("(?<") ? 4 : 3;
        var open = _source.Substring(_position, length);
        _position += length;
        _needsBacktracking = true;
        var inner = Disjunction();
        if (AtEnd) throw new PatternException("a parenthesis is not closed");
        _position++;
        if (!AtEnd && (Current is '*' or '+' or '?' || (Current == '{' && TryBraces(out _, out _))))
            throw new PatternException("look-around cannot be repeated");
        return new Piece($"{open}{inner.Text})", inner.Size);
    }

    private Piece Quantified(Piece atom)
    {
        if (AtEnd) return atom;
        string quantifier;
        long times;
        if (Current is '*' or '+' or '?')
        {
            quantifier = Current.ToString();
            times = 1;
            _position++;
        }
        else if (Current == '{' && TryBraces(out quantifier, out times))
        {
            _position = _source.IndexOf('}', _position) + 1;
        }
        else
        {
            return atom;
        }

        if (!AtEnd && Current == '?')
        {
            quantifier += '?';
            _position++;
        }

        return new Piece(atom.Text + quantifier, Math.Min(atom.Size, MaxExpanded + 1) * Math.Max(1, Math.Min(times, MaxExpanded + 1)));
    }

    /// <summary>Reads <c>{2}</c>, <c>{2,}</c> or <c>{2,5}</c> without moving.</summary>
    private bool TryBraces(out string quantifier, out long times)
    {
        (quantifier, times) = ("", 0);
        var end = _source.IndexOf('}', _position);
        if (end < 0) return false;
        var bounds = _source[(_position + 1)..end].Split(',');
        if (bounds.Length > 2 || !IsDigits(bounds[0]) || (bounds.Length == 2 && bounds[1].Length > 0 && !IsDigits(bounds[1]))) return false;
        if (!int.TryParse(bounds[0], out var least)) throw new PatternException("a repetition count is too large");
        var most = least;
        if (bounds.Length == 2 && bounds[1].Length > 0 && !int.TryParse(bounds[1], out most))
            throw new PatternException("a repetition count is too large");
        if (most < least) throw new PatternException("a repetition has its bounds the wrong way round");
        quantifier = _source[_position..(end + 1)];
        times = most;
        return true;
    }

    private static bool IsDigits(string text) => text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    private bool Matches(string text) => string.CompareOrdinal(_source, _position, text, 0, text.Length) == 0;

    private char Peek(int offset) => _position + offset < _source.Length ? _source[_position + offset] : '\0';

    private int NextCodePoint()
    {
        var isPair = char.IsHighSurrogate(Current) && char.IsLowSurrogate(Peek(1));
        var c = isPair ? char.ConvertToUtf32(Current, Peek(1)) : Current;
        _position += isPair ? 2 : 1;
        return c;
    }

    private static Piece Literal(int codePoint) =>
        new(codePoint < 128 && char.IsAsciiLetterOrDigit((char)codePoint)
            ? ((char)codePoint).ToString()
            : CodePointSet.Of((codePoint, codePoint)).ToPattern(), 1);

    /// <summary>A part of the result with the number of atoms it expands to.</summary>
    private readonly record struct Piece(string Text, long Size);

    private sealed class PatternException(string message) : Exception(message);
}
