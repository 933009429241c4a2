namespace Sallyport.Evals.Statistics;

/// <summary>An interval of probabilities.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record Interval(double Low, double High);

/// <summary>What a count of successes says about the rate behind it. Intervals that a t distribution gives are wrong here: near 0 and 1 they have no width.</summary>
public static class Proportion
{
    /// <summary>Wilson's score interval (1927), for display.</summary>
    /// <param name="successes">Successes.</param>
    /// <param name="trials">Trials, at least 1.</param>
    /// <param name="confidence">Two-sided confidence.</param>
    public static Interval Wilson(int successes, int trials, double confidence = 0.95)
    {
        Check(successes, trials);
        var (p, n, z) = ((double)successes / trials, (double)trials, NormalQuantile(1 - ((1 - confidence) / 2)));
        var (center, width) = (p + (z * z / (2 * n)), z * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n))));
        var scale = 1 + (z * z / n);
        return new Interval(Math.Max(0, (center - width) / scale), Math.Min(1, (center + width) / scale));
    }

    /// <summary>Clopper and Pearson's one-sided lower bound (1934), for the gate: the true rate is at least this, with the confidence given.</summary>
    public static double LowerBound(int successes, int trials, double confidence = 0.95)
    {
        Check(successes, trials);
        return successes == 0 ? 0 : Beta.Quantile(1 - confidence, successes, trials - successes + 1);
    }

    /// <summary>Clopper and Pearson's one-sided upper bound: the true rate is at most this, with the confidence given.</summary>
    public static double UpperBound(int successes, int trials, double confidence = 0.95)
    {
        Check(successes, trials);
        return successes == trials ? 1 : Beta.Quantile(confidence, successes + 1, trials - successes);
    }

    /// <summary>Fewest successes out of so many trials that prove a rate; null when not even all of them do.</summary>
    public static int? Needed(double rate, int trials, double confidence = 0.95)
    {
        for (var successes = 0; successes <= trials; successes++)
            if (LowerBound(successes, trials, confidence) >= rate) return successes;
        return null;
    }

    /// <summary>P(X ≤ k) for X binomial with n trials of probability p.</summary>
    public static double BinomialCdf(int k, int n, double p) => k < 0 ? 0 : k >= n ? 1 : 1 - Beta.Cdf(p, k + 1, n - k);

    /// <summary>P(X = k).</summary>
    internal static double BinomialPmf(int k, int n, double p) => p is 0 or 1
        ? k == (p == 0 ? 0 : n) ? 1 : 0
        : Math.Exp(LogChoose(n, k) + (k * Math.Log(p)) + ((n - k) * Math.Log(1 - p)));

    internal static double LogChoose(int n, int k) => Beta.LogGamma(n + 1) - Beta.LogGamma(k + 1) - Beta.LogGamma(n - k + 1);

    /// <summary>The standard normal's quantile, by bisection on its distribution function.</summary>
    private static double NormalQuantile(double probability)
    {
        var (low, high) = (-10.0, 10.0);
        for (var i = 0; i < 80; i++)
        {
            var middle = (low + high) / 2;
            if (NormalCdf(middle) < probability) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>Through the incomplete gamma function's series: 1/2 + φ(x)·(x + x³/3 + x⁵/(3·5) + …).</summary>
    private static double NormalCdf(double x)
    {
        var (sum, term) = (x, x);
        for (var i = 1; i < 500 && Math.Abs(term) > 1e-17; i++) sum += term *= x * x / ((2 * i) + 1);
        return Math.Clamp(0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)), 0, 1);
    }

    private static void Check(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
    }
}
