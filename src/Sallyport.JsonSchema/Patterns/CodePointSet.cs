using System.Globalization;
using System.Text;

namespace Sallyport.JsonSchema.Patterns;

/// <summary>A set of Unicode code points that can write itself as a .NET pattern over UTF-16 units.</summary>
internal sealed class CodePointSet
{
    public const int Last = 0x10FFFF;

    private const int FirstAstral = 0x10000;

    /// <summary>Matches no unit at all. Look-around would say the same, but not to the automaton engine.</summary>
    private const string Nothing = @"[^\u0000-\uFFFF]";

    private readonly List<(int First, int Last)> _ranges = [];

    public static CodePointSet Of(params ReadOnlySpan<(int First, int Last)> ranges)
    {
        var set = new CodePointSet();
        foreach (var (first, last) in ranges) set.Add(first, last);
        return set;
    }

    /// <summary>All code points that satisfy a test.</summary>
    public static CodePointSet Where(Func<int, bool> test)
    {
        var set = new CodePointSet();
        var start = -1;
        for (var c = 0; c <= Last + 1; c++)
        {
            var inside = c <= Last && test(c);
            if (inside && start < 0) start = c;
            if (inside || start < 0) continue;
            set.Add(start, c - 1);
            start = -1;
        }

        return set;
    }

    public void Add(int first, int last) => _ranges.Add((first, last));

    public void Add(CodePointSet other) => _ranges.AddRange(other._ranges);

    public CodePointSet Complement()
    {
        var result = new CodePointSet();
        var next = 0;
        foreach (var (first, last) in Merged())
        {
            if (first > next) result.Add(next, first - 1);
            next = last + 1;
        }

        if (next <= Last) result.Add(next, Last);
        return result;
    }

    /// <summary>
    /// One .NET atom. Surrogates never stand alone in a checked instance, so they are left out: no half of a pair can match.
    /// </summary>
    public string ToPattern()
    {
        var basic = new StringBuilder();
        var pairs = new SortedDictionary<int, StringBuilder>();
        foreach (var (first, last) in Merged())
        {
            AppendUnits(basic, first, Math.Min(last, 0xD7FF));
            AppendUnits(basic, Math.Max(first, 0xE000), Math.Min(last, FirstAstral - 1));
            SplitPairs(pairs, Math.Max(first, FirstAstral), last);
        }

        var alternatives = new List<string>();
        if (basic.Length > 0) alternatives.Add($"[{basic}]");
        AddPairs(alternatives, pairs);
        return alternatives.Count switch
        {
            0 => Nothing,
            1 when basic.Length > 0 => alternatives[0],
            _ => $"(?:{string.Join('|', alternatives)})",
        };
    }

    private static void AppendUnits(StringBuilder units, int first, int last)
    {
        if (first > last) return;
        units.Append(Unit(first));
        if (last > first) units.Append('-').Append(Unit(last));
    }

    /// <summary>
    /// Writes the ranges above the basic plane as one alternative for each run of leading surrogates with the same trailing ones. The
    /// automaton engine takes time for every alternative, so there should be few.
    /// </summary>
    private static void AddPairs(List<string> alternatives, SortedDictionary<int, StringBuilder> trailsByLead)
    {
        var (first, last, trails) = (0, -2, "");
        foreach (var (lead, units) in trailsByLead)
        {
            var own = units.ToString();
            if (lead != last + 1 || own != trails)
            {
                Flush();
                (first, trails) = (lead, own);
            }

            last = lead;
        }

        Flush();

        void Flush()
        {
            if (trails.Length > 0) alternatives.Add($"[{Unit(first)}-{Unit(last)}][{trails}]");
        }
    }

    /// <summary>Splits a range above the basic plane at the borders of leading surrogates.</summary>
    private static void SplitPairs(SortedDictionary<int, StringBuilder> trailsByLead, int first, int last)
    {
        while (first <= last)
        {
            var blockEnd = Math.Min(last, first | 0x3FF);
            if (!trailsByLead.TryGetValue(Lead(first), out var trails)) trailsByLead[Lead(first)] = trails = new StringBuilder();
            AppendUnits(trails, Trail(first), Trail(blockEnd));
            first = blockEnd + 1;
        }
    }

    private static int Lead(int codePoint) => 0xD800 + ((codePoint - FirstAstral) >> 10);

    private static int Trail(int codePoint) => 0xDC00 + ((codePoint - FirstAstral) & 0x3FF);

    private static string Unit(int unit) => string.Create(CultureInfo.InvariantCulture, $"\\u{unit:X4}");

    private IEnumerable<(int First, int Last)> Merged()
    {
        var first = -1;
        var last = -2;
        foreach (var range in _ranges.Order())
        {
            if (range.First > last + 1)
            {
                if (first >= 0) yield return (first, last);
                first = range.First;
            }

            last = Math.Max(last, range.Last);
        }

        if (first >= 0) yield return (first, last);
    }
}
