namespace Sallyport.Cel.Syntax;

/// <summary>Unwinds the parser to its entry point, which turns it into an issue. It never leaves this folder.</summary>
internal sealed class SyntaxError(int offset, string message, string? suggestion = null) : Exception(message)
{
    internal int Offset { get; } = offset;

    internal string? Suggestion { get; } = suggestion;
}
