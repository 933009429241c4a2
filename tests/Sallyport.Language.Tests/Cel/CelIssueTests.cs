using Sallyport.Cel;

namespace Sallyport.Language.Tests.Cel;

public sealed class CelIssueTests
{
    [Theory]
    [InlineData("args.amount_minor <= 5000 &&\n  args.curency == 'USD'", 2, 8, "undefined field 'curency'", "currency")]
    [InlineData("arg.amount_minor > 1", 1, 1, "undeclared reference to 'arg'", "args")]
    [InlineData("args.currency.startWith('U')", 1, 15, "undeclared method 'startWith'", "startsWith")]
    [InlineData("sise(args.currency) == 3", 1, 1, "undeclared function 'sise'", "size")]
    [InlineData("args.tags.exist(t, t == 'x')", 1, 11, "undeclared method 'exist'", "exists")]
    [InlineData("args['amount'] > 1", 1, 6, "undefined field 'amount'", null)]
    [InlineData("math.grestest(1, 2) == 2", 1, 6, "undeclared function 'math.grestest'", "math.greatest")]
    [InlineData("startsWith(args.currency, 'U')", 1, 1, "'startsWith' is a method", "x.startsWith(…)")]
    [InlineData("args.amount_minor = 5", 1, 19, "'=' does not compare", "==")]
    [InlineData("args.amount_minor > 5 and true", 1, 23, "unexpected 'and'", "&&")]
    public void Issue_Misspelling_HasPositionAndSuggestion(string source, int line, int column, string message, string? suggestion)
    {
        var issue = CelProbe.Refund.Compile(source).Issues[0];
        Assert.Equal((line, column, message, suggestion), (issue.Line, issue.Column, issue.Message, issue.Suggestion));
    }

    [Theory]
    [InlineData("args.amount_minor <", 1, 20, "the expression is incomplete")]
    [InlineData("'abc", 1, 1, "this string does not end")]
    [InlineData("1 +\n\n  @", 3, 3, "unexpected character '@'")]
    [InlineData("'😀😀' + @", 1, 8, "unexpected character '@'")]
    [InlineData("9223372036854775808", 1, 1, "integer literal out of range: 9223372036854775808")]
    [InlineData("'\\ud800'", 1, 2, "not a Unicode code point")]
    [InlineData("if(true)", 1, 1, "'if' is a reserved word and cannot be a name")]
    [InlineData("[1].map(x.y, 1)", 1, 9, "a macro variable must be a plain name")]
    [InlineData("has(args)", 1, 5, "has() takes a member selection such as has(a.b)")]
    [InlineData("args.amount_minor + 'x'", 1, 1, "found no matching overload for '_+_' applied to '(int, string)'")]
    [InlineData("args.amount_minor.x", 1, 19, "type 'int' does not support field selection")]
    [InlineData("args.currency.all(c, true)", 1, 1, "expression of type 'string' cannot be ranged over: it must be a list or a map")]
    [InlineData("Money{units: 1}", 1, 1, "'Money{…}' builds a message; expressions here work on JSON data only")]
    public void Issue_Mistake_SaysWhatAndWhere(string source, int line, int column, string message)
    {
        var issue = CelProbe.OnlyIssue(source);
        Assert.Equal((line, column, message), (issue.Line, issue.Column, issue.Message));
    }

    [Fact]
    public void Compile_TwoMistakes_ReportsBothInSourceOrder()
    {
        var issues = CelProbe.Refund.Compile("args.curency == 'USD' && args.amuont_minor > 1").Issues;
        Assert.Equal(["currency", "amount_minor"], issues.Select(i => i.Suggestion));
        Assert.True(issues[0].Offset < issues[1].Offset);
    }

    [Fact]
    public void Compile_FieldOfOpenObject_IsAllowed() =>
        Assert.Equal(CelType.Dyn, CelProbe.Compile("args.customer.unknown", CelProbe.Refund).ResultType);

    [Fact]
    public void Environment_VariableDeclaredTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => CelEnvironment.Create([new("a", CelType.Int), new("a", CelType.Int)]));
}
