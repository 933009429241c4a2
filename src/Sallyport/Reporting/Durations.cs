using Sallyport.Contracts.Wire;

namespace Sallyport.Reporting;

/// <summary>Collects durations and ranks them.</summary>
internal sealed class Durations
{
    private readonly List<double> _milliseconds = [];

    internal void Add(double milliseconds) => _milliseconds.Add(milliseconds);

    /// <summary>Median and 90th percentile by nearest rank: both are durations that were really measured. Null when nothing was.</summary>
    internal DurationSummary? Summary()
    {
        if (_milliseconds.Count == 0) return null;
        _milliseconds.Sort();
        return new DurationSummary(_milliseconds.Count, Rank(0.5), Rank(0.9));
    }

    private double Rank(double share) => Math.Round(_milliseconds[(int)Math.Ceiling(share * _milliseconds.Count) - 1], 3);
}
