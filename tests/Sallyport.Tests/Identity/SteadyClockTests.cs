using Sallyport.Identity;
using Sallyport.Testing;

namespace Sallyport.Tests.Identity;

/// <summary>Safety never depends on the wall clock: a step of it changes nothing but whether anything is sent.</summary>
public sealed class SteadyClockTests
{
    private readonly ManualTimeProvider _machine = new();

    public static TheoryData<TimeSpan> Jumps => [TimeSpan.FromHours(1), TimeSpan.FromHours(-1), TimeSpan.FromDays(10), TimeSpan.FromDays(-10), TimeSpan.FromSeconds(31)];

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Jump_OfTheWallClock_IsNotFollowedAndSuspendsSending(TimeSpan jump)
    {
        var clock = new SteadyClock(_machine);
        var before = clock.GetUtcNow();
        _machine.Jump(jump);
        _machine.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(before + TimeSpan.FromMinutes(1), clock.GetUtcNow());
        Assert.False(clock.IsSane);
        Assert.Equal(jump, clock.Drift);

        _machine.Jump(-jump);
        Assert.True(clock.IsSane);
    }

    [Fact]
    public void Correction_WithinTheTolerance_SuspendsNothing()
    {
        var clock = new SteadyClock(_machine);
        _machine.Jump(-SteadyClock.Tolerance);
        Assert.True(clock.IsSane);
    }

    [Fact]
    public void NotBefore_WhatIsRecorded_TimeNeverRunsBackAcrossARestart()
    {
        var recorded = _machine.GetUtcNow();
        _machine.Jump(TimeSpan.FromHours(-2));
        var clock = new SteadyClock(_machine);

        clock.NotBefore(recorded);
        clock.NotBefore(recorded - TimeSpan.FromDays(1));

        Assert.Equal((recorded, false), (clock.GetUtcNow(), clock.IsSane));
        _machine.Jump(TimeSpan.FromHours(2));
        Assert.True(clock.IsSane);
    }
}
