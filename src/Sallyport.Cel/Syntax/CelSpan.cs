using System.Runtime.InteropServices;

namespace Sallyport.Cel.Syntax;

/// <summary>A range of the source in UTF-16 units.</summary>
/// <param name="Start">First unit, from 0.</param>
/// <param name="End">Behind the last unit.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CelSpan(int Start, int End)
{
    /// <summary>The smallest range that holds both.</summary>
    /// <param name="other">The other range.</param>
    public CelSpan Through(CelSpan other) => new(Math.Min(Start, other.Start), Math.Max(End, other.End));
}
