using System.Diagnostics;
using System.Text.RegularExpressions;
using Sallyport.JsonSchema.Evaluation;

namespace Sallyport.JsonSchema.Patterns;

/// <summary>
/// A compiled ECMA-262 pattern that cannot hang. Nearly every pattern runs on the automaton engine, in time linear in the input.
/// Look-around and back-references need the backtracking engine: those run under a time budget per validation, and running out of it
/// makes the instance invalid.
/// </summary>
internal sealed class PatternMatcher
{
    private readonly Regex _regex;
    private readonly bool _backtracks;

    private PatternMatcher(string source, Regex regex, bool backtracks)
    {
        Source = source;
        _regex = regex;
        _backtracks = backtracks;
    }

    /// <summary>The pattern as the schema has it.</summary>
    public string Source { get; }

    /// <summary>Compiles a pattern, or says why it cannot be used.</summary>
    public static PatternMatcher? Create(string source, TimeSpan timeout, out string? problem)
    {
        if (!EcmaPattern.TryTranslate(source, strict: false, out var translated, out problem)) return null;
        var options = RegexOptions.CultureInvariant | (translated.NeedsBacktracking ? RegexOptions.None : RegexOptions.NonBacktracking);
        // The automaton is linear in text whose size is limited; a clock would only refuse good values on a machine that is busy.
        var limit = translated.NeedsBacktracking ? timeout : Regex.InfiniteMatchTimeout;
        try
        {
            return new PatternMatcher(source, new Regex(translated.Pattern, options, limit), translated.NeedsBacktracking);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            problem = "this construct is not supported";
            return null;
        }
    }

    /// <summary>
    /// Whether the pattern is found in the text. A timeout aborts the validation, so neither answer can let an instance pass.
    /// </summary>
    public bool IsMatch(ReadOnlySpan<char> text, string schemaPath, EvaluationContext context)
    {
        if (!_backtracks) return Run(text, schemaPath, context);
        if (!context.HasPatternTime) return TimedOut(schemaPath, context);
        var startedAt = Stopwatch.GetTimestamp();
        var matched = Run(text, schemaPath, context);
        context.SpendPatternTime(startedAt);
        return matched;
    }

    private static bool TimedOut(string schemaPath, EvaluationContext context) =>
        context.Abort(schemaPath, "A pattern took longer than the time limit to match the value.");

    private bool Run(ReadOnlySpan<char> text, string schemaPath, EvaluationContext context)
    {
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return TimedOut(schemaPath, context);
        }
    }
}
