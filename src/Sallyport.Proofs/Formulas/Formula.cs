namespace Sallyport.Proofs.Formulas;

/// <summary>A node of a <see cref="FormulaPool"/>, or its negation: equal formulas of one pool are the same number.</summary>
/// <param name="Code">Twice the node's index, plus one for the negation.</param>
internal readonly record struct Formula(int Code)
{
    internal static Formula True => new(0);

    internal static Formula False => new(1);

    internal int Node => Code >> 1;

    internal bool IsNegated => (Code & 1) != 0;

    internal bool IsTrue => Code == 0;

    internal bool IsFalse => Code == 1;

    public static Formula operator !(Formula operand) => new(operand.Code ^ 1);
}
