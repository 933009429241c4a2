using System.Globalization;

namespace Sallyport.JsonSchema.Patterns;

/// <summary>Escapes, character classes and groups by number.</summary>
internal sealed partial class EcmaPattern
{
    private const string Word = "[0-9A-Z_a-z]";
    private const string WordBoundary = $"(?:(?<={Word})(?!{Word})|(?<!{Word})(?={Word}))";
    private const string NoWordBoundary = $"(?:(?<={Word})(?={Word})|(?<!{Word})(?!{Word}))";

    private static readonly CodePointSet Digits = CodePointSet.Of(('0', '9'));
    private static readonly CodePointSet Words = CodePointSet.Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    /// <summary>WhiteSpace and LineTerminator of ECMA-262 §12.2 and §12.3.</summary>
    private static readonly CodePointSet Spaces = CodePointSet.Of(
        (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F),
        (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    private static readonly string AnyButLineTerminator =
        CodePointSet.Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)).Complement().ToPattern();

    private Piece Escape()
    {
        if (AtEnd) throw new PatternException("it ends in a backslash");
        if (Current is >= '1' and <= '9') return BackReference(Number());
        if (Current == 'k') return BackReference(NamedGroup());
        return TrySet() is { } set ? new Piece(set.ToPattern(), 1) : Literal(CharacterEscape(inClass: false));
    }

    private int Number()
    {
        var start = _position;
        while (!AtEnd && char.IsAsciiDigit(Current)) _position++;
        return int.TryParse(_source[start.._position], out var number) ? number : int.MaxValue;
    }

    private int NamedGroup()
    {
        var end = _source.IndexOf('>', _position);
        if (Peek(1) != '<' || end < 0) throw new PatternException("\\k must name a group");
        var name = _source[(_position + 2)..end];
        _position = end + 1;
        return _groups.IndexOf(name) + 1;
    }

    private Piece BackReference(int group)
    {
        if (group < 1 || group > _groups.Count) throw new PatternException("a back-reference names no group");
        _needsBacktracking = true;
        // A group that took no part matches the empty string in ECMA-262, and nothing in .NET.
        return new Piece($"(?(g{group})\\k<g{group}>|)", 1);
    }

    /// <summary>An escape that stands for many characters, after the backslash.</summary>
    private CodePointSet? TrySet()
    {
        var set = Current switch
        {
            'd' => Digits,
            'D' => Digits.Complement(),
            'w' => Words,
            'W' => Words.Complement(),
            's' => Spaces,
            'S' => Spaces.Complement(),
            'p' or 'P' => Property(),
            _ => null,
        };
        if (set is not null) _position++;
        return set;
    }

    /// <summary>Leaves the position on the closing brace.</summary>
    private CodePointSet Property()
    {
        var negated = Current == 'P';
        var end = _source.IndexOf('}', _position);
        if (Peek(1) != '{' || end < 0) throw new PatternException("\\p must name a Unicode property in braces");
        var name = _source[(_position + 2)..end];
        // A check of the syntax alone may accept what could not be evaluated here.
        var set = UnicodeProperties.Find(name) ?? (_strict && UnicodeProperties.IsDefined(name) ? new CodePointSet() : null)
            ?? throw new PatternException("it names a Unicode property that is not supported");
        _position = end;
        return negated ? set.Complement() : set;
    }

