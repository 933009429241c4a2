using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Sallyport.Cel.Functions;

/// <summary><c>matches</c>: RE2 syntax on .NET's linear-time engine, so no pattern can hang an evaluation.</summary>
internal static class RegularExpressions
{
    private const int MaxPatternLength = 1_000;
    private const int MaxCached = 256;

    private static readonly ConcurrentDictionary<string, (Regex? Regex, long Size, string? Problem)> Cache = new();

    internal static CelValue IsMatch(CelActivation activation, string text, string pattern)
    {
        var (regex, size, problem) = Find(pattern);

        // Matching is linear in the text; at worst every item of the pattern is alive at every character.
        if (!activation.Charge(((text.Length + 1L) * (size + 8)) >> 6))
            return CelActivation.OutOfSteps;
        return regex is null ? CelValue.Error($"invalid regular expression: {problem}") : CelValue.From(regex.IsMatch(text));
    }

    /// <summary>Why a pattern is refused; null if it is fine.</summary>
    internal static string? ProblemOf(string pattern) => Find(pattern).Problem;

    private static (Regex? Regex, long Size, string? Problem) Find(string pattern)
    {
        if (Cache.TryGetValue(pattern, out var known))
            return known;
        var built = Build(pattern);

        // A full cache is dropped whole: patterns of policies are few, and patterns from data must not grow the process.
        if (Cache.Count >= MaxCached)
            Cache.Clear();
        Cache[pattern] = built;
        return built;
    }

    private static (Regex? Regex, long Size, string? Problem) Build(string pattern)
    {
        if (pattern.Length > MaxPatternLength)
            return (null, 0, $"longer than {MaxPatternLength} characters");
        var (translated, size, problem) = Re2Pattern.Translate(pattern);
        if (translated is null)
            return (null, 0, problem);
        try
        {
            return (new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), size, null);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return (null, 0, error.Message);
        }
    }
}
