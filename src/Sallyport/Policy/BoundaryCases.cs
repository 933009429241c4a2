using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Tools;

namespace Sallyport.Policy;

/// <summary>How many boundary values a generated case changes at once.</summary>
public enum BoundaryCombination
{
    /// <summary>One value of the given input at a time.</summary>
    One,

    /// <summary>Every pair of values of two dimensions.</summary>
    Pairs,

    /// <summary>Every combination.</summary>
    All,
}

/// <summary>What a generated case changes.</summary>
/// <param name="Path">Where.</param>
/// <param name="Value">The value; null stands for "absent".</param>
public sealed record BoundaryChange(CelPath Path, JsonElement? Value)
{
    /// <summary><c>args.amount_minor = 5001</c>.</summary>
    public override string ToString() => Value is { } value ? $"{Path} = {value.GetRawText()}" : $"no {Path}";
}

/// <summary>A generated case.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Changes">What differs from the given input.</param>
/// <param name="Input">The whole input.</param>
/// <param name="Decision">What the rules decide.</param>
/// <param name="Test">The hand-written test that stands at the same values; null when none does.</param>
public sealed record BoundaryCase(
    string Tool, IReadOnlyList<BoundaryChange> Changes, ExpressionInput Input, PolicyDecision Decision, string? Test);

/// <summary>Generates the cases at the boundaries of a tool's conditions. Pure.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Dimensions">What was varied.</param>
/// <param name="Unread">Leaves whose boundary is not known; they need tests by hand.</param>
/// <param name="Cases">The cases; those that the contract would refuse are left out.</param>
public sealed record BoundaryCases(
    string Tool, IReadOnlyList<BoundaryDimension> Dimensions, IReadOnlyList<PolicyAtom> Unread, IReadOnlyList<BoundaryCase> Cases)
{
    /// <summary>Most cases of one tool.</summary>
    public const int Most = 10_000;

    /// <summary>Generates.</summary>
    /// <param name="contract">The tool's contract.</param>
    /// <param name="policy">Its rules.</param>
    /// <param name="given">The input to start from.</param>
    /// <param name="tests">The hand-written tests.</param>
    /// <param name="combination">How many values to change at once.</param>
    public static BoundaryCases Generate(
        ToolContract contract, ToolPolicy policy, ExpressionInput given, IReadOnlyList<PolicyTest> tests, BoundaryCombination combination)
    {
        var (dimensions, unread) = BoundaryValues.Of(contract, policy, given);
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var test in tests.Where(test => test.Tool == contract.Name && test.Assume is null)) written.TryAdd(Key(test.Input, dimensions), test.Name);
        var cases = new Dictionary<string, BoundaryCase>(StringComparer.Ordinal);
        foreach (var choice in Choices(dimensions, combination).Take(Most))
        {
            if (Apply(given, dimensions, choice) is not { } input || !Fits(contract, input)) continue;
            var key = Key(input, dimensions);
            if (cases.ContainsKey(key)) continue;
            cases[key] = new BoundaryCase(contract.Name, Changes(given, input, dimensions), input, PolicyEngine.Decide(policy, input), written.GetValueOrDefault(key));
        }

        return new BoundaryCases(contract.Name, dimensions, unread, [.. cases.Values]);
    }

    /// <summary>Index of the value of each dimension; -1 keeps the given one.</summary>
    private static IEnumerable<int[]> Choices(IReadOnlyList<BoundaryDimension> dimensions, BoundaryCombination combination) => combination switch
    {
        BoundaryCombination.One => [Keep(dimensions), .. Singles(dimensions)],
        BoundaryCombination.Pairs => [Keep(dimensions), .. Singles(dimensions), .. Pairs(dimensions)],
        BoundaryCombination.All => Product(dimensions, 0, Keep(dimensions)),
    };

    private static int[] Keep(IReadOnlyList<BoundaryDimension> dimensions) => [.. dimensions.Select(_ => -1)];

    private static IEnumerable<int[]> Singles(IReadOnlyList<BoundaryDimension> dimensions)
    {
        for (var i = 0; i < dimensions.Count; i++)
            for (var value = 0; value < dimensions[i].Values.Count; value++) yield return Set(Keep(dimensions), i, value);
    }

    private static IEnumerable<int[]> Pairs(IReadOnlyList<BoundaryDimension> dimensions)
    {
        foreach (var first in Singles(dimensions))
        {
            var at = Array.FindIndex(first, value => value >= 0);
            for (var i = at + 1; i < dimensions.Count; i++)
                for (var value = 0; value < dimensions[i].Values.Count; value++) yield return Set(first, i, value);
        }
    }

    private static IEnumerable<int[]> Product(IReadOnlyList<BoundaryDimension> dimensions, int from, int[] chosen)
    {
        if (from == dimensions.Count) return [chosen];
        return Enumerable.Range(-1, dimensions[from].Values.Count + 1).SelectMany(value => Product(dimensions, from + 1, Set(chosen, from, value)));
    }

    private static int[] Set(int[] chosen, int at, int value)
    {
        var copy = (int[])chosen.Clone();
        copy[at] = value;
        return copy;
    }

    private static ExpressionInput? Apply(ExpressionInput given, IReadOnlyList<BoundaryDimension> dimensions, int[] choice)
    {
        var input = given;
        for (var i = 0; i < choice.Length && input is not null; i++)
            if (choice[i] >= 0) input = InputPath.With(input, dimensions[i].Path, dimensions[i].Values[choice[i]]);
        return input;
    }

    private static bool Fits(ToolContract contract, ExpressionInput input) => contract.Input.Validate(input.Args).IsValid
        && contract.Facts.All(fact => input.Facts is { } facts && facts.TryGetProperty(fact.Name, out var value) && fact.Schema.Validate(value).IsValid);

    private static List<BoundaryChange> Changes(ExpressionInput given, ExpressionInput input, IReadOnlyList<BoundaryDimension> dimensions) =>
        [.. dimensions.Where(dimension => Text(given, dimension) != Text(input, dimension))
            .Select(dimension => new BoundaryChange(dimension.Path, InputPath.Find(input, dimension.Path)))];

    private static string Key(ExpressionInput input, IReadOnlyList<BoundaryDimension> dimensions) => string.Join('\u001f', dimensions.Select(dimension => dimension.KeyOf(input)));

    private static string Text(ExpressionInput input, BoundaryDimension dimension) => InputPath.Find(input, dimension.Path)?.GetRawText() ?? "absent";
}
