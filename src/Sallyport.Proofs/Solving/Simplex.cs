using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Solving;

/// <summary>A value or bound with an infinitesimal part: <c>x &lt; 5</c> is <c>x ≤ 5 - δ</c>.</summary>
internal readonly record struct Bound(Rational Real, Rational Delta)
{
    internal int CompareTo(Bound other) => Real.CompareTo(other.Real) is not 0 and var order ? order : Delta.CompareTo(other.Delta);

    public static Bound operator +(Bound a, Bound b) => new(a.Real + b.Real, a.Delta + b.Delta);

    public static Bound operator -(Bound a, Bound b) => new(a.Real - b.Real, a.Delta - b.Delta);

    public static Bound operator *(Bound a, Rational factor) => new(a.Real * factor, a.Delta * factor);
}

/// <summary>
/// Exact feasibility of linear bounds: the general simplex method for satisfiability (Dutertre and de Moura 2006) with Bland's rule, which
/// always ends. An infeasible set is explained by the bounds that clash.
/// </summary>
internal sealed class Simplex
{
    /// <summary>The reason of a bound that holds anyway.</summary>
    internal const int Always = -1;

    private readonly Rational[,] _rows;
    private readonly int[] _basic;
    private readonly int[] _rowOf;
    private readonly (Bound Value, int Reason)?[] _lower;
    private readonly (Bound Value, int Reason)?[] _upper;
    private readonly Bound[] _values;
    private readonly int _columns;

