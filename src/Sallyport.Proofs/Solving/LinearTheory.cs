using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Solving;

/// <summary>Decides whether the sums over several numbers that an assignment asserts fit each other and the numbers' own bounds.</summary>
internal sealed class LinearTheory(SatSolver solver)
{
    /// <summary>Nodes of the search for whole numbers; beyond it the fractional solution is handed out and the replay decides.</summary>
    private const int MaxBranches = 400;

    private readonly Dictionary<Variable, BoundChain> _chains = [];
    private readonly List<(BoundAtom Atom, int Literal)> _sums = [];
    private Dictionary<Variable, Rational> _solution = [];

    /// <summary>The literal of an atom over numbers.</summary>
    internal int LiteralOf(BoundAtom atom)
    {
        if (atom.Sum.Terms is [var (single, _)])
            return (_chains.TryGetValue(single, out var chain) ? chain : _chains[single] = new BoundChain()).LiteralOf(atom, solver);
        var literal = solver.NewVariable() << 1;
        _sums.Add((atom, literal));
        return literal;
    }

    /// <summary>Null if the complete assignment fits; else the clause that it breaks.</summary>
    internal int[]? Check()
    {
        _solution = [];
        if (_sums.Count == 0) return null;
        var variables = _sums.SelectMany(sum => sum.Atom.Sum.Terms.Select(term => term.Variable)).Distinct().ToList();
        var columns = variables.Select((variable, column) => (variable, column)).ToDictionary(pair => pair.variable, pair => pair.column);
        var tableau = new Simplex(variables.Count, [.. _sums.Select(sum => sum.Atom.Sum.Terms.Select(term => (columns[term.Variable], term.Factor)).ToList())]);
        var clash = Assert(tableau, variables) ?? tableau.Check();
        if (clash is null)
        {
            var integers = variables.Select((variable, column) => (variable, column)).Where(pair => pair.variable.Sort == Sort.Int).Select(pair => pair.column).ToList();
            var branches = 0;
            var reasons = new HashSet<int>();
            if (FindIntegers(tableau, integers, reasons, ref branches) is { } solved)
            {
                var epsilon = solved.Epsilon();
                _solution = columns.ToDictionary(pair => pair.Key, pair => solved[pair.Value].Real + (solved[pair.Value].Delta * epsilon));
                return null;
            }

            clash = [.. reasons];
        }

        return [.. clash.Where(reason => reason != Simplex.Always).Distinct().Select(reason => reason ^ 1)];
    }

    /// <summary>The number that the last successful check gave a variable, or one from its interval.</summary>
    internal Rational ValueOf(Variable variable)
    {
        if (_solution.TryGetValue(variable, out var solved)) return solved;
        var interval = (_chains.TryGetValue(variable, out var chain) ? chain : new BoundChain()).Interval(variable, solver);
        return (interval.Lower, interval.Upper) switch
        {
            ({ } lower, { } upper) when lower.Value.Delta.Sign > 0 => (lower.Value.Real + upper.Value.Real) / 2,
            ({ } lower, _) => lower.Value.Real + (lower.Value.Delta.Sign > 0 ? 1 : 0),
            (null, { } upper) => upper.Value.Real >= 0 && upper.Value != new Bound(0, -1) ? 0 : upper.Value.Real - (upper.Value.Delta.Sign < 0 ? 1 : 0),
            (null, null) => 0,
        };
    }

    private IReadOnlyList<int>? Assert(Simplex tableau, List<Variable> variables)
    {
        for (var column = 0; column < variables.Count; column++)
        {
            if (!_chains.TryGetValue(variables[column], out var chain)) _chains[variables[column]] = chain = new BoundChain();
            var (lower, upper) = chain.Interval(variables[column], solver);
            if (lower is { } low && tableau.AssertLower(column, low.Value, low.Reason) is { } tooHigh) return tooHigh;
            if (upper is { } high && tableau.AssertUpper(column, high.Value, high.Reason) is { } tooLow) return tooLow;
        }

        for (var row = 0; row < _sums.Count; row++)
        {
            var (atom, literal) = _sums[row];
            var slack = variables.Count + row;
            var clash = solver.Value(literal) > 0
                ? tableau.AssertUpper(slack, new Bound(atom.Bound, atom.IsStrict ? -1 : 0), literal)
                : tableau.AssertLower(slack, atom.Sum.IsIntegral ? new Bound(atom.Bound + 1, 0) : new Bound(atom.Bound, atom.IsStrict ? 0 : 1), literal ^ 1);
            if (clash is not null) return clash;
        }

        return null;
    }

    /// <summary>
    /// Branch and bound. Null if no whole numbers fit, with every reason that closed a branch. When the search is cut off, the fractional
    /// solution: it may be wrong, never the other way round.
    /// </summary>
    private static Simplex? FindIntegers(Simplex tableau, List<int> integers, HashSet<int> reasons, ref int branches)
    {
        if (tableau.Check() is { } clash)
        {
            reasons.UnionWith(clash);
            return null;
        }

        var broken = integers.FindIndex(column => !tableau[column].Real.IsInteger || !tableau[column].Delta.IsZero);
        if (broken < 0 || ++branches > MaxBranches) return tableau;
        var at = integers[broken];
        var below = tableau[at].Real.IsInteger && tableau[at].Delta.Sign < 0 ? tableau[at].Real.Numerator - 1 : tableau[at].Real.Floor();
        var left = tableau.Copy();
        if (left.AssertUpper(at, new Bound(below, 0), Simplex.Always) is { } noLower) reasons.UnionWith(noLower);
        else if (FindIntegers(left, integers, reasons, ref branches) is { } found) return found;
        var right = tableau.Copy();
        if (right.AssertLower(at, new Bound(below + 1, 0), Simplex.Always) is { } noUpper) reasons.UnionWith(noUpper);
        else if (FindIntegers(right, integers, reasons, ref branches) is { } found) return found;
        return null;
    }
}
