using System.Diagnostics;

namespace Sallyport.Bench;

/// <summary>Nanoseconds and allocated bytes of one call, over rounds. For work of one thread that is too short to time by itself.</summary>
internal sealed class Timing(Action<int> repeat)
{
    private readonly List<double> _nanoseconds = [];
    private readonly List<double> _bytes = [];

    internal double Nanoseconds => Median(_nanoseconds);

    internal double Bytes => Median(_bytes);

    /// <summary>Median over the rounds of the ratio within each round.</summary>
    internal static double MedianRatio(Timing numerator, Timing denominator) =>
        Median([.. numerator._nanoseconds.Zip(denominator._nanoseconds, (a, b) => a / b)]);

    /// <summary>Contenders take turns in each round, so that a slow stretch of the machine hits all of them.</summary>
    internal static void Run(int rounds, TimeSpan time, params ReadOnlySpan<Timing> contenders)
    {
        var counts = new int[contenders.Length];
        for (var i = 0; i < contenders.Length; i++) counts[i] = contenders[i].CountFor(time);
        for (var round = 0; round < rounds; round++)
            for (var i = 0; i < contenders.Length; i++) contenders[i].Measure(counts[i]);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>How many calls fill the time, found by doubling; it is the warm-up too.</summary>
    private int CountFor(TimeSpan time)
    {
        for (var count = 1_000; ; count *= 2)
        {
            var started = Stopwatch.GetTimestamp();
            repeat(count);
            if (Stopwatch.GetElapsedTime(started) >= time / 2) return count * 2;
        }
    }

    private void Measure(int count)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        repeat(count);
        var elapsed = Stopwatch.GetElapsedTime(started);
        _nanoseconds.Add(elapsed.TotalNanoseconds / count);
        _bytes.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)count);
    }
}
