namespace Sallyport.Simulation.World;

/// <summary>What becomes of a commit.</summary>
internal enum CommitFate
{
    Committed,

    /// <summary>It is durable, but the caller is told that the store failed.</summary>
    FailedAndCommitted,

    /// <summary>It is gone, and the caller is told that the store failed.</summary>
    FailedAndLost,
}

/// <summary>
/// What goes wrong in a world. Everything that leaves the process passes a point before and after; the seed, or a number, says at which of
/// them a replica dies.
/// </summary>
internal sealed class FaultPlan(Chance chance)
{
    private int _crashes;
    private readonly List<int> _commits = [];

    /// <summary>Points passed so far.</summary>
    internal int Points { get; private set; }

    /// <summary>The points at which a commit was made, before the quiet period.</summary>
    internal IReadOnlyList<int> Commits => _commits;

    /// <summary>No more faults: the quiet period.</summary>
    internal bool Over { get; set; }

    internal int CrashPermille { get; init; }

    internal int MaxCrashes { get; init; }

    /// <summary>The replica dies at exactly this point; 0 for none.</summary>
    internal int CrashAt { get; init; }

    /// <summary>At this point a commit fails, committed or not, instead of a death; 0 for none.</summary>
    internal int CommitFailsAt { get; init; }

    internal bool CommitFailsAfterwards { get; init; }

    internal int CommitPermille { get; init; }

    internal int QueueFullPermille { get; init; }

    internal int ReadPermille { get; init; }

    internal int SendPermille { get; init; }

    internal int ClockPermille { get; init; }

    /// <summary>How often something takes far longer than anybody planned for.</summary>
    internal int StallPermille { get; init; }

    /// <summary>The longest that a stalled step takes.</summary>
    internal static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(60);

    /// <summary>Whether I/O takes time that differs; without it everything takes the same moment.</summary>
    internal bool Jitter { get; init; } = true;

    /// <summary>A plan of random faults; some worlds have many, some few, some none.</summary>
    internal static FaultPlan Random(Chance chance)
    {
        // In every fourth world nothing dies: the rarer interleavings of a healthy server would drown otherwise.
        var dies = !chance.Permille(250);
        return new FaultPlan(chance)
        {
            CrashPermille = dies ? chance.Of(2, 5, 10, 25, 60) : 0,
            MaxCrashes = dies ? 1 + chance.Below(4) : 0,
            CommitPermille = chance.Of(0, 0, 2, 10),
            ReadPermille = chance.Of(0, 0, 20, 100),
            SendPermille = chance.Of(0, 100, 300, 600),
            ClockPermille = chance.Of(0, 0, 0, 300),
            StallPermille = chance.Of(0, 0, 2, 8),
            QueueFullPermille = chance.Of(0, 0, 0, 5, 20),
        };
    }

    /// <summary>Passes a point; true when the replica dies there.</summary>
    internal bool DiesHere()
    {
        Points++;
        if (Points == CrashAt) return true;
        if (Over || _crashes >= MaxCrashes || !chance.Permille(CrashPermille)) return false;
        _crashes++;
        return true;
    }

    internal CommitFate Commit()
    {
        if (!Over) _commits.Add(Points);
        if (Points == CommitFailsAt) return CommitFailsAfterwards ? CommitFate.FailedAndCommitted : CommitFate.FailedAndLost;
        if (Over || !chance.Permille(CommitPermille)) return CommitFate.Committed;
        return chance.Permille(500) ? CommitFate.FailedAndCommitted : CommitFate.FailedAndLost;
    }

    internal bool QueueIsFull() => !Over && chance.Permille(QueueFullPermille);

    internal bool ReadFails() => !Over && chance.Permille(ReadPermille);

    internal bool SendFails() => !Over && chance.Permille(SendPermille);

    internal bool ClockIsWrong() => chance.Permille(ClockPermille);

    /// <summary>How long something takes.</summary>
    internal TimeSpan Latency(TimeSpan longest)
    {
        if (!Jitter || Over) return TimeSpan.FromMilliseconds(1);
        if (chance.Permille(StallPermille)) return chance.Between(TimeSpan.FromSeconds(5), LongestStall);
        return chance.Permille(600) ? TimeSpan.Zero : chance.Between(TimeSpan.FromMilliseconds(1), longest);
    }
}
