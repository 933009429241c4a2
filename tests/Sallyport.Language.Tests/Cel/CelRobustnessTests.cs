using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

/// <summary>Whatever the input: no exception escapes, and the static type keeps its promise.</summary>
public sealed class CelRobustnessTests
{
    /// <summary>What a valid call holds, nothing at all, and data that break every promise of the schema.</summary>
    private static readonly string[] Args =
    [
        """{"amount_minor": 500, "currency": "USD", "price": 12.5, "ratio": 0.25, "note": null, "tags": ["a"], "customer": {"tenure_days": 7}}""",
        "{}",
        """{"amount_minor": "x", "currency": 5, "price": [], "ratio": null, "note": {}, "tags": [1, "a"], "customer": {"tenure_days": true}}""",
        """{"amount_minor": 1e300, "price": 1e300, "tags": "a", "customer": [], "unknown": {"a": 1}}""",
        "[1, 2]",
    ];

    private const string Facts = """{"x": 3, "list": [1, "a", null, [2.5]], "map": {"k": {"a": 1}}}""";

    private static readonly CelOptions Small = new() { MaxSteps = 20_000 };
    private static readonly CelVariable[] Variables = [new("args", CelProbe.RefundType), new("facts", CelType.Dyn)];
    private static readonly CelEnvironment Checked = CelEnvironment.Create(Variables, Small);
    private static readonly CelEnvironment Unchecked = CelEnvironment.Create(Variables, Small with { TypeCheck = false });

    /// <summary>SALLYPORT_FUZZ_COUNT raises the number of inputs, SALLYPORT_FUZZ_SEED repeats a run.</summary>
    [Fact]
    public void CompileAndEvaluate_RandomSources_NeverThrowAndKeepTheirType()
    {
        var count = Setting("SALLYPORT_FUZZ_COUNT", 30_000);
        var seed = Setting("SALLYPORT_FUZZ_SEED", 20_261_121);
        var sources = new RandomExpressions(seed);
        var typed = Args.Select(args => Activation(Checked, args)).ToArray();
        var untyped = Args.Select(args => Activation(Unchecked, args)).ToArray();
        var compiled = 0;
        for (var i = 0; i < count; i++)
        {
            var source = sources.Next();
            try
            {
                compiled += Examine(source, typed[i % Args.Length], untyped[i % Args.Length]) ? 1 : 0;
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed}, input {i}: {source}{Environment.NewLine}{error}");
            }
        }

        // A generator whose output never compiles would test nothing.
        Assert.True(compiled > count / 50, $"seed {seed}: only {compiled} of {count} compiled");
    }

    private static bool Examine(string source, CelActivation typed, CelActivation untyped)
    {
        var loose = Unchecked.Compile(source).Program?.Evaluate(untyped);
        if (loose is { IsError: false } value)
        {
            _ = value.ToJson()?.ToJsonString();
            _ = value.ToString();
            _ = value.GetHashCode();
        }

        var compilation = Checked.Compile(source);
        Assert.Equal(compilation.Succeeded, compilation.Issues.Count == 0);
        if (compilation.Program is not { } program)
            return false;
        var result = program.Evaluate(typed);
        Assert.True(result.IsError || Fits(program.ResultType, result), $"{program.ResultType} gave {result.Kind} {result}");

        // A condition takes a fast way, as nodes and as a delegate; both must say what the plain one says and take the same steps.
        var steps = typed.StepsTaken;
        var plain = program.Evaluate(program.Ast, typed);
        Assert.True(result.IsError ? plain.IsError : CelSpecValues.AreIdentical(result, plain), $"fast {result}, plain {plain}");
        program.Prepare();
        var compiled = program.Evaluate(typed);
        Assert.True(CelSpecValues.AreIdentical(result, compiled), $"nodes {result}, delegate {compiled}");
        Assert.Equal(steps, typed.StepsTaken);

        // Types only find mistakes: they change no value, except that decimals make literals exact.
        var comparable = loose is { IsError: false } && !result.IsError && !source.Contains("price") && !source.Contains("decimal");
        Assert.True(!comparable || CelSpecValues.AreIdentical(result, loose!.Value), $"checked {result}, unchecked {loose}");
        return true;
    }

    internal static bool Fits(CelType type, CelValue value) => type.Kind switch
    {
        CelTypeKind.Dyn => true,
        CelTypeKind.Nullable => value.Kind == CelValueKind.Null || Fits(type.Parameters[0], value),
        CelTypeKind.Object => value.Kind is CelValueKind.Map or CelValueKind.Null,
        CelTypeKind.Timestamp or CelTypeKind.Duration => value.Kind == CelValueKind.Null || value.Kind.ToString() == type.Kind.ToString(),
        CelTypeKind.Opaque => value.Kind == CelValueKind.Null || value.Kind == CelValueKind.Opaque,
        CelTypeKind.Optional => value.Kind == CelValueKind.Null || (value.Kind == CelValueKind.Optional),
        CelTypeKind.List => value.Kind == CelValueKind.List && value.AsList.All(e => Fits(type.Parameters[0], e)),
        CelTypeKind.Map => value.Kind == CelValueKind.Map && value.AsMap.All(e => Fits(type.Parameters[0], e.Key) && Fits(type.Parameters[1], e.Value)),
        _ => value.Kind.ToString() == type.Kind.ToString(),
    };

    private static CelActivation Activation(CelEnvironment environment, string args)
    {
        var activation = environment.NewActivation();
        activation.Set("args", CelProbe.Json(args));
        activation.Set("facts", CelProbe.Json(Facts));
        return activation;
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text) : otherwise;
}
