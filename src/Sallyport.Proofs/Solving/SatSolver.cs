namespace Sallyport.Proofs.Solving;

/// <summary>
/// Conflict-driven clause learning over two watched literals, with first-unique-implication-point learning, activity order, saved phases
/// and Luby restarts. Clauses may be added between and (through the theory) during calls; what was learnt is kept.
/// </summary>
/// <remarks>A literal is twice the variable, plus one for the negation. The solver is deterministic.</remarks>
internal sealed class SatSolver
{
    private const int RestartUnit = 128;

    private readonly List<List<int[]>> _watches = [];
    private readonly List<sbyte> _values = [];
    private readonly List<int> _levels = [];
    private readonly List<int[]?> _reasons = [];
    private readonly List<bool> _phases = [];
    private readonly List<bool> _seen = [];
    private readonly List<int> _trail = [];
    private readonly List<int> _levelStarts = [];
    private readonly ActivityOrder _order = new();
    private int _head;
    private bool _isContradictory;

    /// <summary>Conflicts so far, in all calls.</summary>
    internal long Conflicts { get; private set; }

    /// <param name="phase">The value that is tried first.</param>
    internal int NewVariable(bool phase = false)
    {
        _values.Add(0);
        _levels.Add(0);
        _reasons.Add(null);
        _phases.Add(phase);
        _seen.Add(false);
        _watches.Add([]);
        _watches.Add([]);
        _order.Add();
        return _values.Count - 1;
    }

    /// <summary>1 if true, -1 if false, 0 if open.</summary>
    internal int Value(int literal) => (literal & 1) == 0 ? _values[literal >> 1] : -_values[literal >> 1];

    /// <summary>Adds a clause at the top level; to be called between calls of <see cref="Solve"/> only.</summary>
    internal void AddClause(params ReadOnlySpan<int> literals)
    {
        Backtrack(0);
        var kept = new SortedSet<int>();
        foreach (var literal in literals)
        {
            if (Value(literal) > 0 || kept.Contains(literal ^ 1)) return;
            if (Value(literal) == 0) kept.Add(literal);
        }

        if (kept.Count == 0) _isContradictory = true;
        else if (kept.Count == 1) Assign(kept.Min, null);
        else Watch([.. kept]);
    }

    /// <summary>
    /// Looks for an assignment in which every clause and every assumption holds and the theory agrees. Null when the effort is used up.
    /// </summary>
    /// <param name="assumptions">Literals that hold in this call only.</param>
    /// <param name="theory">Asked at every complete assignment: null if it agrees, else a clause that the assignment breaks.</param>
    /// <param name="maxConflicts">The effort.</param>
    internal bool? Solve(ReadOnlySpan<int> assumptions, Func<int[]?> theory, long maxConflicts)
    {
        Backtrack(0);
        if (_isContradictory) return false;
        var limit = Conflicts + maxConflicts;
        var restart = 1L;
        var nextRestart = Conflicts + (RestartUnit * Luby(restart));
        while (true)
        {
            var conflict = Propagate();
            if (conflict is null)
            {
                switch (Decide(assumptions))
                {
                    case Step.Refused: return false;
                    case Step.Decided: continue;
                    case Step.Complete: break;
                }

                conflict = theory();
                if (conflict is null) return true;
                if (!Attach(conflict)) return false;
            }

            Conflicts++;
            if (!Learn(conflict)) return false;
            if (Conflicts >= limit) return null;
            if (Conflicts < nextRestart) continue;
            nextRestart = Conflicts + (RestartUnit * Luby(++restart));
            Backtrack(0);
        }
    }

    private enum Step
    {
        Decided,
        Complete,
        Refused,
    }

    /// <summary>Assumptions come first, one level each; then the most active open variable.</summary>
    private Step Decide(ReadOnlySpan<int> assumptions)
    {
        while (_levelStarts.Count < assumptions.Length)
        {
            var assumed = assumptions[_levelStarts.Count];
            if (Value(assumed) < 0) return Step.Refused;
            _levelStarts.Add(_trail.Count);
            if (Value(assumed) > 0) continue;
            Assign(assumed, null);
            return Step.Decided;
        }

        while (_order.Pop() is { } variable)
        {
            if (_values[variable] != 0) continue;
            _levelStarts.Add(_trail.Count);
            Assign((variable << 1) | (_phases[variable] ? 0 : 1), null);
            return Step.Decided;
        }

        return Step.Complete;
    }

    private void Assign(int literal, int[]? reason)
    {
        var variable = literal >> 1;
        _values[variable] = (sbyte)((literal & 1) == 0 ? 1 : -1);
        _levels[variable] = _levelStarts.Count;
        _reasons[variable] = reason;
        _trail.Add(literal);
    }

