using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

public sealed class CelLogicTests
{
    private static readonly Dictionary<string, CelValueKind> Operands = new()
    {
        ["true"] = CelValueKind.Bool,
        ["false"] = CelValueKind.Bool,
        ["(1 / 0 == 1)"] = CelValueKind.Error,
    };

    /// <summary>Every pair of true, false and error, against the table of the language definition, both ways round.</summary>
    [Fact]
    public void AndOr_EveryPairOfOperands_AbsorbsErrorsCommutatively()
    {
        foreach (var a in Operands.Keys)
        {
            foreach (var b in Operands.Keys)
            {
                var and = CelProbe.Evaluate($"{a} && {b}");
                var or = CelProbe.Evaluate($"{a} || {b}");
                var (andExpected, orExpected) = (Kleene(a, b, "false"), Kleene(a, b, "true"));
                Assert.True(Shown(and) == andExpected, $"{a} && {b} gave {and}");
                Assert.True(Shown(or) == orExpected, $"{a} || {b} gave {or}");
            }
        }
    }

    [Theory]
    [InlineData("[1, 2, 0].exists(x, 2 / x == 1)", "true")]
    [InlineData("[0, 1].exists(x, 2 / x == 5)", "error")]
    [InlineData("[0, 1].all(x, 2 / x == 5)", "false")]
    [InlineData("[0, 1].all(x, 2 / x == 2)", "error")]
    [InlineData("[0, 1].exists_one(x, 2 / x == 2)", "error")]
    [InlineData("(1 / 0 == 1) ? true : true", "error")]
    [InlineData("cel.bind(e, 1 / 0 == 1, true || e)", "true")]
    public void Macro_ElementFails_AbsorbsAsItsLogicalOperator(string source, string expected) =>
        Assert.Equal(expected, Shown(CelProbe.Evaluate(source)));

    [Fact]
    public void IsTrue_AnythingButTrue_IsFalse()
    {
        Assert.True(CelProbe.Evaluate("true").IsTrue);
        foreach (var source in new[] { "false", "1", "'true'", "null", "[true]", "1 / 0" })
            Assert.False(CelProbe.Evaluate(source).IsTrue, source);
        Assert.False(default(CelValue).IsTrue);
        Assert.True(default(CelValue).IsError);
    }

    [Fact]
    public void Evaluate_VariableWithoutValue_IsAnErrorThatNamesIt()
    {
        var program = CelProbe.Compile("args.amount_minor > 1", CelProbe.Refund);
        Assert.Equal("no value for variable 'args'", program.Evaluate(CelProbe.Refund.NewActivation()).ErrorMessage);
    }

    [Fact]
    public void Evaluate_ActivationOfAnotherEnvironment_Throws()
    {
        var program = CelProbe.Compile("1 == 1");
        Assert.Throws<ArgumentException>(() => program.Evaluate(CelProbe.Refund.NewActivation()));
    }

    private static string Kleene(string a, string b, string deciding) =>
        a == deciding || b == deciding ? deciding : Operands[a] == CelValueKind.Error || Operands[b] == CelValueKind.Error ? "error" : a;

    private static string Shown(CelValue value) => value.IsError ? "error" : value.IsTrue ? "true" : "false";
}
