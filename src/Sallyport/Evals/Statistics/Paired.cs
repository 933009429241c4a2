namespace Sallyport.Evals.Statistics;

/// <summary>Two runs over the same tasks. Unpaired tests waste what pairing knows, and equal averages hide that other tasks fail now.</summary>
public static class Paired
{
    /// <summary>Exact one-sided McNemar test (1947): how likely at least so many newly failing tasks would be if failing and passing anew were equally likely.</summary>
    /// <param name="newlyFailing">Tasks that passed before and fail now.</param>
    /// <param name="newlyPassing">Tasks that failed before and pass now.</param>
    public static double RegressionP(int newlyFailing, int newlyPassing) => 1 - Proportion.BinomialCdf(newlyFailing - 1, newlyFailing + newlyPassing, 0.5);

    /// <summary>The same with half of the observed point's probability (Fagerland 2013): less conservative.</summary>
    public static double RegressionMidP(int newlyFailing, int newlyPassing) =>
        RegressionP(newlyFailing, newlyPassing) - (Proportion.BinomialPmf(newlyFailing, newlyFailing + newlyPassing, 0.5) / 2);

    /// <summary>Exact two-sided McNemar test: whether the runs differ at all.</summary>
    public static double DifferenceP(int newlyFailing, int newlyPassing) =>
        Math.Min(1, 2 * Proportion.BinomialCdf(Math.Min(newlyFailing, newlyPassing), newlyFailing + newlyPassing, 0.5));

    /// <summary>Chance that the one-sided test sees a change in which each task is lost or gained with these probabilities.</summary>
    /// <param name="tasks">Tasks.</param>
    /// <param name="lost">Probability that a task newly fails.</param>
    /// <param name="gained">Probability that a task newly passes.</param>
    /// <param name="alpha">Level of the test.</param>
    public static double Power(int tasks, double lost, double gained, double alpha = 0.05)
    {
        var power = 0.0;
        for (var discordant = 1; discordant <= tasks; discordant++)
        {
            var weight = Proportion.BinomialPmf(discordant, tasks, lost + gained);
            if (weight < 1e-15) continue;
            for (var failing = 0; failing <= discordant; failing++)
                if (RegressionP(failing, discordant - failing) <= alpha) power += weight * Proportion.BinomialPmf(failing, discordant, lost / (lost + gained));
        }

        return power;
    }

    /// <summary>Holm's step-down correction (1979): p values of several tests, each adjusted so that all of them together keep the level.</summary>
    public static IReadOnlyList<double> Holm(IReadOnlyList<double> values)
    {
        var adjusted = new double[values.Count];
        var highest = 0.0;
        foreach (var (index, rank) in Enumerable.Range(0, values.Count).OrderBy(i => values[i]).Select((index, rank) => (index, rank)))
            adjusted[index] = highest = Math.Max(highest, Math.Min(1, values[index] * (values.Count - rank)));
        return adjusted;
    }
}
