using Sallyport.Contracts.Json;
using Sallyport.Tools;

namespace Sallyport.Tests.Tools;

/// <summary>What is bound can be turned back into facts that conditions read alike.</summary>
public sealed class FactBindingTests
{
    [Theory]
    [InlineData("facts.order.total > 5 && facts.order.region == 'eu'", """{"order":{"total":7,"region":"eu","unread":1},"other":{}}""")]
    [InlineData("facts.order.total > 5", """{"order":{}}""")]
    [InlineData("has(facts.order.name)", """{"order":{"total":1}}""")]
    [InlineData("has(facts.order.a) && has(facts.order.a.b)", """{"order":{}}""")]
    [InlineData("has(facts.order.a) && !has(facts.order.a.b)", """{"order":{"a":{"c":1}}}""")]
    [InlineData("facts.order.items[1].price == 3 && facts.order.items[0].price == 2", """{"order":{"items":[{"price":2},{"price":3}]}}""")]
    [InlineData("size(facts.order.flags) == 0 || facts.order.flags[0] == 'x'", """{"order":{"flags":["x","y"]}}""")]
    [InlineData("facts.order.flags.exists(f, f == 'y')", """{"order":{"flags":["x","y"]}}""")]
    [InlineData("facts.order['a.b'] == 1", """{"order":{"a.b":1}}""")]
    [InlineData("size(facts.order) == 2 && facts.order.a == 1", """{"order":{"a":1,"b":2}}""")]
    public void Unbind_OfWhatWasBound_IsReadAlikeAndBindsAlike(string condition, string facts)
    {
        var program = Calls.Condition(condition);
        var binding = new FactBinding([program]);
        var bound = binding.Bind(CanonicalJson.Parse(facts));

        var again = binding.Unbind(bound);

        Assert.Equal(binding.Digest(CanonicalJson.Parse(facts)), binding.Digest(again));
        var (before, after) = (Calls.Input("{}", facts).Evaluate(program), Calls.Input("{}", again.GetRawText()).Evaluate(program));
        Assert.Equal((before.IsTrue, before.IsError), (after.IsTrue, after.IsError));
    }

    [Fact]
    public void Missing_OfAnotherBinding_NamesThePathsThatAreNotHeld()
    {
        var held = new FactBinding([Calls.Condition("facts.order.customer.age > 5 && size(facts.order.flags) > 0")]);
        var other = new FactBinding([Calls.Condition("facts.order.customer.age > 5 && facts.order.flags[0] == 'x' && facts.order.customer.name == 'x' && facts.order.region == 'eu'")]);

        Assert.Equal(["order.customer.name", "order.region"], held.Missing(other));
        Assert.Empty(held.Missing(held));
    }
}
