using System.Collections.Immutable;

namespace Sallyport.Proofs.Formulas;

/// <summary>A constant plus rational multiples of variables, by ascending variable index and without zero coefficients.</summary>
internal sealed class LinearSum
{
    internal LinearSum(Rational constant, ImmutableArray<(Variable Variable, Rational Factor)> terms)
    {
        Constant = constant;
        Terms = terms;
    }

    internal Rational Constant { get; }

    internal ImmutableArray<(Variable Variable, Rational Factor)> Terms { get; }

    internal bool IsConstant => Terms.IsEmpty;

    /// <summary>Whether the sum is a whole number whatever its variables are.</summary>
    internal bool IsIntegral => Constant.IsInteger && Terms.All(term => term.Variable.Sort == Sort.Int && term.Factor.IsInteger);

    internal static LinearSum Of(Rational constant) => new(constant, []);

    internal static LinearSum Of(Variable variable, Rational factor) => new(0, [(variable, factor)]);

    internal LinearSum Plus(LinearSum other) => Combine(other, 1);

    internal LinearSum Minus(LinearSum other) => Combine(other, -1);

    internal LinearSum Times(Rational factor) =>
        factor.IsZero ? Of(0) : new(Constant * factor, [.. Terms.Select(term => (term.Variable, term.Factor * factor))]);

    private LinearSum Combine(LinearSum other, Rational factor)
    {
        var terms = ImmutableArray.CreateBuilder<(Variable, Rational)>();
        var (i, j) = (0, 0);
        while (i < Terms.Length || j < other.Terms.Length)
        {
            var order = i == Terms.Length ? 1 : j == other.Terms.Length ? -1 : Terms[i].Variable.Index.CompareTo(other.Terms[j].Variable.Index);
            var sum = (order <= 0 ? Terms[i].Factor : 0) + (order >= 0 ? other.Terms[j].Factor * factor : 0);
            if (!sum.IsZero) terms.Add((order <= 0 ? Terms[i].Variable : other.Terms[j].Variable, sum));
            if (order <= 0) i++;
            if (order >= 0) j++;
        }

        return new(Constant + (other.Constant * factor), terms.ToImmutable());
    }

    /// <summary>The least and greatest value that the variables' own bounds allow; null where there is none.</summary>
    internal (Rational? Least, Rational? Greatest) Range()
    {
        Rational? least = Constant, greatest = Constant;
        foreach (var (variable, factor) in Terms)
        {
            var (low, high) = factor.Sign > 0 ? (variable.Least, variable.Greatest) : (variable.Greatest, variable.Least);
            least = least is { } l && low is { } a ? l + (a * factor) : null;
            greatest = greatest is { } g && high is { } b ? g + (b * factor) : null;
        }

        return (least, greatest);
    }
}
