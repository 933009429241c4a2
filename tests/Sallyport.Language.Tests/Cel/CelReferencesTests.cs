namespace Sallyport.Language.Tests.Cel;

public sealed class CelReferencesTests
{
    [Theory]
    [InlineData("args.amount_minor <= 5000 && facts.order.region == 'EU'", "args.amount_minor, facts.order.region")]
    [InlineData("has(facts.order.id) ? facts.order.id : args.currency", "args.currency, facts.order.id")]
    [InlineData("facts.x['a-b'][0].c == 1", "facts.x['a-b'][0].c")]
    [InlineData("facts['order'].region == ''", "facts.order.region")]
    [InlineData("facts.list[args.amount_minor].x == 1", "args.amount_minor, facts.list")]
    [InlineData("facts.flags.exists(f, f.name == args.currency)", "args.currency, facts.flags")]
    [InlineData("size(args.tags) > 0 && args.tags.all(facts, facts == 'x')", "args.tags")]
    [InlineData("cel.bind(o, facts.order, o.id == o.name)", "facts.order")]
    [InlineData("math.abs(facts.n) == 1", "facts.n")]
    [InlineData("facts.?order.?region.orValue('') == ''", "facts.order.region")]
    [InlineData("facts == null", "facts")]
    [InlineData("1 + 1 == 2", "")]
    public void References_Expression_AreTheMaximalPaths(string source, string expected) =>
        Assert.Equal(expected, string.Join(", ", CelProbe.Compile(source, CelProbe.Refund).References));
}