    private void Watch(int[] clause)
    {
        _watches[clause[0] ^ 1].Add(clause);
        _watches[clause[1] ^ 1].Add(clause);
    }

    private int[]? Propagate()
    {
        while (_head < _trail.Count)
        {
            var asserted = _trail[_head++];
            var watching = _watches[asserted];
            var kept = 0;
            for (var i = 0; i < watching.Count; i++)
            {
                var clause = watching[i];
                if (clause[0] == (asserted ^ 1)) (clause[0], clause[1]) = (clause[1], clause[0]);
                if (Value(clause[0]) <= 0 && Rewatch(clause)) continue;
                watching[kept++] = clause;
                if (Value(clause[0]) > 0) continue;
                if (Value(clause[0]) < 0)
                {
                    watching.RemoveRange(kept, i + 1 - kept);
                    _head = _trail.Count;
                    return clause;
                }

                Assign(clause[0], clause);
            }

            watching.RemoveRange(kept, watching.Count - kept);
        }

        return null;
    }

    /// <summary>Finds another literal to watch instead of the second one, which became false.</summary>
    private bool Rewatch(int[] clause)
    {
        for (var k = 2; k < clause.Length; k++)
        {
            if (Value(clause[k]) < 0) continue;
            (clause[1], clause[k]) = (clause[k], clause[1]);
            _watches[clause[1] ^ 1].Add(clause);
            return true;
        }

        return false;
    }

    /// <summary>Takes in a clause that the present assignment breaks; goes back to the level where it does so first. False if it never fits.</summary>
    private bool Attach(int[] clause)
    {
        if (clause.Length == 0) return false;
        Array.Sort(clause, (a, b) => _levels[b >> 1].CompareTo(_levels[a >> 1]));
        Backtrack(_levels[clause[0] >> 1]);
        if (clause.Length > 1) Watch(clause);
        return true;
    }

    /// <summary>Resolves the conflict back to its first unique implication point, learns it and goes on from there.</summary>
    private bool Learn(int[] conflict)
    {
        if (_levelStarts.Count == 0) return Contradiction();
        var learnt = new List<int> { 0 };
        var open = 0;
        var at = _trail.Count - 1;
        var literal = -1;
        for (var reason = conflict; ; reason = _reasons[literal >> 1]!)
        {
            foreach (var other in reason)
            {
                var variable = other >> 1;
                if (other == literal || _seen[variable] || _levels[variable] == 0) continue;
                _seen[variable] = true;
                _order.Bump(variable);
                if (_levels[variable] == _levelStarts.Count) open++;
                else learnt.Add(other);
            }

            while (!_seen[_trail[at] >> 1]) at--;
            literal = _trail[at--];
            _seen[literal >> 1] = false;
            if (--open <= 0) break;
        }

        learnt[0] = literal ^ 1;
        foreach (var other in learnt) _seen[other >> 1] = false;
        _order.Decay();
        Keep([.. learnt]);
        return true;
    }

    private bool Contradiction()
    {
        _isContradictory = true;
        return false;
    }

    private void Keep(int[] learnt)
    {
        if (learnt.Length > 1)
        {
            var highest = 1;
            for (var i = 2; i < learnt.Length; i++)
                if (_levels[learnt[i] >> 1] > _levels[learnt[highest] >> 1]) highest = i;
            (learnt[1], learnt[highest]) = (learnt[highest], learnt[1]);
        }

        Backtrack(learnt.Length == 1 ? 0 : _levels[learnt[1] >> 1]);
        if (learnt.Length > 1) Watch(learnt);
        Assign(learnt[0], learnt.Length > 1 ? learnt : null);
    }

    private void Backtrack(int level)
    {
        if (_levelStarts.Count <= level) return;
        var start = _levelStarts[level];
        for (var i = _trail.Count - 1; i >= start; i--)
        {
            var variable = _trail[i] >> 1;
            _phases[variable] = (_trail[i] & 1) == 0;
            _values[variable] = 0;
            _order.Restore(variable);
        }

        _trail.RemoveRange(start, _trail.Count - start);
        _levelStarts.RemoveRange(level, _levelStarts.Count - level);
        _head = start;
    }

    /// <summary>1 1 2 1 1 2 4 … (Luby, Sinclair, Zuckerman 1993).</summary>
    private static long Luby(long i)
    {
        var size = 1L;
        while (size < i + 1) size = (2 * size) + 1;
        i--;
        while (size - 1 != i)
        {
            size = (size - 1) / 2;
            i %= size;
        }

        return (size + 1) / 2;
    }
}
