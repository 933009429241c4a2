namespace Sallyport.Cel;

/// <summary>A mistake found before an expression runs.</summary>
/// <param name="Offset">Position in the source in UTF-16 units, from 0.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column in code points, from 1.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Suggestion">The declared name that was probably meant, if one is close.</param>
public sealed record CelIssue(int Offset, int Line, int Column, string Message, string? Suggestion)
{
    /// <summary><c>line:column: message (did you mean 'x'?)</c></summary>
    public override string ToString() =>
        Suggestion is null ? $"{Line}:{Column}: {Message}" : $"{Line}:{Column}: {Message} (did you mean '{Suggestion}'?)";
}
