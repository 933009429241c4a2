using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Sallyport.Cel.Functions;

/// <summary><c>matches</c>: RE2 syntax on .NET's linear-time engine, so no pattern can hang an evaluation.</summary>
internal static class RegularExpressions
{
    private const int MaxPatternLength = 1_000;
    private const int MaxCached = 256;

    private static readonly ConcurrentDictionary<string, (Regex? Regex, string? Problem)> Cache = new();

    internal static CelValue IsMatch(CelActivation activation, string text, string pattern)
    {
        // Matching is linear in the text; the factor grows with the pattern.
        if (!activation.Charge(((text.Length + 1L) * (pattern.Length + 8)) >> 6))
            return CelActivation.OutOfSteps;
        var (regex, problem) = Find(pattern);
        return regex is null ? CelValue.Error($"invalid regular expression: {problem}") : CelValue.From(regex.IsMatch(text));
    }

    /// <summary>Why a pattern is refused; null if it is fine.</summary>
    internal static string? ProblemOf(string pattern) => Find(pattern).Problem;

    private static (Regex? Regex, string? Problem) Find(string pattern)
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

    private static (Regex? Regex, string? Problem) Build(string pattern)
    {
        if (pattern.Length > MaxPatternLength)
            return (null, $"longer than {MaxPatternLength} characters");
        var (translated, problem) = Re2Pattern.Translate(pattern);
        if (translated is null)
            return (null, problem);
        try
        {
            return (new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), null);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return (null, error.Message);
        }
    }
}
