using System.Text.Json;

namespace Sallyport.Contracts.Wire;

/// <summary>A value that a condition read.</summary>
/// <param name="Path">As the condition names it, for example <c>facts.order.region</c>.</param>
/// <param name="Value">The value, redacted by the contract; absent when there was none.</param>
public sealed record PathValueView(string Path, JsonElement? Value);

/// <summary>A boolean leaf of a condition.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Place"><c>file:line:column</c>.</param>
/// <param name="Value">Its value; absent when it could not be evaluated.</param>
/// <param name="Error">Why it could not be evaluated.</param>
/// <param name="Reads">What it read.</param>
public sealed record AtomView(string Text, string? Place, bool? Value, string? Error, IReadOnlyList<PathValueView> Reads);

/// <summary>A condition with the value of each of its leaves.</summary>
/// <param name="Source">As it is written.</param>
/// <param name="Place"><c>file:line:column</c>.</param>
/// <param name="Value">Its value; absent when it could not be evaluated.</param>
/// <param name="Error">Why it could not be evaluated.</param>
/// <param name="Atoms">Its leaves in the order written.</param>
public sealed record ConditionView(string Source, string? Place, bool? Value, string? Error, IReadOnlyList<AtomView> Atoms);

/// <summary>What became of a rule.</summary>
/// <param name="Rule">Name.</param>
/// <param name="Says">In plain English.</param>
/// <param name="Outcome">What it asks for.</param>
/// <param name="Matched">Whether its condition held.</param>
/// <param name="Decided">Whether it decided.</param>
/// <param name="Approvers">Who must approve when it matches.</param>
/// <param name="To">Who takes over when it decides.</param>
/// <param name="Condition">Its condition.</param>
public sealed record RuleExplanation(
    string Rule, string? Says, string Outcome, bool Matched, bool Decided, ApprovalRequirementView? Approvers, string? To, ConditionView Condition);

/// <summary>What became of an invariant.</summary>
/// <param name="Invariant">Name.</param>
/// <param name="Never">True: its condition must never be true; false: it must always be.</param>
/// <param name="Holds">Whether it held for the decision.</param>
/// <param name="Condition">Its condition.</param>
public sealed record InvariantExplanation(string Invariant, bool Never, bool Holds, ConditionView Condition);

/// <summary>What became of an out-of-scope case; they come before the rules.</summary>
/// <param name="Case">Name.</param>
/// <param name="Says">In plain English.</param>
/// <param name="Applies">Whether it applied.</param>
/// <param name="EscalateTo">Who takes over.</param>
/// <param name="Condition">Its condition.</param>
public sealed record CaseExplanation(string Case, string Says, bool Applies, string EscalateTo, ConditionView Condition);

/// <summary>What became of the workflow's guarantee.</summary>
/// <param name="Says">In plain English.</param>
/// <param name="Broken">What of it the decision of the rules would have broken; absent when nothing.</param>
/// <param name="Within">Its bounds.</param>
/// <param name="Approval">Its approval clauses.</param>
public sealed record GuaranteeExplanation(string Says, string? Broken, ConditionView Within, IReadOnlyList<ClauseExplanation> Approval);

/// <summary>What became of one clause of a guarantee.</summary>
/// <param name="Approvals">How many distinct people must have approved where it applies.</param>
/// <param name="Applies">Whether it applied.</param>
/// <param name="Condition">Its condition.</param>
public sealed record ClauseExplanation(int Approvals, bool Applies, ConditionView Condition);

/// <summary>A decision in short.</summary>
/// <param name="Outcome"><c>auto</c>, <c>approve</c>, <c>escalate</c> or <c>deny</c>.</param>
/// <param name="Rule">The rule that decided.</param>
/// <param name="Approvals">How many distinct people must approve at least.</param>
/// <param name="Approvers">Who must approve.</param>
public sealed record DecisionSummary(string Outcome, string Rule, int Approvals, IReadOnlyList<ApprovalRequirementView> Approvers);

/// <summary>Why an action was decided as it was, recomputed from what is recorded: <c>GET /v1/actions/{id}/explanation</c>.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="Workflow">Workflow.</param>
/// <param name="Tool">Tool.</param>
/// <param name="Release">The release that it was decided under.</param>
/// <param name="Phase">The workflow's phase in that release.</param>
/// <param name="State">The action's state now.</param>
/// <param name="DecidedAt">When it was decided.</param>
/// <param name="Arguments">Its arguments, redacted by the contract.</param>
/// <param name="Facts">The facts that the decision is bound to, redacted by the contract.</param>
/// <param name="Confidence">The agent's own confidence, where it gave one.</param>
/// <param name="ConfidenceFloor">Below it the case is escalated.</param>
/// <param name="Recorded">The decision on record.</param>
/// <param name="Recomputed">The decision that the record gives when it is decided again.</param>
/// <param name="Faithful">True when record and recomputation agree and every digest fits.</param>
/// <param name="Discrepancies">What does not agree, in sentences.</param>
/// <param name="Notes">What a reader should know.</param>
/// <param name="Cases">Out-of-scope cases.</param>
/// <param name="Rules">Every rule of the tool.</param>
/// <param name="Invariants">Every invariant of the tool.</param>
/// <param name="Guarantee">The guarantee, where it is about this tool.</param>
public sealed record ExplanationView(
    string ActionId, string Workflow, string Tool, string Release, string Phase, string State, DateTimeOffset DecidedAt, JsonElement Arguments, JsonElement Facts,
    double? Confidence, double ConfidenceFloor, DecisionSummary Recorded, DecisionSummary Recomputed, bool Faithful, IReadOnlyList<string> Discrepancies,
    IReadOnlyList<string> Notes, IReadOnlyList<CaseExplanation> Cases, IReadOnlyList<RuleExplanation> Rules, IReadOnlyList<InvariantExplanation> Invariants,
    GuaranteeExplanation? Guarantee);
