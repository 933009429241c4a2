using Sallyport.Protocol;
using Sallyport.Simulation.Running;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation;

/// <summary>The real engine in simulated worlds. How many seeds is chosen so that it takes well under a minute; the command line runs any number.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 1_000;

    [Fact]
    [Trait("req", "AC.3")]
    public void Seeds_OfRandomFaults_ViolateNothingAndReachEveryMove()
    {
        var run = SeedRun.Run(1, Seeds, stopAtFirst: false);

        output.WriteLine(FormattableString.Invariant($"{run.Done} seeds, {run.Done / run.Took.TotalSeconds:F0}/s, {run.Effects} effects, {run.Failures.Count} violations"));
        Assert.True(run.Failures.Count == 0, Tell(run.Failures, verdict => FormattableString.Invariant($"--seed {verdict.Seed} --trace")));
        Assert.Empty(ActionProtocol.Transitions.Select(move => (move.From, move.To)).Except(run.Moves));
    }

    [Theory]
    [InlineData(nameof(StandardFailure.Death), 300)]
    [InlineData(nameof(StandardFailure.CommitLost), 30)]
    [InlineData(nameof(StandardFailure.CommitKept), 30)]
    public void StandardWorld_FailingAtEveryPoint_ViolatesNothing(string failure, int atLeast)
    {
        var (points, failures) = PointRun.Run(Enum.Parse<StandardFailure>(failure));

        output.WriteLine(FormattableString.Invariant($"{points} points"));
        Assert.True(points > atLeast, $"Only {points} points.");
        Assert.True(failures.Count == 0, Tell(failures, verdict => FormattableString.Invariant($"--point {verdict.FailedAt} {failure}")));
    }

    [Fact]
    public void Seed_RunTwice_TellsTheSameStory()
    {
        using var one = new Worlds();
        using var other = new Worlds();
        for (var seed = 1UL; seed <= 20; seed++)
        {
            if (seed % 2 == 0) one.Run(1_000 + seed);
            Assert.Equal(one.Run(seed, traced: true).Trace, other.Run(seed, traced: true).Trace);
        }
    }

    /// <summary>How to repeat each failure, and what it was.</summary>
    private static string Tell(IEnumerable<Verdict> failures, Func<Verdict, string> repeat) =>
        string.Join(Environment.NewLine, failures.Select(verdict => $"{repeat(verdict)}: {verdict.Violations[0].Invariant}: {verdict.Violations[0].What}"));
}
