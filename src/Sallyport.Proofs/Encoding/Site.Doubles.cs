using System.Globalization;
using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Encoding;

/// <summary>
/// A number that conditions read as a double: the contract bounds what is written, the condition sees the double nearest to it. A maximum
/// of 0.1 lets through 0.1, which is read as a little more.
/// </summary>
internal sealed partial class Site
{
    private static readonly Rational LargestExactDouble = 1L << 53;

    private static readonly string[] BoundKeywords = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"];

    /// <summary>The double that is read here, once it is used and need not be what is written.</summary>
    internal Variable? Nearest { get; private set; }

    /// <summary>The double here, as a sum of one variable.</summary>
    internal LinearSum Double()
    {
        var written = Number(isInt: false);
        if (Scalar!.Sort == Sort.Int && Unit.IsInteger && written.Range() is ({ } low, { } high) && -LargestExactDouble <= low && high <= LargestExactDouble) return written;
        var (least, greatest) = Bounds(isInt: false);
        Nearest ??= _pool.Variable($"double({Path})", Sort.Real, Round(least), Round(greatest));
        return LinearSum.Of(Nearest, 1);
    }

    /// <summary>Rounding keeps the order: what lies within a bound is read as a double within the rounded bound, and may be read as that.</summary>
    private IEnumerable<Formula> NearestDemands(LinearSum written, LinearSum read, SchemaView schema)
    {
        if (Round(Tighter(schema.Bound("minimum"), schema.Bound("exclusiveMinimum"), 1)) is { } least) yield return _pool.NotPositive(LinearSum.Of(least).Minus(read));
        if (Round(Tighter(schema.Bound("maximum"), schema.Bound("exclusiveMaximum"), -1)) is { } most) yield return _pool.NotPositive(read.Minus(LinearSum.Of(most)));
        if (schema.Numbers is { } values)
            yield return _pool.Or([.. values.Select(value => _pool.And(
                _pool.IsZero(written.Minus(LinearSum.Of(value))), Round(value) is { } rounded ? _pool.IsZero(read.Minus(LinearSum.Of(rounded))) : Formula.True))]);
    }

    /// <summary>
    /// What holds of numbers that doubles hold exactly: they lie to the bounds as what is written does. Only for looking for a
    /// counterexample, as it leaves numbers out.
    /// </summary>
    internal IEnumerable<Formula> Plain()
    {
        if (Nearest is not { } nearest) yield break;
        var (written, read) = (LinearSum.Of(Scalar!, Unit), LinearSum.Of(nearest, 1));
        foreach (var bound in Schemas.SelectMany(schema => BoundKeywords.Select(schema.Bound)).OfType<Rational>().Distinct())
        {
            if (Round(bound) is not { } rounded) continue;
            var (writtenOver, readOver) = (written.Minus(LinearSum.Of(bound)), read.Minus(LinearSum.Of(rounded)));
            yield return _pool.Same(_pool.NotPositive(writtenOver), _pool.NotPositive(readOver));
            yield return _pool.Same(_pool.Negative(writtenOver), _pool.Negative(readOver));
        }
    }

    /// <summary>The double nearest to a bound of a schema; null if there is none.</summary>
    private static Rational? Round(Rational? bound) =>
        bound?.ToJson() is { } text && double.Parse(text, CultureInfo.InvariantCulture) is var rounded && double.IsFinite(rounded) ? Rational.FromDouble(rounded) : null;
}
