using Sallyport.Protocol;
using Sallyport.Simulation.Actors;
using Sallyport.Simulation.Oracle;

namespace Sallyport.Simulation.World;

/// <summary>How a world ended.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Violations">What went against the invariants.</param>
/// <param name="Trace">What happened; empty unless it was asked for.</param>
/// <param name="Moves">The moves that actions made.</param>
/// <param name="Points">Points passed before the quiet period, at each of which a replica could have died.</param>
/// <param name="Effects">Effects in the bank.</param>
/// <param name="FailedAt">The point at which the standard world was made to fail; 0 in worlds of random faults.</param>
internal sealed record Verdict(
    ulong Seed, IReadOnlyList<(string Invariant, string What)> Violations, IReadOnlyList<string> Trace,
    IReadOnlyCollection<(ActionState From, ActionState To)> Moves, int Points, int Effects, int FailedAt = 0)
{
    /// <summary>The points at which a commit was made, before the quiet period.</summary>
    internal IReadOnlyList<int> Commits { get; init; } = [];
}

/// <summary>Runs worlds one after the other on one thread; the store is laid out once.</summary>
internal sealed class Worlds : IDisposable
{
    private readonly MemoryStore _store = new();

    internal Worlds() => Cast.Settle(_store);

    public void Dispose() => _store.Dispose();

    /// <summary>A world of random faults and people.</summary>
    internal Verdict Run(ulong seed, bool traced = false)
    {
        var chance = new Chance(seed);
        return Run(seed, chance, FaultPlan.Random(chance), 1 + chance.Below(2), traced, Script.Length, static script => script.Random());
    }

    /// <summary>The standard world with one failure: at point i the replica dies, or the commit there fails.</summary>
    internal Verdict RunStandard(int crashAt, int commitFailsAt, bool afterwards, bool traced = false)
    {
        var chance = new Chance(4711);
        var faults = new FaultPlan(chance) { CrashAt = crashAt, CommitFailsAt = commitFailsAt, CommitFailsAfterwards = afterwards, Jitter = false };
        return Run(4711, chance, faults, 1, traced, Script.StandardLength, static script => script.Standard()) with { FailedAt = Math.Max(crashAt, commitFailsAt) };
    }

    private Verdict Run(ulong seed, Chance chance, FaultPlan faults, int slots, bool traced, TimeSpan length, Action<Script> play)
    {
        _store.Reset();
        var universe = new Universe(_store, chance, faults, traced) { Slots = slots };
        var before = SynchronizationContext.Current;
        try
        {
            for (var slot = 0; slot < slots; slot++) universe.AddReplica();
            play(new Script(universe));
            universe.Scheduler.Run(static () => false, length);
            var points = faults.Points;
            Quiet(universe);
            var books = new Books(universe);
            new Judge(universe, books).Check();
            return new Verdict(seed, universe.Violations, universe.Trace.Lines, Moves(books), points, universe.Bank.Effects.Count) { Commits = faults.Commits };
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>Nothing fails any more: what still moves must come to rest, and a last halt must return, so that no sender is stuck in the gate.</summary>
    private static void Quiet(Universe universe)
    {
        universe.Trace.Say("world", $"is quiet from here on");
        universe.Faults.Over = true;
        // What a server has counted is never taken back, so the clock is put right by setting it forward and starting the server again.
        universe.ClockOffset = TimeSpan.FromHours(2);
        foreach (var replica in universe.Replicas.ToList()) replica.Die();
        universe.QuietPause = TimeSpan.FromSeconds(35);
        var lift = universe.Chance.Permille(700);
        if (lift) universe.Outside.Start(() => new OperatorActor(universe).LiftAllAsync());
        universe.Scheduler.Run(static () => false, universe.Scheduler.Now + TimeSpan.FromMinutes(4));
        universe.QuietPause = TimeSpan.FromMinutes(11);
        universe.Scheduler.Run(static () => false, universe.Scheduler.Now + TimeSpan.FromHours(3));
        var returned = false;
        universe.Outside.Start(async () =>
        {
            while (!returned)
            {
                returned = !(await universe.Any().CallAsync(replica => replica.KillSwitch.HaltAsync(Cast.Oscar, "all", "the end", CancellationToken.None))).Lost;
                await universe.PauseAsync(TimeSpan.FromSeconds(1));
            }
        });
        if (!universe.Scheduler.Run(() => returned, universe.Scheduler.Now + TimeSpan.FromMinutes(1))) universe.Violation("I17", "the last halt does not return");
    }

    private static HashSet<(ActionState From, ActionState To)> Moves(Books books) =>
    [
        .. books.Transitions.SelectMany(leaves => leaves).Where(leaf => leaf.Text("from") is { Length: > 0 })
            .Select(leaf => (Contracts.Wire.WireName.Parse<ActionState>(leaf.Text("from")), Contracts.Wire.WireName.Parse<ActionState>(leaf.Text("state")))),
    ];
}