    /// <summary>Columns are the variables, then one slack column a row.</summary>
    /// <param name="variables">How many variables.</param>
    /// <param name="rows">The sums, by variable column.</param>
    internal Simplex(int variables, IReadOnlyList<IReadOnlyList<(int Column, Rational Factor)>> rows)
    {
        _columns = variables + rows.Count;
        _rows = new Rational[rows.Count, _columns];
        _basic = new int[rows.Count];
        _rowOf = new int[_columns];
        Array.Fill(_rowOf, -1);
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var (column, factor) in rows[i]) _rows[i, column] = factor;
            _basic[i] = variables + i;
            _rowOf[variables + i] = i;
        }

        _lower = new (Bound, int)?[_columns];
        _upper = new (Bound, int)?[_columns];
        _values = new Bound[_columns];
    }

    private Simplex(Simplex other)
    {
        _columns = other._columns;
        _rows = (Rational[,])other._rows.Clone();
        _basic = [.. other._basic];
        _rowOf = [.. other._rowOf];
        _lower = [.. other._lower];
        _upper = [.. other._upper];
        _values = [.. other._values];
    }

    internal Simplex Copy() => new(this);

    internal Bound this[int column] => _values[column];

    /// <summary>Bounds a column from below; the reasons that clash if it cannot be.</summary>
    internal IReadOnlyList<int>? AssertLower(int column, Bound bound, int reason)
    {
        if (_lower[column] is { } known && known.Value.CompareTo(bound) >= 0) return null;
        if (_upper[column] is { } upper && upper.Value.CompareTo(bound) < 0) return [reason, upper.Reason];
        _lower[column] = (bound, reason);
        if (_rowOf[column] < 0 && _values[column].CompareTo(bound) < 0) Move(column, bound);
        return null;
    }

    /// <summary>Bounds a column from above; the reasons that clash if it cannot be.</summary>
    internal IReadOnlyList<int>? AssertUpper(int column, Bound bound, int reason)
    {
        if (_upper[column] is { } known && known.Value.CompareTo(bound) <= 0) return null;
        if (_lower[column] is { } lower && lower.Value.CompareTo(bound) > 0) return [reason, lower.Reason];
        _upper[column] = (bound, reason);
        if (_rowOf[column] < 0 && _values[column].CompareTo(bound) > 0) Move(column, bound);
        return null;
    }

    /// <summary>Moves every column within its bounds; the reasons that clash if that is impossible.</summary>
    internal IReadOnlyList<int>? Check()
    {
        while (true)
        {
            // Bland: the lowest column that is out of bounds, then the lowest that can mend it.
            var leaving = -1;
            for (var column = 0; column < _columns && leaving < 0; column++)
                if (_rowOf[column] >= 0 && Violation(column) != 0) leaving = column;
            if (leaving < 0) return null;

            var tooLow = Violation(leaving) < 0;
            var row = _rowOf[leaving];
            var entering = -1;
            for (var column = 0; column < _columns && entering < 0; column++)
                if (_rowOf[column] < 0 && CanMove(column, _rows[row, column].Sign * (tooLow ? 1 : -1))) entering = column;
            if (entering < 0) return Explain(row, tooLow);
            Pivot(row, entering, (tooLow ? _lower : _upper)[leaving]!.Value.Value);
        }
    }

    /// <summary>A positive number that can stand for the infinitesimal without breaking a bound.</summary>
    internal Rational Epsilon()
    {
        var epsilon = Rational.One;
        for (var column = 0; column < _columns; column++)
        {
            if (_lower[column] is { } lower) epsilon = Shrink(epsilon, lower.Value, _values[column]);
            if (_upper[column] is { } upper) epsilon = Shrink(epsilon, _values[column], upper.Value);
        }

        return epsilon;
    }

    private static Rational Shrink(Rational epsilon, Bound small, Bound large)
    {
        if (small.Delta <= large.Delta) return epsilon;
        var limit = (large.Real - small.Real) / (small.Delta - large.Delta);
        return limit < epsilon ? limit : epsilon;
    }

    private int Violation(int column) =>
        _lower[column] is { } lower && _values[column].CompareTo(lower.Value) < 0 ? -1
        : _upper[column] is { } upper && _values[column].CompareTo(upper.Value) > 0 ? 1 : 0;

    private bool CanMove(int column, int direction) =>
        direction > 0 ? _upper[column] is not { } upper || _values[column].CompareTo(upper.Value) < 0
        : direction < 0 && (_lower[column] is not { } lower || _values[column].CompareTo(lower.Value) > 0);

    private List<int> Explain(int row, bool tooLow)
    {
        var reasons = new List<int> { (tooLow ? _lower : _upper)[_basic[row]]!.Value.Reason };
        for (var column = 0; column < _columns; column++)
        {
            if (_rowOf[column] >= 0 || _rows[row, column].IsZero) continue;
            var blockedAbove = (_rows[row, column].Sign > 0) == tooLow;
            reasons.Add((blockedAbove ? _upper : _lower)[column]!.Value.Reason);
        }

        return reasons;
    }

    private void Move(int column, Bound target)
    {
        var change = target - _values[column];
        _values[column] = target;
        for (var row = 0; row < _basic.Length; row++)
            if (!_rows[row, column].IsZero) _values[_basic[row]] += change * _rows[row, column];
    }

    private void Pivot(int row, int entering, Bound target)
    {
        var leaving = _basic[row];
        var factor = _rows[row, entering];
        Move(entering, _values[entering] + ((target - _values[leaving]) * (Rational.One / factor)));
        _values[leaving] = target;

        // leaving = factor * entering + rest  becomes  entering = (leaving - rest) / factor.
        for (var column = 0; column < _columns; column++)
            _rows[row, column] = column == entering ? 0 : -_rows[row, column] / factor;
        _rows[row, leaving] = Rational.One / factor;
        for (var other = 0; other < _basic.Length; other++)
        {
            var multiple = _rows[other, entering];
            if (other == row || multiple.IsZero) continue;
            for (var column = 0; column < _columns; column++)
                _rows[other, column] = (column == entering ? 0 : _rows[other, column]) + (multiple * _rows[row, column]);
        }

        (_basic[row], _rowOf[leaving], _rowOf[entering]) = (entering, -1, row);
    }
}
