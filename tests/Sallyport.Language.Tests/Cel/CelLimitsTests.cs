using System.Text;
using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

public sealed class CelLimitsTests
{
    private static readonly CelEnvironment Lists = CelEnvironment.Create([new("xs", CelType.List(CelType.Int))]);

    [Fact]
    public void CostBound_NestedMacros_Multiply()
    {
        var lists = CelEnvironment.Create(Lists.Variables, new CelOptions { MaxCost = long.MaxValue });
        var one = CelProbe.Compile("xs.all(a, a > 0)", lists).CostBound;
        var two = CelProbe.Compile("xs.all(a, xs.all(b, a > b))", lists).CostBound;
        var three = CelProbe.Compile("xs.all(a, xs.all(b, xs.all(c, a > b + c)))", lists).CostBound;
        Assert.InRange(two / one, 50, 200);
        Assert.InRange(three / two, 50, 200);
    }

    [Fact]
    public void CostBound_SchemaBoundsTheList_UsesTheBound()
    {
        var bounded = CelProbe.Compile("args.tags.all(t, t == 'x')", CelProbe.Refund).CostBound;
        var unbounded = CelProbe.Compile("facts.tags.all(t, t == 'x')", CelProbe.Refund).CostBound;
        Assert.True(bounded * 3 < unbounded, $"{bounded} against {unbounded}");
    }

    [Fact]
    public void Compile_BoundAboveTheLimit_IsRefused()
    {
        var issue = CelProbe.OnlyIssue("xs.all(a, xs.all(b, xs.all(c, a > b + c)))", Lists);
        Assert.Contains("may take", issue.Message);
    }

    [Fact]
    public void Evaluate_StepsWithinTheBound_WhileTheListIsWithinItsSize()
    {
        var program = CelProbe.Compile("xs.all(a, xs.exists(b, a == b) && a >= 0)", Lists);
        var activation = Lists.NewActivation();
        activation.Set("xs", CelValue.List(Enumerable.Range(0, 100).Select(i => CelValue.From((long)i))));
        Assert.True(program.Evaluate(activation).IsTrue);
        Assert.InRange(activation.StepsTaken, 1, program.CostBound);
    }

    [Theory]
    [InlineData("xs.all(a, xs.all(b, a + b >= 0))")]
    [InlineData("true || xs.all(a, xs.all(b, a + b >= 0))", true)]
    [InlineData("xs.all(a, xs.all(b, a + b >= 0)) || true")]
    public void Evaluate_StepLimitExceeded_IsAnErrorThatNothingAbsorbs(string source, bool decidedBefore = false)
    {
        var environment = CelEnvironment.Create([new("xs", CelType.List(CelType.Int))], new CelOptions { MaxSteps = 1_000 });
        var activation = environment.NewActivation();
        activation.Set("xs", CelValue.List(Enumerable.Range(0, 500).Select(i => CelValue.From((long)i))));
        var result = CelProbe.Compile(source, environment).Evaluate(activation);
        Assert.Equal(decidedBefore ? null : "step limit exceeded", result.ErrorMessage);
    }

    [Fact]
    public void Evaluate_DoublingStrings_EndsAtTheLimit() => Assert.True(Doubled("x + x", "'0123456789'", 60).IsError);

    [Fact]
    public void Evaluate_DoublingLists_EndsAtTheLimit() => Assert.True(Doubled("x + x", "[1, 2, 3]", 60).IsError);

    /// <summary>Each level shares the one below, so the value is small in memory and has 2^60 leaves.</summary>
    [Fact]
    public void Evaluate_SharedStructureOfManyLeaves_IsRefused() => Assert.True(Doubled("[x, x]", "1", 60).IsError);

