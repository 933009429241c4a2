namespace Sallyport.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Runner_Starts_AndRunsATest() => Assert.Equal(4, int.Parse("4"));
}
