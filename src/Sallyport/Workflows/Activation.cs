namespace Sallyport.Workflows;

/// <summary>How a request to activate a release ended.</summary>
public enum ActivationOutcome
{
    /// <summary>It is the active release now.</summary>
    Activated,

    /// <summary>It was already.</summary>
    AlreadyActive,

    /// <summary>Some call breaks an invariant or the guarantee, so it is never activated.</summary>
    Refuted,

    /// <summary>It may loosen something: a second person must ask for the same.</summary>
    SecondPersonNeeded,

    /// <summary>Another release became active meanwhile; what was shown is about the former one.</summary>
    ActiveChanged,
}

/// <summary>The answer to a request to activate a release.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Proof">What was proved; null where nothing had to be.</param>
/// <param name="People">Who has asked for it so far.</param>
public sealed record Activation(ActivationOutcome Outcome, ReleaseProof? Proof, IReadOnlyList<string> People)
{
    /// <summary>Why a second person is needed, or why it is refused, in sentences.</summary>
    public IReadOnlyList<string> Reasons => Proof is null ? [] : Outcome == ActivationOutcome.Refuted
        ? [.. Proof.Refuted.Select(claim => $"{claim.Tool}: {claim.Says}")]
        : [.. (Proof.Change?.Changes ?? []).Select(claim => $"{claim.Tool}: {claim.Says}"), .. Proof.Change?.Beyond ?? []];
}
