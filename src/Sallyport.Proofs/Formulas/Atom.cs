namespace Sallyport.Proofs.Formulas;

/// <summary>A statement that the solver takes as a whole.</summary>
internal abstract record Atom;

/// <summary>A boolean variable is true.</summary>
internal sealed record BoolAtom(Variable Variable) : Atom;

/// <summary>A sum without constant lies below a bound. The first factor is positive and the factors are coprime whole numbers.</summary>
/// <param name="Sum">At least one variable.</param>
/// <param name="Bound">The bound.</param>
/// <param name="IsStrict">Whether the bound itself is excluded; never where the sum is integral.</param>
internal sealed record BoundAtom(LinearSum Sum, Rational Bound, bool IsStrict) : Atom
{
    public bool Equals(BoundAtom? other) =>
        other is not null && IsStrict == other.IsStrict && Bound == other.Bound && Sum.Terms.AsSpan().SequenceEqual(other.Sum.Terms.AsSpan());

    public override int GetHashCode() => HashCode.Combine(IsStrict, Bound, Sum.Terms.Length, Sum.Terms[0].Variable.Index);
}

/// <summary>How a text relates to a literal.</summary>
internal enum TextTest
{
    /// <summary>It is the literal.</summary>
    Equals,

    /// <summary>It starts with the literal.</summary>
    StartsWith,

    /// <summary>It ends with the literal.</summary>
    EndsWith,

    /// <summary>The literal stands somewhere in it.</summary>
    Contains,
}

/// <summary>A text variable passes a test against a literal.</summary>
internal sealed record TextAtom(Variable Variable, TextTest Test, string Literal) : Atom
{
    /// <summary>What the test says of a known text.</summary>
    internal static bool Passes(string text, TextTest test, string literal) => test switch
    {
        TextTest.Equals => text == literal,
        TextTest.StartsWith => text.StartsWith(literal, StringComparison.Ordinal),
        TextTest.EndsWith => text.EndsWith(literal, StringComparison.Ordinal),
        TextTest.Contains => text.Contains(literal, StringComparison.Ordinal),
    };
}

/// <summary>Two text variables are equal; the first has the lower index.</summary>
internal sealed record SameTextAtom(Variable First, Variable Second) : Atom;
