namespace Sallyport.Simulation.Model;

/// <summary>What a design does about an attempt whose lease ran out.</summary>
public enum Recovery
{
    /// <summary>Doubt, and nothing else.</summary>
    Unknown,

    /// <summary>Try again at once.</summary>
    Retry,

    /// <summary>Doubt, then ask the system of record.</summary>
    Probe,

    /// <summary>Doubt, then ask once nothing can be under way any more.</summary>
    ProbeQuiet,

    /// <summary>Doubt, then the same request again under the same key, while the system of record remembers it.</summary>
    Resend,
}

/// <summary>A design of the protocol. Every knob is a decision; the defaults are the proposed core.</summary>
/// <param name="Name">Letter in the documents.</param>
/// <param name="Says">In a sentence.</param>
public sealed record Design(string Name, string Says)
{
    public bool IntentFirst { get; init; } = true;

    public bool RecheckAtClaim { get; init; } = true;

    public bool ClaimSwaps { get; init; } = true;

    public bool OutcomeSwaps { get; init; } = true;

    public bool Gate { get; init; } = true;

    public bool Drain { get; init; } = true;

    public bool Receipt { get; init; } = true;

    public bool Immutable { get; init; } = true;

    /// <summary>A refusal of the gate is "cancelled" only while no attempt has ever left.</summary>
    public bool HonestRefusal { get; init; } = true;

    /// <summary>The system of record refuses stale attempts, and everything after a kill.</summary>
    public bool Fence { get; init; }

    /// <summary>The fence is advanced before the probe.</summary>
    public bool FenceFirst { get; init; } = true;

    /// <summary>The system of record answers a repeated key without a second effect.</summary>
    public bool Idempotent { get; init; }

    /// <summary>It forgets keys after a while.</summary>
    public bool Prunes { get; init; }

    /// <summary>Nothing is tried again after that while.</summary>
    public bool RetryDeadline { get; init; } = true;

    public Recovery Recovery { get; init; }

    /// <summary>
    /// Also the steps that the published table leaves out because they cannot make things worse: void, deny, cancel and expire after approval,
    /// and a refusal by the system of record. With them the model has every step of the engine's table that moves between its states.
    /// </summary>
    public bool WholeTable { get; init; }
}

/// <summary>A design with what exploring all of its states must give.</summary>
/// <param name="Design">The design.</param>
/// <param name="States">How many states it has.</param>
/// <param name="Broken">The invariants that it breaks.</param>
public sealed record DesignVerdict(Design Design, int States, params string[] Broken)
{
    /// <summary>The designs that were compared before the engine was written, good and bad. Changing the protocol means changing this table.</summary>
    public static IReadOnlyList<DesignVerdict> All { get; } =
    [
        new(new("A", "proposed core, no help from the system of record"), 212, "I5c"),
        new(new("B", "A with a fence or a revocable credential") { Fence = true }, 258),
        new(new("C", "A, idempotent system of record, requeued by itself") { Idempotent = true, Recovery = Recovery.Retry }, 5_058, "I5c"),
        new(new("C2", "C, but keys are forgotten") { Idempotent = true, Recovery = Recovery.Retry, Prunes = true, RetryDeadline = false }, 9_130, "I1", "I5c"),
        new(new("C3", "C2 with a deadline that ignores requests under way") { Idempotent = true, Recovery = Recovery.Retry, Prunes = true }, 9_776, "I1", "I5c"),
        new(new("D", "A, then probe and requeue at once") { Recovery = Recovery.Probe }, 7_460, "I1", "I5c"),
        new(new("E", "A, then probe once nothing can be under way") { Recovery = Recovery.ProbeQuiet }, 1_800, "I5c"),
        new(new("F", "A, fence advanced before the probe, then requeue") { Recovery = Recovery.Probe, Fence = true }, 7_748),
        new(new("F2", "F, but probe before fence") { Recovery = Recovery.Probe, Fence = true, FenceFirst = false }, 8_062, "I1"),
        new(new("H", "blind retry without idempotency") { Recovery = Recovery.Retry }, 5_732, "I1", "I5c"),
        new(new("I", "kill returns without draining") { Drain = false }, 308, "I5a", "I5c"),
        new(new("J", "kill without receipt") { Receipt = false }, 208, "I5b", "I5c"),
        new(new("K", "no gate around check and send") { Gate = false }, 276, "I5a", "I5c"),
        new(new("L", "intent after the effect") { IntentFirst = false }, 212, "I2", "I5c"),
        new(new("M", "claim checks nothing again, parameters can change") { RecheckAtClaim = false, Immutable = false }, 824, "I3", "I5c"),
        new(new("M2", "parameters can change, claim checks the hash") { Immutable = false }, 224, "I5c"),
        new(new("N", "claim without compare-and-swap") { ClaimSwaps = false }, 7_700, "I1", "I4", "I5c"),
        new(new("P", "a refusal of the gate is always \"cancelled\"") { HonestRefusal = false, Idempotent = true, Recovery = Recovery.Retry }, 5_118, "I4", "I5c"),
    ];

    /// <summary>What the engine does, by what the system of record offers, with every step of its table.</summary>
    public static IReadOnlyList<Design> Engine { get; } =
    [
        new("fenced", "F with every step of the engine's table") { Recovery = Recovery.Probe, Fence = true, WholeTable = true },
        new("idempotent", "sent again while the key is remembered, with every step of the engine's table") { Recovery = Recovery.Resend, Idempotent = true, WholeTable = true },
        new("bounded", "E with every step of the engine's table") { Recovery = Recovery.ProbeQuiet, WholeTable = true },
        new("plain", "A with every step of the engine's table") { WholeTable = true },
    ];
}
