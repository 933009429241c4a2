namespace Sallyport.Cli.Drills;

/// <summary>An exercise against the real engine in a sandbox.</summary>
/// <param name="Id">Name on the command line.</param>
/// <param name="Title">What goes wrong.</param>
/// <param name="Incident">What it re-enacts, with the source; null for the four basic exercises.</param>
/// <param name="Play">Plays it.</param>
internal sealed record Drill(string Id, string Title, string? Incident, Func<DrillRun, Task> Play)
{
    /// <summary>All of them, in the order in which they are played; the kill switch last, since it stops everybody.</summary>
    internal static IReadOnlyList<Drill> All { get; } = [.. BasicDrills.Drills, .. MoneyDrills.Drills, .. ApprovalDrills.Drills, .. CredentialDrills.Drills, .. StopDrills.Drills];
}

/// <summary>One moment of a drill.</summary>
/// <param name="AtMs">Milliseconds since the drill began.</param>
/// <param name="Who">Who acts: agent, person, payments, sallyport.</param>
/// <param name="What">What happens, in a sentence.</param>
internal sealed record DrillMoment(double AtMs, string Who, string What);

/// <summary>A control that had to contain something.</summary>
/// <param name="Name">The control.</param>
/// <param name="Held">Whether it did, judged by the payments ledger or the server's answer.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="AtMs">When.</param>
internal sealed record Containment(string Name, bool Held, string Seen, double AtMs);

/// <summary>What a drill showed.</summary>
/// <param name="Drill">The drill.</param>
/// <param name="Title">What went wrong.</param>
/// <param name="Incident">What it re-enacts.</param>
/// <param name="Contained">Whether every control held.</param>
/// <param name="Timeline">What happened.</param>
/// <param name="Controls">What contained it.</param>
/// <param name="Evidence">Ids that the chain can be asked for.</param>
/// <param name="Figures">What was measured, by name.</param>
internal sealed record DrillResult(
    string Drill, string Title, string? Incident, bool Contained, IReadOnlyList<DrillMoment> Timeline, IReadOnlyList<Containment> Controls, IReadOnlyList<string> Evidence,
    IReadOnlyDictionary<string, double> Figures);
