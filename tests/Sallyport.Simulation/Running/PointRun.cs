using System.Collections.Concurrent;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation.Running;

/// <summary>How the standard world is made to fail.</summary>
internal enum StandardFailure
{
    /// <summary>The replica dies at point i.</summary>
    Death,

    /// <summary>The commit at point i fails and is gone.</summary>
    CommitLost,

    /// <summary>The commit at point i fails and is durable all the same.</summary>
    CommitKept,
}

/// <summary>The i-th failure for i = 1, 2, 3 … until a run ends before it: no point of the standard world is left out.</summary>
internal static class PointRun
{
    internal static (int Points, IReadOnlyCollection<Verdict> Failures) Run(StandardFailure failure, Action<long>? show = null)
    {
        var failures = new ConcurrentBag<Verdict>();
        var points = Points(failure);
        var next = -1;
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work)).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return (points.Count, failures);

        void Work()
        {
            using var worlds = new Worlds();
            for (int index; (index = Interlocked.Increment(ref next)) < points.Count;)
            {
                var verdict = Run(worlds, failure, points[index]);
                if (verdict.Violations.Count > 0) failures.Add(verdict);
                show?.Invoke(index + 1);
            }
        }
    }

    internal static Verdict Run(Worlds worlds, StandardFailure failure, int at, bool traced = false) => failure switch
    {
        StandardFailure.Death => worlds.RunStandard(at, 0, afterwards: false, traced),
        StandardFailure.CommitLost => worlds.RunStandard(0, at, afterwards: false, traced),
        StandardFailure.CommitKept => worlds.RunStandard(0, at, afterwards: true, traced),
    };

    /// <summary>Points of the standard world when nothing fails: all of them for a death, those with a commit for a commit.</summary>
    internal static IReadOnlyList<int> Points(StandardFailure failure)
    {
        using var worlds = new Worlds();
        var whole = worlds.RunStandard(0, 0, afterwards: false);
        return failure == StandardFailure.Death ? [.. Enumerable.Range(1, whole.Points)] : whole.Commits;
    }
}
