namespace Sallyport.Workflows;

/// <summary>One fault of a bundle, placed where its author can see it.</summary>
/// <param name="File">Path inside the bundle.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Column">1-based column.</param>
/// <param name="Message">What is wrong and why it matters, in one or two sentences.</param>
/// <param name="Suggestion">What was probably meant.</param>
public sealed record BundleFault(string File, int Line, int Column, string Message, string? Suggestion = null)
{
    /// <summary>The form that editors link: <c>file:line:column: message</c>.</summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {Message}" + (Suggestion is null ? "" : $" Did you mean \"{Suggestion}\"?");
}
