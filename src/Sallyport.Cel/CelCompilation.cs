using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Cel;

/// <summary>A program, or what is wrong with the source.</summary>
public sealed class CelCompilation
{
    internal CelCompilation(CelProgram? program, IReadOnlyList<CelIssue> issues)
    {
        Program = program;
        Issues = issues;
    }

    /// <summary>The program; null if there are issues.</summary>
    public CelProgram? Program { get; }

    /// <summary>The mistakes, in source order.</summary>
    public IReadOnlyList<CelIssue> Issues { get; }

    /// <summary>True if there is a program.</summary>
    [MemberNotNullWhen(true, nameof(Program))]
    public bool Succeeded => Program is not null;
}
