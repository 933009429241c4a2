namespace Sallyport.Evals.Statistics;

/// <summary>The beta distribution, as far as binomial intervals need it.</summary>
internal static class Beta
{
    private const int MostTerms = 1_000;
    private const double Tiny = 1e-300;

    /// <summary>Regularized incomplete beta function I_x(a, b): the distribution function of Beta(a, b).</summary>
    internal static double Cdf(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));
        // The continued fraction converges quickly on one side of the mean; on the other, symmetry gives the rest.
        return x < (a + 1) / (a + b + 2) ? front * Fraction(x, a, b) / a : 1 - (front * Fraction(1 - x, b, a) / b);
    }

    /// <summary>The x at which the distribution function reaches a probability.</summary>
    internal static double Quantile(double probability, double a, double b)
    {
        var (low, high) = (0.0, 1.0);
        // Bisection: 60 halvings are below the precision of a double, and cannot go astray.
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (Cdf(middle, a, b) < probability) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>Lanczos' approximation of ln Γ (g = 7, nine coefficients), good to about 15 digits for positive arguments.</summary>
    internal static double LogGamma(double x)
    {
        double[] c =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
            9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        if (x < 0.5) return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        x -= 1;
        var sum = c[0];
        for (var i = 1; i < c.Length; i++) sum += c[i] / (x + i);
        var t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>The continued fraction of the incomplete beta function, evaluated by Lentz' method.</summary>
    private static double Fraction(double x, double a, double b)
    {
        var (c, d) = (1.0, 1 / Guarded(1 - ((a + b) * x / (a + 1))));
        var result = d;
        for (var m = 1; m <= MostTerms; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / Guarded(1 + (even * d));
            c = Guarded(1 + (even / c));
            result *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / Guarded(1 + (odd * d));
            c = Guarded(1 + (odd / c));
            result *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-15) break;
        }

        return result;
    }

    private static double Guarded(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
