namespace Sallyport.Language.Tests.Cel;

/// <summary>Extensions that the conformance suite does not cover, or covers thinly.</summary>
public sealed class CelExtensionTests
{
    [Theory]
    [InlineData("[1, 2, 2, 1u, 3.0, 3].distinct()", "[1, 2, 3]")]
    [InlineData("[[1], [1], [2]].distinct()", "[[1], [2]]")]
    [InlineData("[[1, [2]], [3]].flatten()", "[1, [2], 3]")]
    [InlineData("[[1, [2, [3]]]].flatten(2)", "[1, 2, [3]]")]
    [InlineData("[1].flatten(-1)", "error: flatten: negative depth")]
    [InlineData("lists.range(3)", "[0, 1, 2]")]
    [InlineData("lists.range(-1)", "[]")]
    [InlineData("[1, 2, 3].reverse()", "[3, 2, 1]")]
    [InlineData("[1, 2, 3, 4].slice(1, 3)", "[2, 3]")]
    [InlineData("[1].slice(0, 2)", "error: slice(0, 2): the list has 1 elements")]
    [InlineData("[1].slice(1, 0)", "error: slice(1, 0): the start is behind the end")]
    [InlineData("['b', 'a', 'C'].sort()", "['C', 'a', 'b']")]
    [InlineData("[3, 1.5, 2u].sort()", "[1.5, 2u, 3]")]
    [InlineData("[1, 'a'].sort()", "error: no such overload: sort of int and string")]
    [InlineData("[[]].sort()", "error: no such overload: sort of list and list")]
    [InlineData("[{'n': 2, 't': 'x'}, {'n': 1, 't': 'y'}, {'n': 2, 't': 'z'}].sortBy(e, e.n).map(e, e.t)", "['y', 'x', 'z']")]
    [InlineData("[1, 0].sortBy(e, 1 / e)", "error: divide by zero")]
    [InlineData("[7, 8].first().value() + [7, 8].last().value()", "15")]
    [InlineData("[].first()", "optional.none()")]
    public void Lists_Function_Gives(string source, string expected) => Assert.Equal(expected, CelProbe.Evaluate(source).ToString());

    [Theory]
    [InlineData("{'a': 1, 'b': 2}.transformMapEntry(k, v, {v: k})", "{1: 'a', 2: 'b'}")]
    [InlineData("{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k})", "error: repeated key: 1")]
    [InlineData("['x', 'y'].transformMapEntry(i, v, i > 0, {v: i})", "{'y': 1}")]
    [InlineData("['x', 'y'].transformMap(i, v, v + string(i))", "{0: 'x0', 1: 'y1'}")]
    [InlineData("{'b': 2, 'a': 1}.transformList(k, v, k + string(v)).sort()", "['a1', 'b2']")]
    [InlineData("[1, 2, 3].existsOne(i, v, i == v - 1)", "false")]
    [InlineData("[1, 2, 3].map(x, x > 1, x * x)", "[4, 9]")]
    [InlineData("cel.bind(a, 2, cel.bind(b, a * a, a + b))", "6")]
    [InlineData("[1, 2].map(x, [3, 4].map(y, x * y))", "[[3, 4], [6, 8]]")]
    [InlineData("[[1, 2], [3]].map(x, x.map(x, x + 1))", "[[2, 3], [4]]")]
    public void Macros_Comprehension_Gives(string source, string expected) => Assert.Equal(expected, CelProbe.Evaluate(source).ToString());

    [Theory]
    [InlineData("[optional.of(1), optional.none()].unwrapOpt()", "[1]")]
    [InlineData("optional.unwrap([optional.of('a')])", "['a']")]
    [InlineData("optional.none().value()", "error: optional.none() dereference")]
    [InlineData("optional.of(1).orValue(1 / 0)", "1")]
    [InlineData("optional.of(1).or(optional.of(1 / 0)).value()", "1")]
    [InlineData("{'a': {'b': 1}}.?a.?b.optMap(x, x + 1).orValue(0)", "2")]
    [InlineData("{'a': {'b': 1}}.?x.?b.optMap(x, x + 1).orValue(0)", "0")]
    [InlineData("{'a': 1}[?'b'].or(optional.of(5)).value()", "5")]
    [InlineData("[1, 2][?2].hasValue()", "false")]
    public void Optionals_Chain_Gives(string source, string expected) => Assert.Equal(expected, CelProbe.Evaluate(source).ToString());

    [Theory]
    [InlineData("base64.decode('a')", true)]
    [InlineData("base64.decode('====')", true)]
    [InlineData("base64.decode('YQ')", false)]
    [InlineData("math.sqrt(81) == 9.0", false)]
    [InlineData("math.bitShiftRight(-1024, 3) == 2305843009213693824", false)]
    [InlineData("math.bitNot(1u) == 18446744073709551614u", false)]
    [InlineData("math.greatest([]) == 1", true)]
    [InlineData("'%.200f'.format([1.0])", true)]
    [InlineData("'%'.format([])", true)]
    [InlineData("'%b %b %o %x'.format([-5, true, 8u, -255]) == '-101 1 10 -ff'", false)]
    public void Function_Edge_IsAnErrorOrTrue(string source, bool isError)
    {
        var result = CelProbe.Evaluate(source);
        Assert.Equal(isError, result.IsError);
        Assert.True(isError || result.IsTrue || result.Kind == Sallyport.Cel.CelValueKind.Bytes, result.ToString());
    }
}
