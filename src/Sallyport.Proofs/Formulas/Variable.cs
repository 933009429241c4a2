namespace Sallyport.Proofs.Formulas;

/// <summary>What a variable ranges over.</summary>
internal enum Sort
{
    /// <summary>True or false.</summary>
    Bool,

    /// <summary>All whole numbers.</summary>
    Int,

    /// <summary>All rational numbers.</summary>
    Real,

    /// <summary>All Unicode text.</summary>
    Text,
}

/// <summary>An unknown of a query.</summary>
/// <param name="Index">Position in the pool, from 0.</param>
/// <param name="Name">What people see: a member path, or the expression that it stands for.</param>
/// <param name="Sort">What it ranges over.</param>
internal sealed record Variable(int Index, string Name, Sort Sort)
{
    /// <summary>The least value of a number; null for none. Holds in every query.</summary>
    internal Rational? Least { get; init; }

    /// <summary>The greatest value of a number; null for none. Holds in every query.</summary>
    internal Rational? Greatest { get; init; }

    /// <summary>True if it stands for something that the solver does not look into; a model of it means nothing by itself.</summary>
    internal bool IsOpaque { get; init; }

    public bool Equals(Variable? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Index;
}