    [Fact]
    public void Compile_NestedTooDeeply_IsAnIssue()
    {
        foreach (var source in new[]
        {
            new string('(', 5_000) + "1" + new string(')', 5_000),
            new string('[', 5_000),
            string.Concat(Enumerable.Repeat("!", 5_000)) + "true",
            string.Concat(Enumerable.Repeat("-", 5_000)) + "x",
            string.Join("+", Enumerable.Repeat("1", 5_000)),
            "facts" + string.Concat(Enumerable.Repeat(".a", 5_000)),
            string.Concat(Enumerable.Repeat("true ? 1 : ", 2_000)) + "1",
        })
        {
            Assert.Contains("nests deeper", CelProbe.OnlyIssue(source).Message);
        }
    }

    [Fact]
    public void Compile_HundredsOfTerms_StayShallow()
    {
        var source = string.Join(" || ", Enumerable.Range(0, 1_500).Select(i => $"args.amount_minor == {i}"));
        Assert.True(source.Length > 32_768);
        Assert.Contains("longer than", CelProbe.OnlyIssue(source).Message);
        source = string.Join(" || ", Enumerable.Range(0, 1_000).Select(i => $"args.amount_minor == {i}"));
        Assert.True(CelProbe.Refunds(source, """{"amount_minor": 999, "currency": "USD"}""").IsTrue);
    }

    /// <summary>The deepest expressions that are accepted must not overflow a small stack, which would end the process.</summary>
    [Theory]
    [InlineData("(", "1 == 1", ")", 1)]
    [InlineData("!", "true", "", 1)]
    [InlineData("[", "1", "][0]", 2)]
    [InlineData("dyn(", "1", ")", 1)]
    [InlineData("true ? ", "1", " : 1", 1)]
    [InlineData("1 + ", "1", "", 0)]
    [InlineData("[1].map(x, ", "1", ")[0]", 2)]
    [InlineData("cel.bind(x, 1, ", "x", ")", 1)]
    public void Evaluate_DeepestAccepted_FitsAStackOf512K(string open, string core, string close, int levels)
    {
        var environment = CelEnvironment.Create([], new CelOptions { MaxCost = long.MaxValue });
        var depth = (environment.Options.MaxDepth - 5) / Math.Max(1, levels);
        var source = string.Concat(Enumerable.Repeat(open, depth)) + core + string.Concat(Enumerable.Repeat(close, depth));
        if (open.StartsWith("true", StringComparison.Ordinal))
            source = string.Concat(Enumerable.Repeat("false ? 1 : ", depth)) + core;
        CelValue result = default;
        var thread = new Thread(() => result = CelProbe.Compile(source, environment).Evaluate(environment.NewActivation()), 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.False(result.IsError, result.ErrorMessage);
    }

    /// <summary>Sources that make a careless checker quadratic or worse; each takes some milliseconds here.</summary>
    [Theory]
    [InlineData("[] == [] && ", "true")]
    [InlineData("optional.none() == optional.none() && ", "true")]
    [InlineData("[[], [1], [[2]]].size() == 3 && ", "true")]
    [InlineData("facts.a.b.c.d.e.f == facts.a.b.c.d.e.g && ", "true")]
    [InlineData("[1].all(x, [x].all(y, y == x)) && ", "true")]
    public async Task Compile_LongSourceOfHardTypes_IsNotQuadratic(string term, string last)
    {
        var source = string.Concat(Enumerable.Repeat(term, (32_000 - last.Length) / term.Length)) + last;
        var compile = Task.Run(() => CelProbe.Refund.Compile(source), TestContext.Current.CancellationToken);
        Assert.True((await compile.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Succeeded);
    }

    private static CelValue Doubled(string step, string start, int levels)
    {
        var source = new StringBuilder();
        for (var i = 0; i < levels; i++)
            source.Append("cel.bind(x, ").Append(i == 0 ? start : step).Append(", ");
        source.Append("size(x) >= 0").Append(')', levels);
        var program = CelProbe.Compile(source.ToString(), CelEnvironment.Create([], new CelOptions { MaxDepth = 300 }));
        return program.Evaluate(program.Environment.NewActivation());
    }
}
