using System.Runtime.InteropServices;

namespace Sallyport.Simulation.Model;

/// <summary>Where the model's one action is.</summary>
public enum ModelPlace
{
    Pending, Approved, Dispatching, Done, Unknown, Denied, Cancelled,

    /// <summary>Only in designs with <see cref="Design.WholeTable"/>.</summary>
    Failed,

    /// <summary>Only in designs with <see cref="Design.WholeTable"/>.</summary>
    Expired,
}

/// <summary>The approval.</summary>
public enum ModelApproval
{
    None, Live, Denied, Expired,
}

/// <summary>The lease of the claimed attempt.</summary>
public enum ModelLease
{
    None, Live, Expired,
}

/// <summary>The kill switch.</summary>
public enum ModelKill
{
    Running, Halting, Halted,
}

/// <summary>What a replica is doing.</summary>
public enum ModelWork
{
    Idle, Claimed, InsideGate, InFlight, Answered, Refused, Dead,
}

/// <summary>One of the two replicas.</summary>
/// <param name="Work">What it does.</param>
/// <param name="Attempt">The attempt that it works on.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ModelReplica(ModelWork Work, int Attempt);

/// <summary>A short list of attempt numbers, compared by value: digits to the base of four.</summary>
/// <param name="Digits">The numbers, the first one highest.</param>
public readonly record struct Attempts(int Digits)
{
    public bool Any => Digits != 0;

    public bool Contains(int attempt) => Items().Contains(attempt);

    public Attempts Append(int attempt) => new((Digits << 2) | attempt);

    public Attempts AppendOnce(int attempt) => Contains(attempt) ? this : Append(attempt);

    public Attempts Remove(int attempt)
    {
        var left = Items().ToList();
        left.Remove(attempt);
        return Of(left);
    }

    public Attempts Sorted() => Of(Items().Order());

    /// <summary>Each number once, in order.</summary>
    public Attempts Distinct() => Of(Items().Distinct().Order());

    public IEnumerable<int> Items()
    {
        var shift = 0;
        while (Digits >> (shift + 2) != 0) shift += 2;
        for (; shift >= 0 && Digits != 0; shift -= 2) yield return (Digits >> shift) & 3;
    }

    private static Attempts Of(IEnumerable<int> items) => items.Aggregate(default(Attempts), (list, item) => list.Append(item));
}

/// <summary>A state of the model: one action, two replicas, the network, the system of record and the kill switch.</summary>
public sealed record ModelState
{
    public ModelPlace Place { get; init; }

    public int Attempt { get; init; }

    /// <summary>The replica that holds the claim; -1 before the first.</summary>
    public int Owner { get; init; } = -1;

    public ModelLease Lease { get; init; }

    public ModelApproval Approval { get; init; }

    /// <summary>Whether the parameters are still those that were approved.</summary>
    public bool HashFits { get; init; } = true;

    public ModelKill Kill { get; init; }

    /// <summary>Attempts that the kill's receipt names.</summary>
    public Attempts Listed { get; init; }

    /// <summary>Whether an intent is durable.</summary>
    public bool Intent { get; init; }

    /// <summary>Attempts whose request is under way, whoever is still alive.</summary>
    public Attempts Wire { get; init; }

    public int Effects { get; init; }

    /// <summary>Whether any request may have left.</summary>
    public bool Left { get; init; }

    /// <summary>Attempts claimed under a live approval of exactly these parameters.</summary>
    public Attempts Clean { get; init; }

    /// <summary>The system of record refuses attempts below this one.</summary>
    public int Fenced { get; init; }

    /// <summary>Whether the system of record has forgotten the idempotency key.</summary>
    public bool Pruned { get; init; }

    /// <summary>Attempts that the system of record refused; it promised that they were not applied.</summary>
    public Attempts Refused { get; init; }

    /// <summary>Sent again under the same key before anybody knew what became of an earlier attempt.</summary>
    public bool InDoubt { get; init; }

    public int Crashes { get; init; }

    public ModelReplica First { get; init; }

    public ModelReplica Second { get; init; }

    // What must never become true; see the invariants.
    public bool LateEffect { get; init; }

    public bool LateUnlisted { get; init; }

    public bool LateSend { get; init; }

    public bool Unapproved { get; init; }

    public bool WithoutIntent { get; init; }

    public ModelReplica Replica(int index) => index == 0 ? First : Second;

    public ModelState With(int index, ModelWork work, int attempt)
    {
        var replica = new ModelReplica(work, attempt);
        return index == 0 ? this with { First = replica } : this with { Second = replica };
    }
}
