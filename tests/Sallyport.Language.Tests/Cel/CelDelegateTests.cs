using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

/// <summary>The delegate of a condition against its nodes, which are the reference.</summary>
public sealed class CelDelegateTests
{
    /// <summary>What a valid call holds, absent and null members, and data that break the promises of the schema.</summary>
    private static readonly (string Args, string Facts)[] Inputs =
    [
        (
            """
            {"amount_minor": 500, "currency": "USD", "price": 12.50, "ratio": 0.25, "note": "a", "tags": ["a", "b"], "customer": {"tenure_days": 7},
            "lines": [{"sku": "a", "qty": 1, "price": 0.01, "origin": {"country": "a", "tags": ["a"]}}, {"sku": "USD", "qty": 7, "origin": {}}]}
            """,
            """{"x": 7, "list": ["b", "a"], "flag": true}"""),
        (
            """{"amount_minor": 7, "currency": "EUR", "note": null, "tags": [], "customer": {}, "lines": []}""",
            """{"x": 500, "list": [1, "a"], "flag": false}"""),
        (
            """
            {"amount_minor": 9223372036854775807, "currency": "a😀", "price": 12, "ratio": 1.0, "tags": ["USD"],
            "lines": [{"sku": 5, "qty": "x", "origin": {"country": null, "tags": "a"}}, {"qty": 9223372036854775807, "origin": []}]}
            """,
            """{"x": "7"}"""),
        ("{}", "{}"),
        ("""{"amount_minor": "x", "currency": 5, "price": [], "ratio": null, "note": {}, "tags": ["a"], "customer": {"tenure_days": true}}""", "[]"),
        ("""{"amount_minor": 1, "tags": [1], "customer": []}""", """{"list": {"a": 1}, "flag": 1}"""),
        ("[1, 2]", "null"),
    ];

    /// <summary>SALLYPORT_FUZZ_COUNT raises the number of conditions, SALLYPORT_FUZZ_SEED repeats a run.</summary>
    [Theory]
    [InlineData(1_000_000)]
    [InlineData(60)]
    public void Delegate_RandomConditions_AnswersAndChargesAsTheNodes(long maxSteps)
    {
        var count = Setting("SALLYPORT_FUZZ_COUNT", 1_500);
        var seed = Setting("SALLYPORT_FUZZ_SEED", 20_261_128);
        var conditions = new RandomConditions(seed);
        var environment = CelEnvironment.Create(CelProbe.Refund.Variables, new CelOptions { MaxSteps = maxSteps, MaxCost = long.MaxValue });
        var activations = Inputs.Select(input => Activation(environment, input)).ToArray();
        var seen = new HashSet<string>();
        for (var i = 0; i < count; i++)
        {
            var source = conditions.Next();
            var compilation = environment.Compile(source);
            Assert.True(compilation.Succeeded, $"seed {seed}, condition {i}: {source}: {string.Join("; ", compilation.Issues)}");
            var program = compilation.Program;
            var nodes = activations.Select(a => (Value: program.Evaluate(a), Steps: a.StepsTaken)).ToList();
            program.Prepare();
            Assert.Equal(program.ResultType.Kind == CelTypeKind.Bool, program.IsPrepared);
            var delegates = activations.Select(a => (Value: program.Evaluate(a), Steps: a.StepsTaken)).ToList();
            for (var k = 0; k < Inputs.Length; k++)
            {
                var same = CelSpecValues.AreIdentical(nodes[k].Value, delegates[k].Value) && nodes[k].Steps == delegates[k].Steps;
                Assert.True(same, $"seed {seed}, condition {i}, input {k}: {source}: nodes {nodes[k]}, delegate {delegates[k]}");
                seen.Add(nodes[k].Value.IsError ? "error" : nodes[k].Value.ToString());
            }
        }

        // A generator that only ever gave one answer would test nothing.
        Assert.Superset(new HashSet<string> { "error", "false", "true" }, seen);
    }

    [Theory]
    [InlineData("args.amount_minor <= 5000 && args.customer.tenure_days > 5 && size(args.tags) == 2")]
    [InlineData("args.currency == 'USD' && args.currency in ['USD', 'EUR'] && args.price <= 50")]
    [InlineData("args.tags.exists(t, t == 'b') && !args.tags.all(t, t.startsWith('a'))")]
    [InlineData("has(args.note) ? args.note != 'x' : args.ratio < 1.0")]
    [InlineData("args.lines.all(l, l.qty > 0 && l.sku != 'x') && args.lines.exists(l, has(l.price) && l.origin.tags.exists(t, t == l.sku))")]
    public void Delegate_DeclaredScalars_AllocateNothing(string source)
    {
        var program = CelProbe.Compile(source, CelProbe.Refund);
        var activation = Activation(CelProbe.Refund, Inputs[0]);
        program.Prepare();
        Assert.True(program.Evaluate(activation).IsTrue);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            program.Evaluate(activation);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The switch happens on another thread; the test waits for it by evaluating, as production does.</summary>
    [Fact]
    public void Condition_InUse_BecomesADelegateByItself()
    {
        var program = CelProbe.Compile("args.amount_minor > 1", CelProbe.Refund);
        var activation = Activation(CelProbe.Refund, Inputs[0]);
        Assert.False(program.IsPrepared);
        Assert.True(SpinWait.SpinUntil(() => program.Evaluate(activation).IsTrue && program.IsPrepared, TimeSpan.FromSeconds(30)));
    }

    /// <summary>The just-in-time compiler is slow on huge methods, so those stay with their nodes.</summary>
    [Theory]
    [InlineData(390, true)]
    [InlineData(900, false)]
    public void Prepare_ManyTerms_AnswersEitherWay(int terms, bool isPrepared)
    {
        var program = CelProbe.Compile(string.Join(" || ", Enumerable.Range(0, terms).Select(i => $"args.amount_minor == {i + 499}")), CelProbe.Refund);
        program.Prepare();
        Assert.Equal(isPrepared, program.IsPrepared);
        Assert.True(program.Evaluate(Activation(CelProbe.Refund, Inputs[0])).IsTrue);
        Assert.False(program.Evaluate(Activation(CelProbe.Refund, Inputs[1])).IsTrue);
    }

    [Fact]
    public void Prepare_NoCondition_ChangesNothing()
    {
        var program = CelProbe.Compile("1 + 1");
        program.Prepare();
        Assert.False(program.IsPrepared);
        Assert.Equal(2, program.Evaluate(program.Environment.NewActivation()).AsInt);
    }

    private static CelActivation Activation(CelEnvironment environment, (string Args, string Facts) input)
    {
        var activation = environment.NewActivation();
        activation.Set("args", CelProbe.Json(input.Args));
        activation.Set("facts", CelProbe.Json(input.Facts));
        return activation;
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text) : otherwise;
}
