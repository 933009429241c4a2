using System.Text.Json;

namespace Sallyport.Contracts.Wire;

/// <summary>One requirement of a pending approval.</summary>
/// <param name="Rule">The policy rule that asks.</param>
/// <param name="Count">Distinct people needed.</param>
/// <param name="AnyOf">Who may approve.</param>
/// <param name="Exclude">Who may not: <c>requester</c>, <c>agent-owner</c>.</param>
/// <param name="StepUp">What an approval needs besides: <c>none</c>, <c>fresh</c> or <c>passkey</c>.</param>
/// <param name="Then">Who may as well, once it has waited.</param>
public sealed record ApprovalRequirementView(
    string Rule, int Count, IReadOnlyList<string> AnyOf, IReadOnlyList<string> Exclude, string StepUp = "none", IReadOnlyList<ApproverTierView>? Then = null);

/// <summary>Who may decide as well after a time.</summary>
/// <param name="AfterSeconds">Time of waiting.</param>
/// <param name="AnyOf">Who.</param>
public sealed record ApproverTierView(int AfterSeconds, IReadOnlyList<string> AnyOf);

/// <summary>A decision that somebody made.</summary>
/// <param name="By">User name.</param>
/// <param name="Decision"><c>approve</c> or <c>deny</c>.</param>
/// <param name="Reason">Their words.</param>
/// <param name="At">When.</param>
/// <param name="Round">Which round; a void opens a new one.</param>
/// <param name="StepUp">How strongly it is tied to the person: <c>none</c>, <c>fresh</c> or <c>passkey</c>.</param>
public sealed record DecisionView(string By, string Decision, string? Reason, DateTimeOffset At, int Round, string StepUp = "none");

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
/// <param name="Passkey">A signature over the statement, where the rule asks for one.</param>
public sealed record DecisionCall(string Decision, string Digest, string? Reason = null, PasskeySignature? Passkey = null);

/// <summary>Lets somebody decide in one's place: <c>POST /v1/substitutes</c>.</summary>
/// <param name="StandIn">User name of who stands in.</param>
/// <param name="Until">Until when, at most 90 days from now.</param>
/// <param name="Reason">Why; at most 500 characters.</param>
public sealed record SubstituteCall(string StandIn, DateTimeOffset Until, string? Reason = null);

/// <summary>A substitution in force.</summary>
/// <param name="Id">Id.</param>
/// <param name="Of">Whose place it is.</param>
/// <param name="StandIn">Who takes it.</param>
/// <param name="Reason">Why.</param>
/// <param name="BeginsAt">From when.</param>
/// <param name="EndsAt">Until when.</param>
public sealed record SubstituteView(string Id, string Of, string StandIn, string? Reason, DateTimeOffset BeginsAt, DateTimeOffset EndsAt);
