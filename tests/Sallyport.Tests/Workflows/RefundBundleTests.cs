using Sallyport.Workflows;

namespace Sallyport.Tests.Workflows;

public sealed class RefundBundleTests
{
    [Fact]
    public void Bundle_AsShipped_HasNoFault()
    {
        var compilation = BundleCompiler.CompileFolder(RefundBundle.Directory);

        Assert.Empty(compilation.Faults.Select(fault => fault.ToString()));
        Assert.Equal(["find_customer", "get_order", "issue_refund", "void_refund"], compilation.Release!.Tools.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Hash_OneByteChanged_IsAnotherRelease()
    {
        var before = RefundBundle.Compile().Hash;

        Assert.Equal(before, RefundBundle.Compile().Hash);
        Assert.NotEqual(before, RefundBundle.With("prompts/agent.md", "You handle", "You Handle").Hash);
    }
}
