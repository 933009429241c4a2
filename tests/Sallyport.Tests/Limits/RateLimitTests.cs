using Sallyport.Limits;
using Sallyport.Testing;

namespace Sallyport.Tests.Limits;

public sealed class RateLimitTests
{
    [Fact]
    public void Admit_AcrossTheEdgeOfAMinute_NeverMoreThanTheLimitInSixtySeconds()
    {
        var time = new ManualTimeProvider();
        var limit = new RateLimit(time);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(limit.Admit("k", 2).Admitted);
        Assert.True(limit.Admit("k", 2).Admitted);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(new RateVerdict(false, TimeSpan.FromSeconds(58)), limit.Admit("k", 2));
        Assert.True(limit.Admit("other", 2).Admitted);
        time.Advance(TimeSpan.FromSeconds(58) - TimeSpan.FromTicks(1));
        Assert.False(limit.Admit("k", 2).Admitted);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(limit.Admit("k", 2).Admitted);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    [InlineData(-5, false)]
    public void Restore_CallOfTheLastMinute_Counts(int ageSeconds, bool admitted)
    {
        var time = new ManualTimeProvider();
        time.Advance(TimeSpan.FromMinutes(5));
        var limit = new RateLimit(time);
        limit.Restore("k", TimeSpan.FromSeconds(ageSeconds));

        Assert.Equal(admitted, limit.Admit("k", 1).Admitted);
    }
}
