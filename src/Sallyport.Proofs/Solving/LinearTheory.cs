using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Solving;

/// <summary>Decides whether the sums over several numbers that an assignment asserts fit each other and the numbers' own bounds.</summary>
internal sealed class LinearTheory(SatSolver solver)
{
    /// <summary>Nodes of the search for whole numbers; beyond it the fractional solution is handed out and the replay decides.</summary>
    private const int MaxBranches = 2_000;

    private readonly Dictionary<Variable, BoundChain> _chains = [];
    private readonly List<(BoundAtom Atom, int Literal)> _sums = [];
    private Dictionary<Variable, Rational> _solution = [];
    private HashSet<int> _relevant = [];
    private readonly HashSet<int> _reasons = [];

    /// <summary>Whether the last check gave up looking for whole numbers.</summary>
    internal bool WasCutOff { get; private set; }

    /// <summary>Whether no sum of several numbers was ever asked about.</summary>
    internal bool HasNoSums => _sums.Count == 0;

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
    /// <param name="relevant">The boolean variables that something rests on; the others say nothing.</param>
    internal int[]? Check(HashSet<int> relevant)
    {
        (_solution, _relevant, WasCutOff) = ([], relevant, false);
        var sums = _sums.Where(sum => relevant.Contains(sum.Literal >> 1)).ToList();
        if (sums.Count == 0) return null;
        var variables = sums.SelectMany(sum => sum.Atom.Sum.Terms.Select(term => term.Variable)).Distinct().ToList();
        var columns = variables.Select((variable, column) => (variable, column)).ToDictionary(pair => pair.variable, pair => pair.column);
        var tableau = new Simplex(variables.Count, [.. sums.Select(sum => sum.Atom.Sum.Terms.Select(term => (columns[term.Variable], term.Factor)).ToList())]);
        var clash = Assert(tableau, variables, sums) ?? tableau.Check();
        if (clash is null)
        {
            if (FindIntegers(tableau, variables) is { } solved)
            {
                var epsilon = solved.Epsilon();
                _solution = columns.ToDictionary(pair => pair.Key, pair => solved[pair.Value].Real + (solved[pair.Value].Delta * epsilon));
                return null;
            }

            clash = [.. _reasons];
        }

        return [.. clash.Where(reason => reason != Simplex.Always).Distinct().Select(reason => reason ^ 1)];
    }

    /// <summary>The number that the last successful check gave a variable, or one from its interval.</summary>
    internal Rational ValueOf(Variable variable)
    {
        if (_solution.TryGetValue(variable, out var solved)) return solved;
        var interval = (_chains.TryGetValue(variable, out var chain) ? chain : new BoundChain()).Interval(variable, solver, _relevant);
        return (interval.Lower, interval.Upper) switch
        {
            ({ } lower, { } upper) when lower.Value.Delta.Sign > 0 => (lower.Value.Real + upper.Value.Real) / 2,
            ({ } lower, _) => lower.Value.Real + (lower.Value.Delta.Sign > 0 ? 1 : 0),
            (null, { } upper) => upper.Value.Real >= 0 && upper.Value != new Bound(0, -1) ? 0 : upper.Value.Real - (upper.Value.Delta.Sign < 0 ? 1 : 0),
            (null, null) => 0,
        };
    }

    private IReadOnlyList<int>? Assert(Simplex tableau, List<Variable> variables, List<(BoundAtom Atom, int Literal)> sums)
    {
        for (var column = 0; column < variables.Count; column++)
        {
            if (!_chains.TryGetValue(variables[column], out var chain)) _chains[variables[column]] = chain = new BoundChain();
            var (lower, upper) = chain.Interval(variables[column], solver, _relevant);
            if (lower is { } low && tableau.AssertLower(column, low.Value, low.Reason) is { } tooHigh) return tooHigh;
            if (upper is { } high && tableau.AssertUpper(column, high.Value, high.Reason) is { } tooLow) return tooLow;
        }

        for (var row = 0; row < sums.Count; row++)
        {
            var (atom, literal) = sums[row];
            var slack = variables.Count + row;
            var clash = solver.Value(literal) > 0
                ? tableau.AssertUpper(slack, new Bound(atom.Bound, atom.IsStrict ? -1 : 0), literal)
                : tableau.AssertLower(slack, atom.Sum.IsIntegral ? new Bound(atom.Bound + 1, 0) : new Bound(atom.Bound, atom.IsStrict ? 0 : 1), literal ^ 1);
            if (clash is not null) return clash;
        }

        return null;
    }

    /// <summary>
    /// Branch and bound, breadth first. Null if no whole numbers fit; <see cref="_reasons"/> then holds every reason that closed a branch.
    /// When the search is cut off, the fractional solution: it may be wrong, never the other way round.
    /// </summary>
    private Simplex? FindIntegers(Simplex root, List<Variable> variables)
    {
        _reasons.Clear();
        // The narrowest first: branching on a number without bounds can go on for ever while another one settles it.
        var integers = variables.Select((variable, column) => (variable, column)).Where(pair => pair.variable.Sort == Sort.Int).OrderBy(pair => Width(pair.variable)).Select(pair => pair.column).ToList();
        var open = new Queue<Simplex>([root]);
        for (var branches = 0; open.TryDequeue(out var tableau); branches++)
        {
            var broken = integers.Where(column => !tableau[column].Real.IsInteger || !tableau[column].Delta.IsZero).ToList();
            if (broken.Count == 0) return tableau;
            if (branches == MaxBranches)
            {
                WasCutOff = true;
                return tableau;
            }

            foreach (var branch in Branch(tableau, broken)) open.Enqueue(branch);
        }

        return null;
    }

    /// <summary>What is left below a node. A number of which one side is closed comes before one that leaves both: it costs nothing.</summary>
    private List<Simplex> Branch(Simplex tableau, List<int> broken)
    {
        List<Simplex>? first = null;
        foreach (var column in broken)
        {
            var below = tableau[column].Real.IsInteger && tableau[column].Delta.Sign < 0 ? tableau[column].Real.Numerator - 1 : tableau[column].Real.Floor();
            var (left, right) = (tableau.Copy(), tableau.Copy());
            var tooLow = left.AssertUpper(column, new Bound(below, 0), Simplex.Always) ?? left.Check();
            var tooHigh = right.AssertLower(column, new Bound(below + 1, 0), Simplex.Always) ?? right.Check();
            first ??= [.. tooLow is null ? [left] : Array.Empty<Simplex>(), .. tooHigh is null ? [right] : Array.Empty<Simplex>()];
            if (tooLow is null && tooHigh is null) continue;
            _reasons.UnionWith(tooLow ?? []);
            _reasons.UnionWith(tooHigh ?? []);
            return tooLow is not null && tooHigh is not null ? [] : [tooLow is null ? left : right];
        }

        return first!;
    }

    private static double Width(Variable variable) =>
        variable.Least is { } least && variable.Greatest is { } greatest ? (double)(greatest - least).Floor() : double.PositiveInfinity;
}
