using Sallyport.Proofs.Formulas;
using Sallyport.Proofs.Solving;

namespace Sallyport.Language.Tests.Proofs;

/// <summary>The solver's parts against trying everything.</summary>
public sealed class SolverTests
{
    private const int Seed = 7;

    [Fact]
    public void Solve_RandomClausesAssumptionsAndTheoryClauses_AgreesWithTryingAll()
    {
        for (var seed = Seed; seed < Seed + 4_000; seed++)
        {
            var random = new Random(seed);
            var n = random.Next(3, 9);
            var solver = new SatSolver();
            for (var i = 0; i < n; i++) solver.NewVariable(phase: random.Next(2) == 0);
            var clauses = new List<int[]>();
            for (var round = 0; round < 6; round++)
            {
                for (var k = random.Next(1, 8); k > 0; k--)
                {
                    int[] clause = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(2 * n))];
                    clauses.Add(clause);
                    // The others only the theory knows; the solver learns of them when it breaks one.
                    if (random.Next(2) == 0) solver.AddClause(clause);
                }

                int[] assumptions = [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => random.Next(2 * n))];
                var expected = Enumerable.Range(0, 1 << n).Any(model => Holds(model, clauses, assumptions));
                var found = solver.Solve(assumptions, () => clauses.FirstOrDefault(clause => clause.All(literal => solver.Value(literal) < 0))?.Distinct().ToArray(), 100_000);
                var model = Enumerable.Range(0, n).Where(i => solver.Value(i << 1) > 0).Sum(i => 1 << i);
                Assert.True(found == expected && (found != true || Holds(model, clauses, assumptions)), $"seed {seed}, round {round}");
            }
        }
    }

    [Fact]
    public void Check_RandomLinearFormulasOverSmallNumbers_AgreesWithTryingAll()
    {
        for (var seed = Seed; seed < Seed + 1_500; seed++)
        {
            var random = new Random(seed);
            var pool = new FormulaPool();
            Variable[] variables = [.. Enumerable.Range(0, 3).Select(i => pool.Variable($"x{i}", Sort.Int, -3, 3))];
            var formula = Random(random, pool, variables, 3);
            var expected = (from x in Range() from y in Range() from z in Range() select new[] { x, y, z }).Any(point => IsTrue(pool, formula, variables, point));
            var solver = new Solver(pool, 100_000);
            var answer = solver.Check(formula);
            Assert.True(answer == (expected ? Answer.Satisfiable : Answer.Unsatisfiable), $"seed {seed}: {answer}, expected {expected}");
            if (!expected) continue;
            long[] found = [.. variables.Select(variable => (long)solver.NumberOf(variable).Numerator)];
            Assert.True(variables.All(variable => solver.NumberOf(variable).IsInteger) && IsTrue(pool, formula, variables, found), $"seed {seed}: {string.Join(", ", found)} is no model");
        }

        static IEnumerable<long> Range() => Enumerable.Range(-3, 7).Select(i => (long)i);
    }

    [Fact]
    public void Check_EqualityOfThreeTexts_IsTransitive()
    {
        var pool = new FormulaPool();
        Variable[] texts = [.. "abc".Select(name => pool.Variable(name.ToString(), Sort.Text))];
        for (var middle = 0; middle < 3; middle++)
        {
            var (left, right) = ((middle + 1) % 3, (middle + 2) % 3);
            var solver = new Solver(pool, 1_000);
            Assert.Equal(Answer.Unsatisfiable, solver.Check(pool.SameText(texts[left], texts[middle]), pool.SameText(texts[middle], texts[right]), !pool.SameText(texts[left], texts[right])));
        }
    }

    [Fact]
    public void Check_ADecimalThatMustEqualAWholeNumber_SearchesTheNarrowNumberFirst()
    {
        // Branching on the number without bounds first goes down by one for ever.
        var pool = new FormulaPool();
        var price = pool.Variable("price", Sort.Int, 0, 1_000_000);
        var tenure = pool.Variable("tenure", Sort.Int, 100, 40_000);
        var score = pool.Variable("score", Sort.Int, long.MinValue, long.MaxValue);
        var refunded = pool.Variable("refunded", Sort.Int, 0, 1_000_000);
        var solver = new Solver(pool, 10_000);

        var answer = solver.Check(
            pool.IsZero(Sum((price, 1), (tenure, -100))), pool.Negative(LinearSum.Of(62_637).Minus(Sum((price, 1)))), pool.Negative(Sum((tenure, 1), (score, -1), (refunded, -1))));

        Assert.Equal(Answer.Satisfiable, answer);
        Assert.True(solver.IsCertain);
        Assert.Equal(solver.NumberOf(price), solver.NumberOf(tenure) * 100);
    }

    [Fact]
    public void Check_AnEqualityThatNoWholeNumberMeets_IsFoundWhateverElseIsOpen()
    {
        // 100 * score = 77245 has no solution; two narrower numbers could be branched on for long before that shows.
        var pool = new FormulaPool();
        var price = pool.Variable("price", Sort.Int, 0, 1_000_000);
        var score = pool.Variable("score", Sort.Int, long.MinValue, long.MaxValue);
        var total = pool.Variable("total", Sort.Int, 0, 1_000_000);
        var refunded = pool.Variable("refunded", Sort.Int, 5, 1_000_000);
        var solver = new Solver(pool, 10_000);

        var answer = solver.Check(
            pool.IsZero(Sum((price, 1), (score, -100))), pool.IsZero(LinearSum.Of(77_245).Minus(Sum((price, 1)))),
            pool.NotPositive(Sum((total, 1), (score, -3)).Plus(LinearSum.Of(501))), pool.Negative(Sum((score, 1), (refunded, -1), (total, -1))));

        Assert.Equal(Answer.Unsatisfiable, answer);
    }

    [Fact]
    public void Check_EffortUsedUp_IsUnknownAndNotUnsatisfiable()
    {
        // Nine pigeons and eight holes: no, but not with one conflict.
        var pool = new FormulaPool();
        var place = Enumerable.Range(0, 9).Select(p => Enumerable.Range(0, 8).Select(h => pool.Bool(pool.Variable($"p{p}h{h}", Sort.Bool))).ToArray()).ToArray();
        var solver = new Solver(pool, 1);
        foreach (var pigeon in place) solver.Assert(pool.Or(pigeon));
        for (var hole = 0; hole < 8; hole++)
            for (var a = 0; a < 9; a++)
                for (var b = 0; b < a; b++) solver.Assert(!pool.And(place[a][hole], place[b][hole]));
        Assert.Equal(Answer.Unknown, solver.Check());
    }

    [Theory]
    [InlineData("0.1", "0.1")]
    [InlineData("1.5e3", "1500")]
    [InlineData("-25e-3", "-0.025")]
    [InlineData("100000000000000000000000000000000000001", "100000000000000000000000000000000000001")]
    public void Rational_FromJson_IsExact(string text, string json) => Assert.Equal(json, Rational.FromJson(text)!.Value.ToJson());

    [Fact]
    public void Rational_FloorAndCeiling_OfNegatives()
    {
        var value = new Rational(-7, 2);
        Assert.Equal((-4, -3), ((int)value.Floor(), (int)value.Ceiling()));
        Assert.Null(new Rational(1, 3).ToJson());
        Assert.Equal(Rational.FromDecimal(0.1m), new Rational(1, 10));
        Assert.NotEqual(Rational.FromDouble(0.1), new Rational(1, 10));
    }

    private static LinearSum Sum(params (Variable Variable, int Factor)[] terms) =>
        terms.Aggregate(LinearSum.Of(0), (sum, term) => sum.Plus(LinearSum.Of(term.Variable, term.Factor)));

    private static bool Holds(int model, List<int[]> clauses, int[] assumptions) =>
        clauses.TrueForAll(clause => clause.Any(literal => IsTrue(model, literal))) && assumptions.All(literal => IsTrue(model, literal));

    private static bool IsTrue(int model, int literal) => ((model >> (literal >> 1)) & 1) != (literal & 1);

    private static Formula Random(Random random, FormulaPool pool, Variable[] variables, int depth)
    {
        if (depth == 0 || random.Next(4) == 0)
        {
            var sum = variables.Aggregate(LinearSum.Of(random.Next(-6, 7)), (total, variable) => total.Plus(LinearSum.Of(variable, random.Next(3) == 0 ? 0 : random.Next(-3, 4))));
            return random.Next(3) switch { 0 => pool.NotPositive(sum), 1 => pool.Negative(sum), _ => pool.IsZero(sum) };
        }

        var (a, b) = (Random(random, pool, variables, depth - 1), Random(random, pool, variables, depth - 1));
        return random.Next(3) switch { 0 => pool.And(a, b), 1 => pool.Or(a, b), _ => pool.If(a, !b, b) };
    }

    private static bool IsTrue(FormulaPool pool, Formula formula, Variable[] variables, long[] point)
    {
        var holds = pool.AtomOf(formula.Node) switch
        {
            BoundAtom bound => bound.Sum.Terms.Aggregate(Rational.Zero, (sum, term) => sum + (term.Factor * point[Array.IndexOf(variables, term.Variable)])) is var total
                && (bound.IsStrict ? total < bound.Bound : total <= bound.Bound),
            _ => pool.PartsOf(formula.Node).All(part => IsTrue(pool, part, variables, point)),
        };
        return holds != formula.IsNegated;
    }
}
