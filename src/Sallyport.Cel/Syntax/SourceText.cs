namespace Sallyport.Cel.Syntax;

/// <summary>Offsets to lines and columns.</summary>
internal static class SourceText
{
    internal static CelIssue IssueAt(string source, int offset, string message, string? suggestion = null)
    {
        offset = Math.Clamp(offset, 0, source.Length);
        var line = 1;
        var column = 1;
        for (var i = 0; i < offset; i++)
        {
            if (source[i] == '\n')
            {
                line++;
                column = 1;
            }
            else if (!char.IsLowSurrogate(source[i]))
            {
                // The second half of a surrogate pair belongs to the code point before it.
                column++;
            }
        }

        return new(offset, line, column, message, suggestion);
    }
}
