namespace Sallyport.Proofs.Policies;

/// <summary>Limits of an analysis. The solver counts effort, not time, so that a result does not depend on the machine.</summary>
public sealed record ProofOptions
{
    /// <summary>Conflicts that one query may cost; beyond it its result is unknown.</summary>
    /// <value>200,000.</value>
    public long MaxConflicts { get; init; } = 200_000;

    /// <summary>How many different assignments are replayed before a query that is not decided exactly counts as unknown.</summary>
    /// <value>16.</value>
    public int MaxReplays { get; init; } = 16;
}
