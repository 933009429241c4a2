using System.Globalization;
using System.Text;

namespace Sallyport.Cel.Functions;

/// <summary>A set of code points, and the .NET pattern that matches exactly one of them although .NET matches UTF-16 units.</summary>
internal sealed class CodePointSet
{
    private const int Max = 0x10FFFF;
    private const string AnyPair = "[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]";

    private readonly List<(int From, int To)> _ranges = [];
    private readonly StringBuilder _categories = new();

    internal static CodePointSet Digits { get; } = Of(('0', '9'));

    internal static CodePointSet Blanks { get; } = Of(('\t', '\n'), ('\f', '\r'), (' ', ' '));

    internal static CodePointSet WordCharacters { get; } = Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    internal static CodePointSet Of(params ReadOnlySpan<(int From, int To)> ranges)
    {
        var set = new CodePointSet();
        foreach (var (from, to) in ranges)
            set.Add(from, to);
        return set;
    }

    internal void Add(int from, int to) => _ranges.Add((from, to));

    internal void Add(CodePointSet other, bool negated)
    {
        _ranges.AddRange(negated ? other.Complement() : other._ranges);
        _categories.Append(other._categories);
    }

    /// <summary>Adds a Unicode general category such as Lu. .NET knows categories for the basic plane only.</summary>
    internal void AddCategory(string category, bool negated) =>
        _categories.Append(CultureInfo.InvariantCulture, $"\\{(negated ? 'P' : 'p')}{{{category}}}");

    internal string ToPattern(bool negated)
    {
        if (_categories.Length > 0)
            return WithCategories(negated);
        var basic = new StringBuilder();
        var supplementary = new StringBuilder();
        foreach (var (from, to) in negated ? Complement() : Normalized())
        {
            AppendBasic(basic, from, Math.Min(to, 0xD7FF));
            AppendBasic(basic, Math.Max(from, 0xE000), Math.Min(to, 0xFFFF));
            AppendPairs(supplementary, Math.Max(from, 0x10000), to);
        }

        if (basic.Length == 0 && supplementary.Length == 0)
            return "[^\\s\\S]";
        return basic.Length == 0 ? $"(?:{supplementary.ToString(1, supplementary.Length - 1)})" : $"(?:[{basic}]{supplementary})";
    }

    private string WithCategories(bool negated)
    {
        var basic = new StringBuilder();
        var pairs = new StringBuilder();
        foreach (var (from, to) in Normalized())
        {
            AppendBasic(basic, from, Math.Min(to, 0xD7FF));
            AppendBasic(basic, Math.Max(from, 0xE000), Math.Min(to, 0xFFFF));
            AppendPairs(pairs, Math.Max(from, 0x10000), to);
        }

        return negated ? $"(?:[^{basic}{_categories}\\uD800-\\uDFFF]|{AnyPair})" : $"(?:[{basic}{_categories}]{pairs})";
    }

    private List<(int From, int To)> Normalized()
    {
        var result = new List<(int From, int To)>();
        foreach (var (from, to) in _ranges.OrderBy(r => r.From))
        {
            if (result.Count > 0 && from <= result[^1].To + 1)
                result[^1] = (result[^1].From, Math.Max(result[^1].To, to));
            else
                result.Add((from, to));
        }

        return result;
    }

    private List<(int From, int To)> Complement()
    {
        var result = new List<(int From, int To)>();
        var next = 0;
        foreach (var (from, to) in Normalized())
        {
            if (from > next)
                result.Add((next, from - 1));
            next = to + 1;
        }

        if (next <= Max)
            result.Add((next, Max));
        return result;
    }

    private static void AppendBasic(StringBuilder text, int from, int to)
    {
        if (from <= to)
            text.Append(CultureInfo.InvariantCulture, $"\\u{from:X4}-\\u{to:X4}");
    }

    /// <summary>A range of supplementary code points as up to three products of surrogate ranges, each after a bar.</summary>
    private static void AppendPairs(StringBuilder text, int from, int to)
    {
        while (from <= to)
        {
            var high = 0xD800 + ((from - 0x10000) >> 10);
            var low = 0xDC00 + ((from - 0x10000) & 0x3FF);
            var lastHigh = 0xD800 + ((to - 0x10000) >> 10);
            var lastLow = 0xDC00 + ((to - 0x10000) & 0x3FF);
            if (high == lastHigh)
            {
                text.Append(CultureInfo.InvariantCulture, $"|\\u{high:X4}[\\u{low:X4}-\\u{lastLow:X4}]");
                return;
            }

            // Whole rows of 1,024 go together; a started first row goes alone.
            var through = low != 0xDC00 ? high : lastLow == 0xDFFF ? lastHigh : lastHigh - 1;
            text.Append(CultureInfo.InvariantCulture, $"|[\\u{high:X4}-\\u{through:X4}][\\u{low:X4}-\\uDFFF]");
            from = 0x10000 + ((through - 0xD800 + 1) << 10);
        }
    }
}
