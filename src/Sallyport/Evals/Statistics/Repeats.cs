namespace Sallyport.Evals.Statistics;

/// <summary>How often one task passed.</summary>
/// <param name="Passed">Runs that passed.</param>
/// <param name="Runs">Runs.</param>
public sealed record TaskRuns(int Passed, int Runs)
{
    /// <summary>Neither always nor never: the same configuration gave both answers.</summary>
    public bool IsFlaky => Passed > 0 && Passed < Runs;
}

/// <summary>Tasks that are run several times. The unit is the task: runs of one task are no independent evidence.</summary>
public static class Repeats
{
    private const int Resamples = 10_000;

    /// <summary>
    /// pass^k: the chance that k runs of a task all pass, mean over tasks, without bias: C(c,k)/C(n,k). The plug-in (c/n)^k is too optimistic.
    /// </summary>
    public static double PassAll(IReadOnlyCollection<TaskRuns> tasks, int k) => tasks.Average(task => Share(task.Passed, task.Runs, k));

    /// <summary>pass@k: the chance that at least one of k runs passes, mean over tasks, without bias.</summary>
    public static double PassAny(IReadOnlyCollection<TaskRuns> tasks, int k) => tasks.Average(task => 1 - Share(task.Runs - task.Passed, task.Runs, k));

    /// <summary>Percentile interval of pass^k, by resampling tasks.</summary>
    public static Interval PassAllInterval(IReadOnlyList<TaskRuns> tasks, int k, int seed, double confidence = 0.95)
    {
        var shares = tasks.Select(task => Share(task.Passed, task.Runs, k)).ToArray();
        var random = new Random(seed);
        var means = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < shares.Length; j++) sum += shares[random.Next(shares.Length)];
            means[i] = sum / shares.Length;
        }

        Array.Sort(means);
        var tail = (1 - confidence) / 2;
        return new Interval(means[(int)(tail * (Resamples - 1))], means[(int)Math.Ceiling((1 - tail) * (Resamples - 1))]);
    }

    /// <summary>Chance that k runs show a task to be flaky which passes with probability p.</summary>
    public static double SeenFlaky(double p, int k) => 1 - Math.Pow(p, k) - Math.Pow(1 - p, k);

    private static double Share(int chosen, int runs, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, k);
        if (chosen < k) return 0;
        var share = 1.0;
        for (var i = 0; i < k; i++) share *= (double)(chosen - i) / (runs - i);
        return share;
    }
}
