using System.Collections.Concurrent;
using System.Diagnostics;
using Sallyport.Protocol;
using Sallyport.Simulation.World;

namespace Sallyport.Simulation.Running;

/// <summary>Many seeds, one world at a time on each core.</summary>
internal sealed class SeedRun
{
    private readonly ConcurrentBag<Verdict> _failures = [];
    private readonly ConcurrentDictionary<(ActionState From, ActionState To), bool> _moves = new();
    private long _next;
    private long _done;
    private int _effects;

    internal IReadOnlyCollection<Verdict> Failures => _failures;

    /// <summary>Every move that some action made.</summary>
    internal ICollection<(ActionState From, ActionState To)> Moves => _moves.Keys;

    internal long Done => Interlocked.Read(ref _done);

    internal int Effects => _effects;

    internal TimeSpan Took { get; private set; }

    internal static SeedRun Run(ulong from, ulong count, bool stopAtFirst, Action<long>? show = null)
    {
        var (run, watch) = (new SeedRun(), Stopwatch.StartNew());
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => run.Work(from, count, stopAtFirst, show))).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        run.Took = watch.Elapsed;
        return run;
    }

    private void Work(ulong from, ulong count, bool stopAtFirst, Action<long>? show)
    {
        using var worlds = new Worlds();
        while (true)
        {
            var index = Interlocked.Increment(ref _next) - 1;
            if ((ulong)index >= count || (stopAtFirst && !_failures.IsEmpty)) return;
            var verdict = Examine(worlds, from + (ulong)index);
            foreach (var move in verdict.Moves) _moves[move] = true;
            Interlocked.Add(ref _effects, verdict.Effects);
            if (verdict.Violations.Count > 0) _failures.Add(verdict);
            var done = Interlocked.Increment(ref _done);
            show?.Invoke(done);
        }
    }

    /// <summary>A world that breaks the simulation itself is a failure of its seed, not the end of the run.</summary>
    private static Verdict Examine(Worlds worlds, ulong seed)
    {
        try
        {
            return worlds.Run(seed);
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException or System.Data.Common.DbException or KeyNotFoundException or NullReferenceException)
        {
            return new Verdict(seed, [("simulation", broken.ToString())], [], [], 0, 0);
        }
    }
}
