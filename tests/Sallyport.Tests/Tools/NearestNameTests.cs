using Sallyport.Tools;

namespace Sallyport.Tests.Tools;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("isue_refund", "issue_refund")]
    [InlineData("void_refnud", "void_refund")]
    [InlineData("ISSUE_REFUND", "issue_refund")]
    [InlineData("delete_everything", null)]
    [InlineData("", null)]
    public void Find_Word_SuggestsOnlyWhatIsClose(string word, string? expected) => Assert.Equal(expected, NearestName.Find(word, ["issue_refund", "void_refund", "get_order"]));
}
