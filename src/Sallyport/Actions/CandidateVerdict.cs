using Sallyport.Contracts.Wire;
using Sallyport.Policy;

namespace Sallyport.Actions;

/// <summary>What a candidate release would do with a proposal, from least to most restrictive; the last one is not knowing.</summary>
public enum CandidateOutcome
{
    /// <summary>Execute without asking anyone.</summary>
    Auto,

    /// <summary>People must approve first.</summary>
    Approve,

    /// <summary>A person takes over.</summary>
    Escalate,

    /// <summary>Never.</summary>
    Deny,

    /// <summary>Refused before policy: no such tool, other arguments, not eligible.</summary>
    Refused,

    /// <summary>It cannot be told, for example because the candidate looks at a fact that is not known.</summary>
    Unknown,
}

/// <summary>How a candidate's verdict differs from the decision that was made.</summary>
public enum CandidateChange
{
    /// <summary>Not at all.</summary>
    Same,

    /// <summary>It asks for more.</summary>
    Tightened,

    /// <summary>It asks for less.</summary>
    Loosened,

    /// <summary>It asks other people; neither requirement contains the other. Counts as loosening, since people who had to agree no longer must.</summary>
    OtherApprovers,

    /// <summary>It cannot be told.</summary>
    Unknown,
}

/// <summary>What a candidate release would do with a proposal.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Rule">The rule that decides, or the code that refuses.</param>
/// <param name="Requirements">Who must approve.</param>
/// <param name="Why">Why it is refused or cannot be told.</param>
public sealed record CandidateVerdict(CandidateOutcome Outcome, string Rule, IReadOnlyList<ApprovalRequirement> Requirements, string? Why = null)
{
    /// <summary>The verdict in short, as tables of outcomes name it: <c>approve:2</c>.</summary>
    public string Cell => Spell(WireName.Of(Outcome), Requirements);

    /// <summary>A decision that was made, in the same spelling.</summary>
    public static string CellOf(PolicyOutcome outcome, IReadOnlyList<ApprovalRequirement> requirements) => Spell(WireName.Of(outcome), requirements);

    /// <summary>How this verdict differs from the decision that was made.</summary>
    public CandidateChange From(PolicyOutcome outcome, IReadOnlyList<ApprovalRequirement> requirements)
    {
        if (Outcome == CandidateOutcome.Unknown) return CandidateChange.Unknown;
        // Both enums count from least to most restrictive.
        if ((int)Outcome != (int)outcome) return (int)Outcome > (int)outcome ? CandidateChange.Tightened : CandidateChange.Loosened;
        if (Outcome != CandidateOutcome.Approve) return CandidateChange.Same;
        return (Covers(Requirements, requirements), Covers(requirements, Requirements)) switch
        {
            (true, true) => CandidateChange.Same,
            (true, false) => CandidateChange.Tightened,
            (false, true) => CandidateChange.Loosened,
            (false, false) => CandidateChange.OtherApprovers,
        };
    }

    /// <summary>Whether whoever meets the first requirements has met the second ones.</summary>
    private static bool Covers(IReadOnlyList<ApprovalRequirement> first, IReadOnlyList<ApprovalRequirement> second) => second.All(asked => first.Any(given =>
        given.Count >= asked.Count && given.Candidates.All(who => asked.Candidates.Contains(who, StringComparer.Ordinal)) && asked.Bars.All(bar => given.Bars.Contains(bar, StringComparer.Ordinal))));

    private static string Spell(string outcome, IReadOnlyList<ApprovalRequirement> requirements) =>
        requirements.Count == 0 ? outcome : $"{outcome}:{requirements.Max(requirement => requirement.Count)}";
}
