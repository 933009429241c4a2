using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Solving;

/// <summary>
/// The order encoding of one number: a literal for each <c>x ≤ c</c> and <c>x &lt; c</c> that a query mentions, each implying the next
/// looser one. Whatever values the literals take together, there is a number that fits them.
/// </summary>
internal sealed class BoundChain
{
    private readonly SortedList<(Rational Bound, int Loose), int> _literals = [];

    /// <summary>The literal of a bound; a new one is linked to its neighbours.</summary>
    internal int LiteralOf(BoundAtom atom, SatSolver solver)
    {
        var key = (atom.Bound, atom.IsStrict ? 0 : 1);
        if (_literals.TryGetValue(key, out var known)) return known;
        // Tried first is what keeps the number near zero: counterexamples are for people to read.
        var literal = solver.NewVariable(phase: atom.Bound.Sign >= 0) << 1;
        _literals.Add(key, literal);
        var at = _literals.IndexOfKey(key);
        if (at > 0) solver.AddClause(_literals.Values[at - 1] ^ 1, literal);
        if (at + 1 < _literals.Count) solver.AddClause(literal ^ 1, _literals.Values[at + 1]);
        return literal;
    }

    /// <summary>The tightest bounds that the relevant part of an assignment asserts, each with the literal that says so.</summary>
    internal ((Bound Value, int Reason)? Lower, (Bound Value, int Reason)? Upper) Interval(Variable variable, SatSolver solver, HashSet<int> relevant)
    {
        var isInt = variable.Sort == Sort.Int;
        (Bound, int)? lower = variable.Least is { } least ? (new Bound(least, 0), Simplex.Always) : null;
        (Bound, int)? upper = variable.Greatest is { } greatest ? (new Bound(greatest, 0), Simplex.Always) : null;
        foreach (var ((bound, loose), literal) in _literals)
        {
            if (!relevant.Contains(literal >> 1)) continue;
            switch (solver.Value(literal))
            {
                case > 0:
                    return (lower, (new Bound(bound, loose == 1 ? 0 : -1), literal));
                case < 0:
                    lower = (isInt ? new Bound(bound + 1, 0) : new Bound(bound, loose == 1 ? 1 : 0), literal ^ 1);
                    break;
            }
        }

        return (lower, upper);
    }
}
