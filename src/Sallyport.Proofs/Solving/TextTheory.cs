using Sallyport.Proofs.Formulas;

namespace Sallyport.Proofs.Solving;

/// <summary>
/// Equality and prefixes of text, as clauses: a text that is one literal is no other; prefixes form a chain; equal texts pass the same
/// tests. For equality and prefix this is complete: there is always a text that fits, as there are more letters than literals.
/// </summary>
internal sealed class TextTheory(SatSolver solver)
{
    private readonly Dictionary<Variable, Dictionary<(TextTest Test, string Literal), int>> _tests = [];
    private readonly Dictionary<(Variable, Variable), int> _same = [];
    private readonly List<HashSet<Variable>> _groups = [];

    internal int LiteralOf(TextAtom atom)
    {
        var literal = TestOf(atom.Variable, atom.Test, atom.Literal);
        if (_groups.Find(group => group.Contains(atom.Variable)) is { } group) Close(group);
        return literal;
    }

    internal int LiteralOf(SameTextAtom atom)
    {
        var literal = SameOf(atom.First, atom.Second);
        var merged = _groups.Where(group => group.Contains(atom.First) || group.Contains(atom.Second)).ToList();
        if (merged is [var only] && only.Contains(atom.First) && only.Contains(atom.Second)) return literal;
        var joined = merged.SelectMany(group => group).Append(atom.First).Append(atom.Second).ToHashSet();
        _groups.RemoveAll(merged.Contains);
        _groups.Add(joined);
        Close(joined);
        return literal;
    }

    /// <summary>What the assignment says of a text.</summary>
    internal TextDemand DemandOf(Variable variable) => new(
        [.. Tests(variable).Where(test => solver.Value(test.Value) > 0).Select(test => test.Key)],
        [.. Tests(variable).Where(test => solver.Value(test.Value) < 0).Select(test => test.Key)]);

    /// <summary>The variables that must be, and those that must not be, the same text as this one.</summary>
    internal IEnumerable<(Variable Other, bool IsSame)> Relations(Variable variable) =>
        from pair in _same
        where pair.Key.Item1 == variable || pair.Key.Item2 == variable
        select (pair.Key.Item1 == variable ? pair.Key.Item2 : pair.Key.Item1, solver.Value(pair.Value) > 0);

    private Dictionary<(TextTest Test, string Literal), int> Tests(Variable variable) =>
        _tests.TryGetValue(variable, out var tests) ? tests : _tests[variable] = [];

    private int TestOf(Variable variable, TextTest test, string text)
    {
        var tests = Tests(variable);
        if (tests.TryGetValue((test, text), out var known)) return known;
        var literal = solver.NewVariable() << 1;
        foreach (var ((otherTest, otherText), other) in tests)
        {
            Relate(literal, test, text, other, otherTest, otherText);
            Relate(other, otherTest, otherText, literal, test, text);
            if (Clash(test, text, otherTest, otherText)) solver.AddClause(literal ^ 1, other ^ 1);
        }

        tests[(test, text)] = literal;
        return literal;
    }

    /// <summary>The first test implies the second, or refutes it where the text is known.</summary>
    private void Relate(int literal, TextTest test, string text, int other, TextTest otherTest, string otherText)
    {
        var implies = test switch
        {
            TextTest.Equals => TextAtom.Passes(text, otherTest, otherText),
            TextTest.StartsWith => otherTest is TextTest.StartsWith or TextTest.Contains && TextAtom.Passes(text, otherTest, otherText),
            TextTest.EndsWith => otherTest is TextTest.EndsWith or TextTest.Contains && TextAtom.Passes(text, otherTest, otherText),
            TextTest.Contains => otherTest == TextTest.Contains && TextAtom.Passes(text, otherTest, otherText),
        };
        if (implies) solver.AddClause(literal ^ 1, other);
        else if (test == TextTest.Equals) solver.AddClause(literal ^ 1, other ^ 1);
    }

    private static bool Clash(TextTest test, string text, TextTest otherTest, string otherText) =>
        test == otherTest && test is TextTest.StartsWith or TextTest.EndsWith && test == otherTest &&
        !TextAtom.Passes(text, test, otherText) && !TextAtom.Passes(otherText, test, text);

    private int SameOf(Variable a, Variable b)
    {
        var key = a.Index < b.Index ? (a, b) : (b, a);
        return _same.TryGetValue(key, out var known) ? known : _same[key] = solver.NewVariable() << 1;
    }

    /// <summary>Equality is a congruence within a group of texts that are compared with each other.</summary>
    private void Close(HashSet<Variable> group)
    {
        var members = group.OrderBy(variable => variable.Index).ToList();
        foreach (var test in members.SelectMany(member => Tests(member).Keys).Distinct().ToList())
        {
            foreach (var member in members) TestOf(member, test.Test, test.Literal);
            foreach (var (a, b) in Pairs(members)) Share(SameOf(a, b), TestOf(a, test.Test, test.Literal), TestOf(b, test.Test, test.Literal), test.Test);
        }

        foreach (var middle in members)
            foreach (var (a, b) in Pairs([.. members.Where(member => member != middle)]))
                solver.AddClause(SameOf(a, middle) ^ 1, SameOf(middle, b) ^ 1, SameOf(a, b));
    }

    private void Share(int same, int first, int second, TextTest test)
    {
        solver.AddClause(same ^ 1, first ^ 1, second);
        solver.AddClause(same ^ 1, second ^ 1, first);
        if (test == TextTest.Equals) solver.AddClause(first ^ 1, second ^ 1, same);
    }

    private static IEnumerable<(Variable, Variable)> Pairs(List<Variable> members) =>
        members.SelectMany((a, i) => members.Skip(i + 1).Select(b => (a, b)));
}

/// <summary>What a text must and must not pass.</summary>
internal sealed record TextDemand(IReadOnlyList<(TextTest Test, string Literal)> Passes, IReadOnlyList<(TextTest Test, string Literal)> Fails)
{
    internal bool IsMetBy(string text) =>
        Passes.All(test => TextAtom.Passes(text, test.Test, test.Literal)) && !Fails.Any(test => TextAtom.Passes(text, test.Test, test.Literal));
}
