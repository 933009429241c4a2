using Sallyport.Identity;
using Sallyport.Limits;
using Sallyport.Testing;

namespace Sallyport.Tests.Limits;

public sealed class AttemptLimitTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly AttemptLimit _limit;

    public AttemptLimitTests() => _limit = new AttemptLimit(_time, new IdSource(_time, bytes => bytes.Fill(7)), 5);

    [Fact]
    public void Admit_MoreThanTheLimit_WaitsAndComesBackEvenly()
    {
        Assert.All(Enumerable.Range(0, 5), _ => Assert.True(_limit.Admit("dana").Admitted));

        var refused = _limit.Admit("dana");
        Assert.False(refused.Admitted);
        Assert.InRange(refused.RetryAfter, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(13));
        Assert.True(_limit.Admit("erin").Admitted);

        _time.Advance(TimeSpan.FromSeconds(12));
        Assert.True(_limit.Admit("dana").Admitted);
        Assert.False(_limit.Admit("dana").Admitted);
    }

    [Fact]
    public void Admit_RefusedAttempts_DoNotProlongTheWait()
    {
        for (var at = 0; at < 50; at++) _limit.Admit("dana");

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.All(Enumerable.Range(0, 5), _ => Assert.True(_limit.Admit("dana").Admitted));
    }

    [Fact]
    public void Admit_AHundredThousandInventedNames_TakeNoMemoryAndLeaveACountAlone()
    {
        for (var at = 0; at < 5; at++) _limit.Admit("dana");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var at = 0; at < 100_000; at++) _limit.Admit("invented-" + at);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1 << 20);
        Assert.False(_limit.Admit("dana").Admitted);
    }
}
