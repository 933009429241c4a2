using Sallyport.Evals.Statistics;

namespace Sallyport.Tests.Evals;

/// <summary>Held against published values and against SciPy's.</summary>
public sealed class StatisticsTests
{
    [Theory]
    [Trait("req", "B5.2")]
    [InlineData(0.92, 36, 36)]
    [InlineData(0.92, 57, 58)]
    [InlineData(0.92, 75, 77)]
    [InlineData(0.92, 92, 95)]
    [InlineData(0.92, 97, 100)]
    [InlineData(0.92, 144, 150)]
    [InlineData(0.92, 191, 200)]
    [InlineData(0.80, 14, 14)]
    [InlineData(0.80, 37, 40)]
    [InlineData(0.80, 45, 50)]
    [InlineData(0.80, 54, 60)]
    [InlineData(0.80, 87, 100)]
    public void LowerBound_ProvesARate_WithExactlySoManySuccesses(double rate, int successes, int trials)
    {
        Assert.Equal(successes, Proportion.Needed(rate, trials));
        Assert.True(Proportion.LowerBound(successes, trials) >= rate);
        Assert.True(Proportion.LowerBound(successes - 1, trials) < rate);
    }

    [Fact]
    public void Needed_WithTooFewTrials_IsNothing() => Assert.Null(Proportion.Needed(0.92, 35));

    [Theory]
    [InlineData(100, 0.030)]
    [InlineData(249, 0.012)]
    [InlineData(949, 0.0032)]
    public void UpperBound_OfNoEvent_IsAboutThreeOverN(int trials, double expected)
    {
        Assert.Equal(1 - Math.Pow(0.05, 1.0 / trials), Proportion.UpperBound(0, trials), 12);
        Assert.Equal(expected, Proportion.UpperBound(0, trials), expected < 0.01 ? 4 : 3);
    }

    [Theory]
    [InlineData(50, 50, 0.929, 1.0)]
    [InlineData(49, 50, 0.895, 0.996)]
    [InlineData(21, 80, 0.18, 0.37)]
    public void Wilson_AtTheEdges_HasAWidth(int successes, int trials, double low, double high)
    {
        var interval = Proportion.Wilson(successes, trials);
        Assert.Equal(low, interval.Low, low is 0.18 ? 2 : 3);
        Assert.Equal(high, interval.High, high is 0.37 ? 2 : 3);
    }

    [Theory]
    [InlineData(0.92, 46, 50, 0.87, 0.204)]
    public void PointRule_LetsABadSystemPass(double threshold, int needed, int trials, double truth, double expected)
    {
        Assert.Equal(needed, (int)Math.Ceiling(threshold * trials));
        Assert.Equal(expected, 1 - Proportion.BinomialCdf(needed - 1, trials, truth), 3);
    }

    /// <summary>Fifty tasks of four runs: these counts are the only ones with the published values.</summary>
    [Fact]
    public void PassAll_OfThePublishedRun_IsAsPublished()
    {
        TaskRuns[] tasks = [.. Times(14, 0), .. Times(12, 1), .. Times(10, 2), .. Times(4, 3), .. Times(10, 4)];
        Assert.Equal([0.420, 0.273, 0.220, 0.200], Enumerable.Range(1, 4).Select(k => Math.Round(Repeats.PassAll(tasks, k), 3)));
        Assert.Equal(26, tasks.Count(task => task.IsFlaky));
        // The plug-in estimate that others print.
        Assert.Equal(0.239, tasks.Average(task => Math.Pow((double)task.Passed / task.Runs, 4)), 3);
        var interval = Repeats.PassAllInterval(tasks, 4, seed: 1);
        Assert.Equal((0.10, 0.32), (Math.Round(interval.Low, 2), Math.Round(interval.High, 2)));
        Assert.Equal(0.72, Repeats.PassAny(tasks, 4), 10);

        static IEnumerable<TaskRuns> Times(int count, int passed) => Enumerable.Repeat(new TaskRuns(passed, 4), count);
    }

    [Theory]
    [InlineData(0.9, 4, 0.34)]
    [InlineData(0.9, 10, 0.65)]
    public void SeenFlaky_NeedsManyRuns(double p, int k, double expected) => Assert.Equal(expected, Repeats.SeenFlaky(p, k), 2);

    [Theory]
    [InlineData(6, 6, 1.0)]
    [InlineData(3, 6, 0.508)]
    [InlineData(0, 0, 1.0)]
    public void DifferenceP_OfThePublishedPairs_IsAsPublished(int failing, int passing, double expected) => Assert.Equal(expected, Paired.DifferenceP(failing, passing), 3);

    [Fact]
    public void RegressionP_NeedsFiveLossesWithoutAGain()
    {
        Assert.True(Paired.RegressionP(4, 0) > 0.05);
        Assert.Equal(1.0 / 32, Paired.RegressionP(5, 0), 12);
        Assert.Equal(1.0 / 64, Paired.RegressionMidP(5, 0), 12);
        Assert.Equal(1, Paired.RegressionP(0, 5));
    }

    [Theory]
    [InlineData(50, 0.08, 0.02, 0.18)]
    [InlineData(200, 0.05, 0.01, 0.68)]
    [InlineData(200, 0.08, 0.02, 0.83)]
    [InlineData(200, 0.03, 0.01, 0.26)]
    [InlineData(400, 0.05, 0.01, 0.95)]
    public void Power_OfSmallSets_IsSmall(int tasks, double lost, double gained, double expected) => Assert.Equal(expected, Paired.Power(tasks, lost, gained), 2);

    [Fact]
    public void Holm_OfSeveralTests_KeepsTheLevelOfAll()
    {
        var adjusted = Paired.Holm([0.01, 0.04, 0.03]);
        Assert.Equal(0.03, adjusted[0], 12);
        Assert.Equal(0.06, adjusted[1], 12);
        Assert.Equal(0.06, adjusted[2], 12);
    }

    [Theory]
    [InlineData(2, 3, 0.25, 0.26171875)]
    [InlineData(0.5, 0.5, 0.5, 0.5)]
    [InlineData(5, 1, 0.9, 0.59049)]
    public void Beta_DistributionFunction_IsAsKnown(double a, double b, double x, double expected) => Assert.Equal(expected, Beta.Cdf(x, a, b), 10);

    /// <summary>For whole numbers it is a sum of binomial terms, which can be added up.</summary>
    [Theory]
    [InlineData(5, 8, 0.3)]
    [InlineData(20, 20, 0.55)]
    [InlineData(1, 30, 0.01)]
    [InlineData(30, 1, 0.97)]
    public void Beta_OfWholeNumbers_IsTheSumOfItsTerms(int a, int b, double x)
    {
        var (sum, choose) = (0.0, 1.0);
        for (var j = 0; j < a + b; j++)
        {
            if (j >= a) sum += choose * Math.Pow(x, j) * Math.Pow(1 - x, a + b - 1 - j);
            choose = choose * (a + b - 1 - j) / (j + 1);
        }

        Assert.Equal(sum, Beta.Cdf(x, a, b), 12);
    }
}
