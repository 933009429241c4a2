using System.Text.Json;

namespace Sallyport.Contracts.Wire;

/// <summary>One requirement of a pending approval.</summary>
/// <param name="Rule">The policy rule that asks.</param>
/// <param name="Count">Distinct people needed.</param>
/// <param name="AnyOf">Who may approve.</param>
/// <param name="Exclude">Who may not: <c>requester</c>, <c>agent-owner</c>.</param>
public sealed record ApprovalRequirementView(string Rule, int Count, IReadOnlyList<string> AnyOf, IReadOnlyList<string> Exclude);

/// <summary>A decision that somebody made.</summary>
/// <param name="By">User name.</param>
/// <param name="Decision"><c>approve</c> or <c>deny</c>.</param>
/// <param name="Reason">Their words.</param>
/// <param name="At">When.</param>
/// <param name="Round">Which round; a void opens a new one.</param>
public sealed record DecisionView(string By, string Decision, string? Reason, DateTimeOffset At, int Round);

/// <summary>A proposal as an approver sees it.</summary>
/// <param name="Id">The approval.</param>
/// <param name="ActionId">The action.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Title">The tool's title.</param>
/// <param name="Risk">Risk class.</param>
/// <param name="Reversible">How it can be undone, in words.</param>
/// <param name="Agent">The proposing agent (or person).</param>
/// <param name="TaskId">The task.</param>
/// <param name="Arguments">Exactly what would be executed.</param>
/// <param name="Facts">The facts that the decision rests on.</param>
/// <param name="Diff">Before and after.</param>
/// <param name="Requirements">Who must approve, and why.</param>
/// <param name="Decisions">Who has answered.</param>
/// <param name="AgentReason">The agent's own words: untrusted text.</param>
/// <param name="Digest">Digest of the whole statement; a decision must repeat it.</param>
/// <param name="Round">Round of asking.</param>
/// <param name="State">The action's state.</param>
/// <param name="CreatedAt">When it was asked.</param>
/// <param name="ExpiresAt">When it expires.</param>
public sealed record ApprovalView(
    string Id,
    string ActionId,
    string Tool,
    string Title,
    string Risk,
    string Reversible,
    string Agent,
    string TaskId,
    JsonElement Arguments,
    JsonElement Facts,
    JsonElement? Diff,
    IReadOnlyList<ApprovalRequirementView> Requirements,
    IReadOnlyList<DecisionView> Decisions,
    string? AgentReason,
    string Digest,
    int Round,
    string State,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt);

/// <summary>A person's decision: <c>POST /v1/approvals/{id}/decision</c>.</summary>
/// <param name="Decision"><c>approve</c> or <c>deny</c>.</param>
/// <param name="Digest">The digest of the statement the person saw.</param>
/// <param name="Reason">Their words; required for deny.</param>
public sealed record DecisionCall(string Decision, string Digest, string? Reason = null);
