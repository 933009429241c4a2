using System.Collections.Immutable;
using System.Numerics;

namespace Sallyport.Proofs.Formulas;

/// <summary>
/// Makes formulas and keeps each once: and-nodes over atoms, with negation on the edges. What the variables' bounds already settle is
/// folded away here, so that the solver sees only what is open.
/// </summary>
internal sealed class FormulaPool
{
    private readonly List<ImmutableArray<Formula>> _parts = [[]];
    private readonly List<Atom?> _atoms = [null];
    private readonly Dictionary<Atom, Formula> _byAtom = [];
    private readonly Dictionary<Key, Formula> _byParts = [];
    private readonly Dictionary<string, Variable> _byName = new(StringComparer.Ordinal);

    internal IReadOnlyCollection<Variable> Variables => _byName.Values;

    /// <summary>The atom of a node; null for an and-node and for the constant.</summary>
    internal Atom? AtomOf(int node) => _atoms[node];

    /// <summary>The parts of an and-node.</summary>
    internal ImmutableArray<Formula> PartsOf(int node) => _parts[node];

    /// <summary>The variable of a name; the first call settles its sort and bounds.</summary>
    internal Variable Variable(string name, Sort sort, Rational? least = null, Rational? greatest = null, bool isOpaque = false)
    {
        if (_byName.TryGetValue(name, out var known))
            return known.Sort == sort ? known : throw new InvalidOperationException($"\"{name}\" is {known.Sort} and cannot also be {sort}.");
        return _byName[name] = new Variable(_byName.Count, name, sort) { Least = least, Greatest = greatest, IsOpaque = isOpaque };
    }

    internal Formula Bool(Variable variable) => OfAtom(new BoolAtom(variable));

    internal Formula Text(Variable variable, TextTest test, string literal) =>
        literal.Length == 0 && test != TextTest.Equals ? Formula.True : OfAtom(new TextAtom(variable, test, literal));

    internal Formula SameText(Variable a, Variable b) =>
        a.Index == b.Index ? Formula.True : OfAtom(a.Index < b.Index ? new SameTextAtom(a, b) : new SameTextAtom(b, a));

    internal Formula And(params ReadOnlySpan<Formula> parts)
    {
        var set = new SortedSet<int>();
        foreach (var part in parts)
        {
            if (part.IsFalse || set.Contains(part.Code ^ 1)) return Formula.False;
            if (!part.IsTrue) set.Add(part.Code);
        }

        if (set.Count < 2) return set.Count == 0 ? Formula.True : new Formula(set.Min);
        var key = new Key([.. set.Select(code => new Formula(code))]);
        if (_byParts.TryGetValue(key, out var known)) return known;
        return _byParts[key] = Add(null, key.Parts);
    }

    internal Formula Or(params ReadOnlySpan<Formula> parts)
    {
        var negated = new Formula[parts.Length];
        for (var i = 0; i < parts.Length; i++) negated[i] = !parts[i];
        return !And(negated);
    }

    internal Formula Implies(Formula a, Formula b) => Or(!a, b);

    internal Formula Same(Formula a, Formula b) => And(Implies(a, b), Implies(b, a));

    internal Formula If(Formula condition, Formula then, Formula otherwise) =>
        then == otherwise ? then : condition.IsTrue ? then : condition.IsFalse ? otherwise : And(Implies(condition, then), Implies(!condition, otherwise));

    /// <summary>The sum is at most zero.</summary>
    internal Formula NotPositive(LinearSum sum) => Below(sum, isStrict: false);

    /// <summary>The sum is less than zero.</summary>
    internal Formula Negative(LinearSum sum) => Below(sum, isStrict: true);

    /// <summary>The sum is zero.</summary>
    internal Formula IsZero(LinearSum sum) => And(NotPositive(sum), !Negative(sum));

    /// <summary>Every node that formulas are made of, parts before wholes.</summary>
    internal SortedSet<int> Reachable(IEnumerable<Formula> formulas)
    {
        var seen = new SortedSet<int>();
        var stack = new Stack<int>(formulas.Select(formula => formula.Node));
        while (stack.TryPop(out var node))
        {
            if (!seen.Add(node)) continue;
            foreach (var part in _parts[node]) stack.Push(part.Node);
        }

        return seen;
    }

    /// <summary>Whether the formulas hold nothing that stands for something not looked into.</summary>
    internal bool IsExact(IEnumerable<Formula> formulas) => Reachable(formulas).All(node => _atoms[node] switch
    {
        BoolAtom boolean => !boolean.Variable.IsOpaque,
        BoundAtom bound => bound.Sum.Terms.All(term => !term.Variable.IsOpaque),
        TextAtom text => !text.Variable.IsOpaque && text.Test is (TextTest.Equals or TextTest.StartsWith),
        SameTextAtom same => !same.First.IsOpaque && !same.Second.IsOpaque,
        _ => true,
    });

    private Formula Below(LinearSum sum, bool isStrict)
    {
        var (least, greatest) = sum.Range();
        if (greatest is { } top && (isStrict ? top.Sign < 0 : top.Sign <= 0)) return Formula.True;
        if (least is { } bottom && (isStrict ? bottom.Sign >= 0 : bottom.Sign > 0)) return Formula.False;

        // a*x + b*y + c < 0 becomes p*x + q*y < d with p > 0 and p, q coprime; a negative first factor turns the statement round.
        var scale = Scale(sum);
        if (sum.Terms[0].Factor.Sign < 0)
            return !Bound(sum.Times(-scale), isStrict: !isStrict);
        return Bound(sum.Times(scale), isStrict);
    }

    private Formula Bound(LinearSum scaled, bool isStrict)
    {
        var bound = -scaled.Constant;
        var terms = new LinearSum(0, scaled.Terms);
        if (!terms.IsIntegral) return OfAtom(new BoundAtom(terms, bound, isStrict));
        return OfAtom(new BoundAtom(terms, isStrict ? bound.Ceiling() - 1 : bound.Floor(), false));
    }

    /// <summary>The positive factor that makes all coefficients coprime whole numbers.</summary>
    private static Rational Scale(LinearSum sum)
    {
        var denominator = BigInteger.One;
        foreach (var (_, factor) in sum.Terms)
            denominator = denominator / BigInteger.GreatestCommonDivisor(denominator, factor.Denominator) * factor.Denominator;
        var common = sum.Terms.Select(term => (term.Factor * denominator).Numerator).Aggregate(BigInteger.Zero, BigInteger.GreatestCommonDivisor);
        return new Rational(denominator, common);
    }

    private Formula OfAtom(Atom atom) => _byAtom.TryGetValue(atom, out var known) ? known : _byAtom[atom] = Add(atom, []);

    private Formula Add(Atom? atom, ImmutableArray<Formula> parts)
    {
        _atoms.Add(atom);
        _parts.Add(parts);
        return new Formula((_atoms.Count - 1) << 1);
    }

    private readonly record struct Key(ImmutableArray<Formula> Parts)
    {
        public bool Equals(Key other) => Parts.AsSpan().SequenceEqual(other.Parts.AsSpan());

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var part in Parts) hash.Add(part.Code);
            return hash.ToHashCode();
        }
    }
}
