using System.Globalization;
using Sallyport.Cel;
using Sallyport.Language.Tests.Cel;

namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>
/// The parser, the checker and the evaluator of CEL. Whatever the source: no exception, a value of the promised type, the same value again,
/// and the laws of logic that hold whatever the operands are.
/// </summary>
internal sealed class CelFuzzTarget : FuzzTarget
{
    private const string Facts =
        """{"x": 3, "list": [1, "a", null, [2.5]], "map": {"k": {"a": 1}}, "customer": {"tenure_days": 400, "flags": ["vip"]}, "order": {"disputed": false}}""";

    /// <summary>What a valid call holds, nothing at all, and data that break every promise of the schema.</summary>
    private static readonly string[] Args =
    [
        """{"amount_minor": 500, "currency": "USD", "price": 12.5, "ratio": 0.25, "note": null, "tags": ["a"], "customer": {"tenure_days": 7}}""",
        "{}",
        """{"amount_minor": "x", "currency": 5, "price": [], "ratio": null, "note": {}, "tags": [1, "a"], "customer": {"tenure_days": true}}""",
        """{"amount_minor": 1e300, "price": 1e300, "tags": "a", "customer": [], "unknown": {"a": 1}}""",
        "[1, 2]",
    ];

    private static readonly CelOptions Small = new() { MaxSteps = 20_000 };
    private static readonly CelVariable[] Variables = [new("args", CelProbe.RefundType), new("facts", CelType.Dyn)];
    private static readonly CelEnvironment Checked = CelEnvironment.Create(Variables, Small);
    private static readonly CelEnvironment Unchecked = CelEnvironment.Create(Variables, Small with { TypeCheck = false });

    private readonly CelActivation[] _typed = [.. Args.Select(args => Activation(Checked, args))];
    private readonly CelActivation[] _untyped = [.. Args.Select(args => Activation(Unchecked, args))];
    private readonly FuzzRandom _random = new();
    private readonly CelSources _sources;

    internal CelFuzzTarget() => _sources = new CelSources(_random);

    internal override FuzzInput Create(ulong seed, ulong number)
    {
        _random.Reset(seed, number);
        var data = _random.Below(Args.Length);
        return new FuzzInput(_sources.Next(), data.ToString(CultureInfo.InvariantCulture));
    }

    internal override FuzzReach Examine(FuzzInput input)
    {
        var index = int.Parse(input.Data, CultureInfo.InvariantCulture);
        // Some inputs run unchecked as well; the choice must not depend on anything but the input.
        if (input.Program.Length % 4 == 0) ExamineUnchecked(input.Program, _untyped[index]);
        var compilation = Checked.Compile(input.Program);
        BrokenPromiseException.Unless(compilation.Succeeded == (compilation.Issues.Count == 0), "issues and success disagree");
        if (compilation.Program is not { } program) return FuzzReach.Refused;

        var activation = _typed[index];
        var result = program.Evaluate(activation);
        BrokenPromiseException.Unless(result.IsError || CelRobustnessTests.Fits(program.ResultType, result),
            $"{program.ResultType} gave {result.Kind} {result}");
        BrokenPromiseException.Unless(AreAlike(result, program.Evaluate(activation)), "the second evaluation gave something else");
        var plain = program.Evaluate(program.Ast, activation);
        BrokenPromiseException.Unless(AreAlike(result, plain), $"fast {result}, plain {plain}");
        if (program.ResultType.Kind == CelTypeKind.Bool && input.Program.Length % 64 == 3)
        {
            // A delegate costs a thousand evaluations to make, so only some conditions get theirs here.
            program.Prepare();
            var prepared = program.Evaluate(activation);
            BrokenPromiseException.Unless(AreAlike(result, prepared), $"nodes {result}, delegate {prepared}");
        }

        if (program.ResultType.Kind == CelTypeKind.Bool && input.Program.Length % 8 == 1) ExamineLogic(input.Program, result, activation);
        return result.IsError ? FuzzReach.Ran : FuzzReach.Succeeded;
    }

    private static void ExamineUnchecked(string source, CelActivation activation)
    {
        if (Unchecked.Compile(source).Program?.Evaluate(activation) is not { IsError: false } value) return;
        _ = value.ToJson()?.ToJsonString();
        _ = value.ToString();
        _ = value.GetHashCode();
        BrokenPromiseException.Unless(CelSpecValues.AreIdentical(value, value), "a value differs from itself");
    }

    /// <summary>&amp;&amp; and || give the same value whichever side stands first, and !!x is x.</summary>
    private static void ExamineLogic(string source, CelValue result, CelActivation activation)
    {
        // In parentheses on lines of its own, so that a comment cannot swallow the rest.
        var self = $"(\n{source}\n)";
        const string other = "(facts.x == 3 && args.amount_minor > 100)";
        if (Run($"!!{self}") is { } twice) BrokenPromiseException.Unless(AreAlike(result, twice), $"x is {result}, !!x is {twice}");
        foreach (var op in (ReadOnlySpan<string>)["&&", "||"])
        {
            if (Run($"{self} {op} {other}") is { } left && Run($"{other} {op} {self}") is { } right)
                BrokenPromiseException.Unless(AreAlike(left, right), $"x {op} y is {left}, y {op} x is {right}");
        }

        // Without a program the two are beyond a limit that one alone keeps.
        CelValue? Run(string text) => Checked.Compile(text).Program?.Evaluate(activation) is { } value && !IsOutOfSteps(value) ? value : null;
    }

    private static bool IsOutOfSteps(CelValue value) => value.IsError && value.ToString().Contains("step limit", StringComparison.Ordinal);

    private static bool AreAlike(CelValue x, CelValue y) => x.IsError ? y.IsError : !y.IsError && CelSpecValues.AreIdentical(x, y);

    private static CelActivation Activation(CelEnvironment environment, string args)
    {
        var activation = environment.NewActivation();
        activation.Set("args", CelProbe.Json(args));
        activation.Set("facts", CelProbe.Json(Facts));
        return activation;
    }
}
