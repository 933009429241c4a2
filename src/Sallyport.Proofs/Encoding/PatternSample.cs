using System.Globalization;
using System.Text;

namespace Sallyport.Proofs.Encoding;

/// <summary>
/// Texts that match a simple regular expression: literals, classes, groups, alternatives and counts. What it does not understand gives no
/// text; what it gives is checked against the schema anyway.
/// </summary>
internal sealed class PatternSample
{
    private readonly string _pattern;
    private int _variant;
    private int _at;

    private PatternSample(string pattern, int variant) => (_pattern, _variant) = (pattern, variant);

    /// <summary>A text for the pattern; other variants give other texts where the pattern has room. Null if it is not understood.</summary>
    internal static string? Find(string pattern, int variant)
    {
        var sample = new PatternSample(pattern, variant);
        var text = sample.Alternatives();
        return sample._at == pattern.Length ? text : null;
    }

    private string? Alternatives()
    {
        var options = new List<string>();
        do
        {
            if (Sequence() is not { } option) return null;
            options.Add(option);
        }
        while (Accept('|'));
        return options[Take(options.Count)];
    }

    private string? Sequence()
    {
        var text = new StringBuilder();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            if (Accept('^') || Accept('$')) continue;
            var start = _at;
            if (Piece() is not { } piece || Count() is not { } count) return null;
            var end = _at;
            for (var i = 0; i < count; i++)
            {
                // Each repetition is drawn anew, so that variants differ in every position.
                _at = start;
                text.Append(i == 0 ? piece : Piece());
            }

            _at = end;
        }

        return text.ToString();
    }

    private string? Piece()
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case '(':
                if (_at + 1 < _pattern.Length && _pattern[_at] == '?')
                {
                    if (_pattern[_at + 1] != ':') return null;
                    _at += 2;
                }

                var inner = Alternatives();
                return inner is not null && Accept(')') ? inner : null;
            case '[':
                return Class();
            case '.':
                return Pick("abcdefghijklmnopqrstuvwxyz");
            case '\\':
                return _at < _pattern.Length ? Escape(_pattern[_at++]) : null;
            case '*' or '+' or '?' or '{' or '}' or ']':
                return null;
            default:
                return c.ToString();
        }
    }

    private string? Escape(char c) => c switch
    {
        'd' => Pick("0123456789"),
        'w' => Pick("abcdefghijklmnopqrstuvwxyz0123456789_"),
        's' => " ",
        _ when char.IsAsciiLetterOrDigit(c) => null,
        _ => c.ToString(),
    };

    private string? Class()
    {
        var negated = Accept('^');
        var set = new SortedSet<char>();
        while (_at < _pattern.Length && _pattern[_at] != ']')
        {
            var low = _pattern[_at++];
            if (low == '\\')
            {
                if (_at == _pattern.Length) return null;
                low = _pattern[_at++];
                if (low == 'd') set.UnionWith("0123456789");
                else if (low == 'w') set.UnionWith("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
                else if (char.IsAsciiLetterOrDigit(low)) return null;
                else set.Add(low);
                continue;
            }

            if (_at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']')
            {
                var high = _pattern[_at + 1];
                _at += 2;
                for (var c = low; c <= high && c - low < 256; c++) set.Add(c);
            }
            else
            {
                set.Add(low);
            }
        }

        if (!Accept(']')) return null;
        var letters = negated ? string.Concat("abcdefghijklmnopqrstuvwxyz0123456789-_ ".Where(c => !set.Contains(c))) : string.Concat(set);
        return letters.Length == 0 ? null : Pick(letters);
    }

    /// <summary>How often the piece stands: the fewest times, and one where none would do.</summary>
    private int? Count()
    {
        if (Accept('?') || Accept('*')) return 0;
        if (Accept('+')) return 1;
        if (!Accept('{')) return 1;
        var end = _pattern.IndexOf('}', _at);
        if (end < 0) return null;
        var fewest = _pattern[_at..end].Split(',')[0];
        _at = end + 1;
        return int.TryParse(fewest, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 1000 ? count : null;
    }

    private string Pick(string letters) => letters[Take(letters.Length)].ToString();

    /// <summary>Spends a part of the variant on one choice.</summary>
    private int Take(int choices)
    {
        var choice = _variant % choices;
        _variant /= choices;
        return choice;
    }

    private bool Accept(char c)
    {
        if (_at >= _pattern.Length || _pattern[_at] != c) return false;
        _at++;
        return true;
    }
}
