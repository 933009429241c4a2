using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Sallyport.Cel;

/// <summary>A member path from a declared variable, such as <c>facts.order.region</c>.</summary>
/// <param name="Variable">The declared variable.</param>
/// <param name="Segments">The members and literal indexes that follow; empty if the whole variable is used.</param>
public sealed record CelPath(string Variable, ImmutableArray<CelPathSegment> Segments)
{
    /// <inheritdoc/>
    public bool Equals(CelPath? other) =>
        other is not null && Variable == other.Variable && Segments.AsSpan().SequenceEqual(other.Segments.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Variable, Segments.Length, Segments.IsEmpty ? default : Segments[^1]);

    /// <summary>The path as an expression writes it: <c>facts.x['a-b'][0]</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Variable);
        foreach (var segment in Segments)
            text.Append(segment);
        return text.ToString();
    }
}

/// <summary>One step of a path: a member name, or a literal index.</summary>
/// <param name="Name">The member's name; null for an index.</param>
/// <param name="Index">The index; 0 for a member.</param>
public readonly record struct CelPathSegment(string? Name, long Index)
{
    /// <summary><c>.name</c>, <c>['odd name']</c> or <c>[0]</c>.</summary>
    public override string ToString()
    {
        if (Name is null)
            return string.Create(CultureInfo.InvariantCulture, $"[{Index}]");
        return Syntax.Names.IsIdentifier(Name) ? "." + Name : $"['{Name.Replace("\\", "\\\\").Replace("'", "\\'")}']";
    }
}
