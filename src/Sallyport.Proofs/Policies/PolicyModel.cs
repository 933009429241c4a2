using System.Text.Json;
using Sallyport.Cel;

namespace Sallyport.Proofs.Policies;

/// <summary>What a rule asks for, from least to most restrictive.</summary>
public enum RuleEffect
{
    /// <summary>Execute without asking anyone.</summary>
    Auto,

    /// <summary>People must approve first.</summary>
    Approve,

    /// <summary>A person takes over.</summary>
    Escalate,

    /// <summary>Never.</summary>
    Deny,
}

/// <summary>A condition with a name.</summary>
/// <param name="Id">Name.</param>
/// <param name="Condition">A boolean expression over the model's inputs.</param>
public sealed record NamedCondition(string Id, CelProgram Condition);

/// <summary>A rule of the table.</summary>
/// <param name="Id">Name.</param>
/// <param name="When">The condition.</param>
/// <param name="Effect">What it asks for when it matches.</param>
/// <param name="Approvals">How many distinct people; only with <see cref="RuleEffect.Approve"/>.</param>
/// <param name="Approvers">Who may approve, sorted.</param>
/// <param name="Excluded">Who may not, sorted.</param>
/// <param name="EscalateTo">Who takes over; only with <see cref="RuleEffect.Escalate"/>.</param>
public sealed record ModelRule(
    string Id, CelProgram When, RuleEffect Effect, int Approvals = 0, IReadOnlyList<string>? Approvers = null, IReadOnlyList<string>? Excluded = null, string? EscalateTo = null)
{
    /// <summary>Whether meeting this rule's requirement also meets the other's: as many people, all of whom the other would take.</summary>
    internal bool Covers(ModelRule other) =>
        Approvals >= other.Approvals && Approvers is { Count: > 0 } who && who.All((other.Approvers ?? []).Contains) && (other.Excluded ?? []).All((Excluded ?? []).Contains);
}

/// <summary>A statement about every decision.</summary>
/// <param name="Id">Name.</param>
/// <param name="Condition">An expression that may also name <c>decision</c> and <c>approvals</c>.</param>
/// <param name="Never">True: it must never be true; false: it must always be.</param>
public sealed record ModelInvariant(string Id, CelProgram Condition, bool Never);

/// <summary>Where the condition holds and the call may go on, so many distinct people must approve.</summary>
/// <param name="Id">Name.</param>
/// <param name="When">The condition.</param>
/// <param name="Approvals">How many.</param>
public sealed record ModelGuarantee(string Id, CelProgram When, int Approvals);

/// <summary>What the production evaluator says of one concrete input.</summary>
/// <param name="IsEligible">Every assumption holds, evaluated, not assumed.</param>
/// <param name="OutOfScope">The out-of-scope case that matched or failed, or null.</param>
/// <param name="Effect">The decision of the rules, before invariants are enforced.</param>
/// <param name="Rule">The rule that decided, or <c>default-deny</c> or <c>evaluation-error:…</c>.</param>
/// <param name="Approvals">How many people must approve.</param>
/// <param name="Matched">Rules that matched.</param>
/// <param name="Failed">Conditions that could not be evaluated, and why.</param>
/// <param name="BrokenInvariants">Invariants, and guarantee clauses, that the decision breaks.</param>
/// <param name="Requirements">What is asked of people, as text that can be compared.</param>
/// <param name="EscalateTo">Who takes over.</param>
public sealed record ReplayedDecision(
    bool IsEligible, string? OutOfScope, RuleEffect Effect, string Rule, int Approvals, IReadOnlyList<string> Matched,
    IReadOnlyDictionary<string, string> Failed, IReadOnlyList<string> BrokenInvariants, IReadOnlyList<string> Requirements, string? EscalateTo);

/// <summary>One tool's policy, as proofs see it.</summary>
public sealed record PolicyModel
{
    /// <summary>The tool.</summary>
    public required string Tool { get; init; }

    /// <summary>The variables of the conditions, and the JSON Schema of each.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Inputs { get; init; }

    /// <summary>What has been checked before the policy decides; a call that fails one of them never gets there.</summary>
    public IReadOnlyList<NamedCondition> Assumptions { get; init; } = [];

    /// <summary>Cases that are handed to a person before the policy decides.</summary>
    public IReadOnlyList<NamedCondition> OutOfScope { get; init; } = [];

    /// <summary>The rules.</summary>
    public required IReadOnlyList<ModelRule> Rules { get; init; }

    /// <summary>The user's invariants.</summary>
    public IReadOnlyList<ModelInvariant> Invariants { get; init; } = [];

    /// <summary>The workflow's guarantee: who must have approved.</summary>
    public IReadOnlyList<ModelGuarantee> Guarantees { get; init; } = [];

    /// <summary>The workflow's guarantee: the bounds that every call must keep that may go on.</summary>
    public NamedCondition? Within { get; init; }

    /// <summary>True if a call that no rule matches is meant to be denied.</summary>
    public bool DeniesUnmatched { get; init; }

    /// <summary>Decides a concrete input with the production evaluator, with all rules or with all but one.</summary>
    public required Func<JsonElement, string?, ReplayedDecision> Replay { get; init; }
}
