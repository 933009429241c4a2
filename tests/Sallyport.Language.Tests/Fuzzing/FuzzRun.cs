using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sallyport.Language.Tests.Fuzzing;

/// <summary>
/// Runs inputs of one target on every core. Threads take blocks of numbers in turn; what an input is depends on its number alone, so a
/// failure repeats anywhere.
/// </summary>
internal sealed class FuzzRun(Func<FuzzTarget> target, ulong seed, ulong inputs, ulong from = 0, TimeSpan? time = null)
{
    /// <summary>A block is the unit of work; a multiple of how many instances meet one schema.</summary>
    private const ulong Block = 512;

    /// <summary>The most that one input may take. It includes waiting for the processor, so a suspect gets a second chance alone.</summary>
    internal static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private const int MostSuspects = 20;

    /// <summary>An input that has not ended by then never will.</summary>
    private static readonly TimeSpan Hopeless = TimeSpan.FromSeconds(30);

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<FuzzFailure> _failures = new();
    private readonly ConcurrentQueue<ulong> _suspects = new();
    private readonly Worker[] _workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Worker())];
    private readonly ulong _end = from + inputs;
    private ulong _next = from;
    private volatile bool _stopped;

    internal ulong Done => _workers.Aggregate(0UL, (sum, worker) => sum + worker.Done);

    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    internal (TimeSpan Time, ulong Number) Slowest => _workers.Max(worker => (worker.Slowest, worker.SlowestNumber));

    internal long Count(FuzzReach reach) => _workers.Sum(worker => worker.Reached[(int)reach]);

    /// <summary>Runs to the end, or to the first failure.</summary>
    /// <param name="watch">Called a few times per second.</param>
    /// <returns>The failure with the lowest number, or null.</returns>
    internal FuzzFailure? Run(Action<FuzzRun>? watch = null)
    {
        var threads = _workers.Select(worker => new Thread(() => Work(worker)) { IsBackground = true }).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads)
        {
            while (!thread.Join(TimeSpan.FromMilliseconds(200)))
            {
                watch?.Invoke(this);
                if (FindHopeless() is { } hang) return hang;
                if (time is { } most && Elapsed > most) _stopped = true;
            }
        }

        if (_failures.MinBy(failure => failure.Number) is { } failure) return failure;
        return _suspects.Order().Take(MostSuspects).Select(ExamineAlone).FirstOrDefault(slow => slow is not null);
    }

    private void Work(Worker worker)
    {
        var own = target();
        while (!_stopped)
        {
            var first = Interlocked.Add(ref _next, Block) - Block;
            if (first >= _end) return;
            for (var number = first; number < Math.Min(first + Block, _end) && !_stopped; number++) RunOne(worker, own, number);
        }
    }

    private void RunOne(Worker worker, FuzzTarget own, ulong number)
    {
        var startedAt = Stopwatch.GetTimestamp();
        Volatile.Write(ref worker.Number, number);
        Volatile.Write(ref worker.StartedAt, startedAt);
        var input = default(FuzzInput);
        try
        {
            input = own.Create(seed, number);
            worker.Reached[(int)own.Examine(input)]++;
        }
        catch (Exception error)
        {
            _failures.Enqueue(new FuzzFailure(number, input, error.ToString()));
            _stopped = true;
        }

        Volatile.Write(ref worker.StartedAt, 0);
        worker.Done++;
        var took = Stopwatch.GetElapsedTime(startedAt);
        if (took > worker.Slowest) (worker.Slowest, worker.SlowestNumber) = (took, number);
        if (took > Bound) _suspects.Enqueue(number);
    }

    private FuzzFailure? FindHopeless()
    {
        foreach (var worker in _workers)
        {
            var startedAt = Volatile.Read(ref worker.StartedAt);
            if (startedAt == 0 || Stopwatch.GetElapsedTime(startedAt) < Hopeless) continue;
            var number = Volatile.Read(ref worker.Number);
            return new FuzzFailure(number, target().Create(seed, number), $"has not ended after {Hopeless.TotalSeconds} s");
        }

        return null;
    }

    /// <summary>Alone in the process, the time it worked can be told from the time it waited for a processor.</summary>
    private FuzzFailure? ExamineAlone(ulong number)
    {
        var own = target();
        var input = own.Create(seed, number);
        var before = Environment.CpuUsage.TotalTime;
        own.Examine(input);
        var took = Environment.CpuUsage.TotalTime - before;
        return took > Bound ? new FuzzFailure(number, input, $"took {took.TotalSeconds:N1} s; the bound is {Bound.TotalSeconds} s") : null;
    }

    private sealed class Worker
    {
        internal readonly long[] Reached = new long[3];
        internal ulong Number;
        internal long StartedAt;
        internal ulong Done;
        internal TimeSpan Slowest;
        internal ulong SlowestNumber;
    }
}

/// <summary>An input that broke a promise.</summary>
internal sealed record FuzzFailure(ulong Number, FuzzInput Input, string Reason);
