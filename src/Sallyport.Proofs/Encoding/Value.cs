using System.Collections.Immutable;
using Sallyport.Cel;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Encoding;

/// <summary>What an expression can be, as formulas over its inputs: CEL's values and errors, case by case.</summary>
/// <param name="Ok">The evaluation does not fail.</param>
internal abstract record Value(Formula Ok)
{
    /// <summary>The value is null; only where <see cref="Ok"/> holds.</summary>
    internal Formula IsNull { get; init; } = Formula.False;
}

/// <summary>A boolean in three values: true, false, or (neither) an error.</summary>
/// <param name="Ok">Either of the two.</param>
/// <param name="IsTrue">It is true; implies Ok.</param>
/// <param name="IsFalse">It is false; implies Ok.</param>
internal sealed record TruthValue(Formula Ok, Formula IsTrue, Formula IsFalse) : Value(Ok);

/// <summary>A number, or a time in nanoseconds.</summary>
/// <param name="Ok">The evaluation does not fail.</param>
/// <param name="Kind">Which of CEL's kinds.</param>
/// <param name="Cases">Exclusive cases that cover everything where the value is ok and not null.</param>
internal sealed record NumberValue(Formula Ok, CelTypeKind Kind, ImmutableArray<(Formula When, LinearSum Sum)> Cases) : Value(Ok);

/// <summary>Text: a variable or a literal in each case.</summary>
/// <param name="Ok">The evaluation does not fail.</param>
/// <param name="Cases">Exclusive cases that cover everything where the value is ok and not null.</param>
internal sealed record TextValue(Formula Ok, ImmutableArray<(Formula When, Variable? Variable, string Literal)> Cases) : Value(Ok);

/// <summary>An object or list at a place of the input.</summary>
/// <param name="Ok">The evaluation does not fail.</param>
/// <param name="Site">The place.</param>
/// <param name="Type">Its static type.</param>
internal sealed record SiteValue(Formula Ok, Site Site, CelType Type) : Value(Ok);

/// <summary>A list written in the expression.</summary>
/// <param name="Ok">No element fails.</param>
/// <param name="Elements">Its elements.</param>
internal sealed record ElementsValue(Formula Ok, ImmutableArray<Value> Elements) : Value(Ok);

/// <summary>Something that proofs do not look into.</summary>
/// <param name="Ok">The evaluation does not fail.</param>
internal sealed record OtherValue(Formula Ok) : Value(Ok);
