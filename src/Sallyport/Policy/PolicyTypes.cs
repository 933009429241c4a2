using Sallyport.Cel;

namespace Sallyport.Policy;

/// <summary>Where something stands in a bundle.</summary>
/// <param name="File">Path inside the bundle.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Column">1-based column.</param>
public sealed record SourcePlace(string File, int Line, int Column)
{
    /// <summary>A place further on in the same line, as faults count it.</summary>
    public SourcePlace Plus(int offset) => this with { Column = Column + offset };

    /// <summary>The form that editors link: <c>file:line:column</c>.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>What policy says about a proposal, from least to most restrictive. The order is the fold of <see cref="PolicyEngine"/>.</summary>
public enum PolicyOutcome
{
    /// <summary>Execute without asking anyone.</summary>
    Auto,

    /// <summary>People must approve first.</summary>
    Approve,

    /// <summary>Out of scope for an agent: a person takes over.</summary>
    Escalate,

    /// <summary>Never.</summary>
    Deny,
}

/// <summary>A rule of the table, compiled for one tool.</summary>
/// <param name="Id">Name of the rule.</param>
/// <param name="When">The condition.</param>
/// <param name="Outcome">What it asks for when it matches.</param>
/// <param name="Requirement">Who must approve; only with <see cref="PolicyOutcome.Approve"/>.</param>
/// <param name="EscalateTo">Who takes over; only with <see cref="PolicyOutcome.Escalate"/>.</param>
/// <param name="Place">Where the condition's text starts; null for a rule that no file holds.</param>
/// <param name="Says">The rule in plain English.</param>
public sealed record PolicyRule(
    string Id, CelProgram When, PolicyOutcome Outcome, ApprovalRequirement? Requirement, string? EscalateTo, SourcePlace? Place = null, string? Says = null);

/// <summary>A statement about every decision, checked at run time and provable beforehand.</summary>
/// <param name="Id">Name.</param>
/// <param name="Condition">The expression over <c>args</c>, <c>facts</c>, <c>decision</c> and <c>approvals</c>.</param>
/// <param name="Never">True: the condition must never be true; false: it must always be.</param>
/// <param name="Place">Where the condition's text starts; null for an invariant that no file holds.</param>
public sealed record PolicyInvariant(string Id, CelProgram Condition, bool Never, SourcePlace? Place = null);

/// <summary>The rules that apply to one tool.</summary>
/// <param name="Rules">Rules in the order written; the order does not matter to the decision.</param>
/// <param name="Invariants">Invariants.</param>
/// <param name="Hash">SHA-256 of the policy as written, without its tests.</param>
/// <param name="DeniesUnmatched">The policy says that a call which no rule matches is meant to be denied. It is denied either way.</param>
public sealed record ToolPolicy(IReadOnlyList<PolicyRule> Rules, IReadOnlyList<PolicyInvariant> Invariants, string Hash, bool DeniesUnmatched = false);

/// <summary>What became of one rule.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Matched">Whether it matched.</param>
/// <param name="Error">Evaluation error, which makes the decision <see cref="PolicyOutcome.Deny"/>.</param>
public sealed record RuleTrace(string Rule, bool Matched, string? Error);

/// <summary>A decision and why.</summary>
/// <param name="Outcome">The most restrictive matched outcome.</param>
/// <param name="Rule">The rule that decided, or <c>default-deny</c>, <c>evaluation-error</c>, <c>invariant</c>.</param>
/// <param name="Requirements">Who must approve.</param>
/// <param name="EscalateTo">Who takes over.</param>
/// <param name="Trace">Every rule's result.</param>
public sealed record PolicyDecision(
    PolicyOutcome Outcome, string Rule, IReadOnlyList<ApprovalRequirement> Requirements, string? EscalateTo, IReadOnlyList<RuleTrace> Trace);