    /// <summary>An escape that stands for one character, after the backslash.</summary>
    private int CharacterEscape(bool inClass)
    {
        var c = Current;
        _position++;
        switch (c)
        {
            case 't': return '\t';
            case 'n': return '\n';
            case 'v': return '\v';
            case 'f': return '\f';
            case 'r': return '\r';
            case 'b' when inClass: return '\b';
            case '-' when inClass: return '-';
            case '0' when !char.IsAsciiDigit(Peek(0)): return 0;
            case 'c' when char.IsAsciiLetter(Peek(0)):
                return _source[_position++] % 32;
            case 'x':
                return Hex(2);
            case 'u':
                return UnicodeEscape();
            default:
                var isSyntax = "^$\\.*+?()[]{}|/".Contains(c, StringComparison.Ordinal);
                if (isSyntax || (!_strict && char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c))) return c;
                throw new PatternException($"\"\\{(char.IsAscii(c) ? c : '?')}\" is not an escape that ECMA-262 has");
        }
    }

    private int UnicodeEscape()
    {
        if (Peek(0) == '{')
        {
            var end = _source.IndexOf('}', _position);
            if (end < 0 || !IsHex(_source[(_position + 1)..end])
                || !int.TryParse(_source[(_position + 1)..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
                || point is < 0 or > CodePointSet.Last)
                throw new PatternException("\\u{…} does not hold a code point");
            _position = end + 1;
            return point;
        }

        var unit = Hex(4);
        if (!char.IsHighSurrogate((char)unit) || Peek(0) != '\\' || Peek(1) != 'u' || Peek(2) == '{') return unit;
        var before = _position;
        _position += 2;
        var low = Hex(4);
        if (char.IsLowSurrogate((char)low)) return char.ConvertToUtf32((char)unit, (char)low);
        _position = before;
        return unit;
    }

    private int Hex(int length)
    {
        if (_position + length > _source.Length || !IsHex(_source[_position..(_position + length)]))
            throw new PatternException($"a hexadecimal escape needs {length} digits");
        _position += length;
        return int.Parse(_source.AsSpan(_position - length, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private static bool IsHex(string text) => text.Length > 0 && text.All(char.IsAsciiHexDigit);

    /// <summary>A character class, after its opening bracket.</summary>
    private CodePointSet Class()
    {
        var negated = !AtEnd && Current == '^';
        if (negated) _position++;
        var set = new CodePointSet();
        while (!AtEnd && Current != ']')
        {
            var first = ClassAtom(set);
            if (Peek(0) != '-' || Peek(1) is ']' or '\0')
            {
                if (first is { } single) set.Add(single, single);
                continue;
            }

            _position++;
            var last = ClassAtom(set);
            // A set cannot be the end of a range; then, outside strict mode, the dash stands for itself.
            if ((first is null || last is null) && _strict) throw new PatternException("a range in a class must run between characters");
            if (first > last) throw new PatternException("a range in a class is the wrong way round");
            if (first is null || last is null) set.Add('-', '-');
            if (first is { } from) set.Add(from, last ?? from);
            else if (last is { } to) set.Add(to, to);
        }

        if (AtEnd) throw new PatternException("a bracket is not closed");
        _position++;
        return negated ? set.Complement() : set;
    }

    /// <summary>One character, or <c>null</c> after a set was added.</summary>
    private int? ClassAtom(CodePointSet set)
    {
        if (Current != '\\') return NextCodePoint();
        _position++;
        if (AtEnd) throw new PatternException("it ends in a backslash");
        if (TrySet() is not { } many) return CharacterEscape(inClass: true);
        set.Add(many);
        return null;
    }

    /// <summary>Names of the capture groups in order (<c>null</c> for unnamed), and whether anything refers back to one.</summary>
    private static (List<string?> Groups, bool HasBackReferences) ScanGroups(string source)
    {
        var groups = new List<string?>();
        var refersBack = false;
        var inClass = false;
        for (var i = 0; i < source.Length; i++)
        {
            var next = i + 1 < source.Length ? source[i + 1] : '\0';
            if (source[i] == '\\')
            {
                refersBack |= !inClass && (next is (>= '1' and <= '9') or 'k');
                i++;
            }
            else if (source[i] is '[' or ']')
            {
                inClass = source[i] == '[';
            }
            else if (source[i] == '(' && !inClass)
            {
                AddGroup(source, i, next, groups);
            }
        }

        return (groups, refersBack);
    }

    private static void AddGroup(string source, int position, char next, List<string?> groups)
    {
        if (next != '?')
        {
            groups.Add(null);
            return;
        }

        if (position + 3 >= source.Length || source[position + 2] != '<' || source[position + 3] is '=' or '!') return;
        var end = source.IndexOf('>', position);
        var name = end < 0 ? "" : source[(position + 3)..end];
        if (name.Length == 0 || char.IsDigit(name[0]) || !name.All(c => char.IsLetterOrDigit(c) || c is '_' or '$'))
            throw new PatternException("a group has no proper name");
        if (groups.Contains(name)) throw new PatternException("two groups have the same name");
        groups.Add(name);
    }
}
