namespace Sallyport.Bench;

/// <summary>What one contender did over all rounds.</summary>
internal sealed class Measurement(string name)
{
    private readonly List<double> _rates = [];
    private readonly List<double> _latencies = [];

    internal string Name => name;

    internal double MedianRate => Median(_rates);

    internal double P50 => Quantile(0.50);

    internal double P99 => Quantile(0.99);

    internal void Add(double seconds, IReadOnlyCollection<double> latenciesMs)
    {
        _rates.Add(latenciesMs.Count / seconds);
        _latencies.AddRange(latenciesMs);
    }

    /// <summary>Median over the rounds of the ratio within each round.</summary>
    internal static double MedianRatio(Measurement numerator, Measurement denominator) =>
        Median([.. numerator._rates.Zip(denominator._rates, (a, b) => a / b)]);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private double Quantile(double q)
    {
        var ordered = _latencies.Order().ToList();
        return ordered[Math.Min(ordered.Count - 1, (int)(q * ordered.Count))];
    }
}
