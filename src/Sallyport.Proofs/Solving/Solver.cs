using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Solving;

/// <summary>What the solver says of a query.</summary>
internal enum Answer
{
    /// <summary>Nothing satisfies it.</summary>
    Unsatisfiable,

    /// <summary>The solver holds an assignment that satisfies it, as far as the solver looks.</summary>
    Satisfiable,

    /// <summary>The effort was used up.</summary>
    Unknown,
}

/// <summary>Decides formulas of one pool. What was asserted and learnt is kept from query to query.</summary>
internal sealed class Solver
{
    private readonly FormulaPool _pool;
    private readonly SatSolver _sat = new();
    private readonly LinearTheory _numbers;
    private readonly TextTheory _texts;
    private readonly Dictionary<int, int> _literals = [];
    private readonly List<Formula> _asserted = [];
    private readonly long _maxConflicts;

    internal Solver(FormulaPool pool, long maxConflicts)
    {
        _pool = pool;
        _maxConflicts = maxConflicts;
        _numbers = new LinearTheory(_sat);
        _texts = new TextTheory(_sat);
    }

    /// <summary>Conflicts so far: the measure of effort.</summary>
    internal long Conflicts => _sat.Conflicts;

    /// <summary>Makes a formula hold in every later query.</summary>
    internal void Assert(Formula formula)
    {
        _asserted.Add(formula);
        if (!formula.IsNegated && _pool.AtomOf(formula.Node) is null)
            foreach (var part in _pool.PartsOf(formula.Node)) _sat.AddClause(LiteralOf(part));
        else _sat.AddClause(LiteralOf(formula));
    }

    /// <summary>Takes a formula in, so that the next assignment says what it is.</summary>
    internal void Prepare(Formula formula) => LiteralOf(formula);

    /// <summary>Is there an assignment under which all of these hold?</summary>
    internal Answer Check(params ReadOnlySpan<Formula> formulas)
    {
        var assumptions = new int[formulas.Length];
        for (var i = 0; i < formulas.Length; i++) assumptions[i] = LiteralOf(formulas[i]);
        Formula[] needed = [.. _asserted, .. formulas];
        return _sat.Solve(assumptions, () => _numbers.Check(Relevant(needed)), _maxConflicts) switch
        {
            true => Answer.Satisfiable,
            false => Answer.Unsatisfiable,
            null => Answer.Unknown,
        };
    }

    /// <summary>A boolean in the last satisfying assignment; false where it is open.</summary>
    internal bool IsTrue(Formula formula) => _literals.TryGetValue(formula.Node, out var literal) && _sat.Value(formula.IsNegated ? literal ^ 1 : literal) > 0;

    /// <summary>Whether the last satisfying assignment is one for whole numbers; else there may be none.</summary>
    internal bool IsCertain => !_numbers.WasCutOff;

    /// <summary>Whether a formula without sums of several numbers holds in the last satisfying assignment: then one assignment settles many questions.</summary>
    internal bool IsSettled(Formula formula) => IsTrue(formula) && _numbers.HasNoSums;

    /// <summary>A number in the last satisfying assignment.</summary>
    internal Rational NumberOf(Variable variable) => _numbers.ValueOf(variable);

    /// <summary>What the last satisfying assignment asks of a text.</summary>
    internal TextDemand TextOf(Variable variable) => _texts.DemandOf(variable);

    /// <summary>How a text relates to others in the last satisfying assignment.</summary>
    internal IEnumerable<(Variable Other, bool IsSame)> RelationsOf(Variable variable) => _texts.Relations(variable);

    /// <summary>
    /// The literals that make the formulas true: of an "or" one true part is enough. What is left out need not fit the numbers, as nothing
    /// rests on it.
    /// </summary>
    private HashSet<int> Relevant(IEnumerable<Formula> formulas)
    {
        var relevant = new HashSet<int>();
        var stack = new Stack<Formula>(formulas);
        var seen = new HashSet<Formula>();
        while (stack.TryPop(out var formula))
        {
            if (!seen.Add(formula)) continue;
            if (_literals.TryGetValue(formula.Node, out var literal)) relevant.Add(literal >> 1);
            var parts = _pool.PartsOf(formula.Node);
            if (!formula.IsNegated)
            {
                foreach (var part in parts) stack.Push(part);
            }
            else if (parts.Length > 0)
            {
                // What is needed anyway costs nothing; what is no sum costs less than a sum.
                var best = parts.Where(part => IsTrue(!part)).MinBy(part => seen.Contains(!part) ? 0 : _pool.AtomOf(part.Node) is BoundAtom { Sum.Terms.Length: > 1 } ? 2 : 1);
                stack.Push(!best);
            }
        }

        return relevant;
    }

    /// <summary>The literal of a formula. A node's parts were made before it, so ascending order meets them first; no recursion.</summary>
    private int LiteralOf(Formula formula)
    {
        if (!_literals.ContainsKey(formula.Node))
        {
            var pending = new SortedSet<int>();
            var stack = new Stack<int>([formula.Node]);
            while (stack.TryPop(out var node))
            {
                if (_literals.ContainsKey(node) || !pending.Add(node)) continue;
                foreach (var part in _pool.PartsOf(node)) stack.Push(part.Node);
            }

            foreach (var node in pending) _literals[node] = Translate(node);
        }

        return _literals[formula.Node] ^ (formula.IsNegated ? 1 : 0);
    }

    private int Translate(int node) => _pool.AtomOf(node) switch
    {
        BoundAtom bound => _numbers.LiteralOf(bound),
        TextAtom text => _texts.LiteralOf(text),
        SameTextAtom same => _texts.LiteralOf(same),
        BoolAtom => _sat.NewVariable() << 1,
        _ => TranslateAnd(node),
    };

    /// <summary>Tseitin's definition, both ways: the formula may be needed in either polarity later. No parts is the constant true.</summary>
    private int TranslateAnd(int node)
    {
        var literal = _sat.NewVariable() << 1;
        var parts = _pool.PartsOf(node);
        var clause = new int[parts.Length + 1];
        clause[parts.Length] = literal;
        for (var i = 0; i < parts.Length; i++)
        {
            var part = _literals[parts[i].Node] ^ (parts[i].IsNegated ? 1 : 0);
            _sat.AddClause(literal ^ 1, part);
            clause[i] = part ^ 1;
        }

        _sat.AddClause(clause);
        return literal;
    }
}
