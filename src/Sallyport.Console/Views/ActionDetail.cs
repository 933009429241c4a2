using Sallyport.Contracts.Wire;

namespace Sallyport.Console.Views;

/// <summary>A rule that asks for people, in words.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Says">What it says in plain English; null where the release is gone.</param>
/// <param name="AnyOf">Who may approve.</param>
/// <param name="Exclude">Who may not.</param>
/// <param name="Count">How many must.</param>
/// <param name="Given">How many have, in this round.</param>
/// <param name="StepUp">What an approval needs besides: <c>none</c>, <c>fresh</c> or <c>passkey</c>.</param>
/// <param name="Then">Who may as well, once it has waited.</param>
public sealed record RuleNeed(
    string Rule, string? Says, IReadOnlyList<string> AnyOf, IReadOnlyList<string> Exclude, int Count, int Given, string StepUp, IReadOnlyList<ApproverTierView> Then);

/// <summary>How people decided before.</summary>
/// <param name="Action">The action.</param>
/// <param name="Approved">Whether people approved it.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Their words.</param>
public sealed record PastDecision(ActionLine Action, bool Approved, string By, string? Reason);

/// <summary>What an approval needs beyond a session.</summary>
/// <param name="NeedsPasskey">A signature over this action; otherwise a fresh sign-in.</param>
/// <param name="IsFresh">The visitor has just signed in.</param>
/// <param name="Signing">What they would sign, and with what.</param>
public sealed record StepUpDetail(bool NeedsPasskey, bool IsFresh, SigningView Signing);

/// <summary>Everything about one action.</summary>
/// <param name="Line">The action in short.</param>
/// <param name="Statement">What an approver decides on.</param>
/// <param name="AgentId">Who proposed; null for a person.</param>
/// <param name="Rule">The rule that decided.</param>
/// <param name="Says">The rule in plain English.</param>
/// <param name="Decision">What it decided.</param>
/// <param name="Needs">Who must approve.</param>
/// <param name="FactsReadAt">When the facts were read.</param>
/// <param name="TraceId">Trace id.</param>
/// <param name="IdempotencyKey">The proposer's key.</param>
/// <param name="Confidence">The agent's own confidence.</param>
/// <param name="Release">Release hash.</param>
/// <param name="Attempt">Attempts so far.</param>
/// <param name="UpdatedAt">When the state last changed.</param>
public sealed record ActionDetail(
    ActionLine Line, ApprovalView Statement, string? AgentId, string Rule, string? Says, string Decision, IReadOnlyList<RuleNeed> Needs, DateTimeOffset FactsReadAt,
    string? TraceId, string IdempotencyKey, double? Confidence, string Release, int Attempt, DateTimeOffset UpdatedAt)
{
    /// <summary>Whether the visitor may decide it now.</summary>
    public bool MayDecide { get; init; }

    /// <summary>What an approval of the visitor needs beyond their session; null when nothing, or when they may not decide.</summary>
    public StepUpDetail? StepUp { get; init; }

    /// <summary>Why the visitor may not decide, in words; null when they may.</summary>
    public string? WhyNot { get; init; }

    /// <summary>The answer of the system of record.</summary>
    public System.Text.Json.JsonElement? Result { get; init; }

    /// <summary>Code of the error that ended it.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What happened, in a sentence.</summary>
    public string? ErrorDetail { get; init; }

    /// <summary>The action that this one rolls back.</summary>
    public string? Compensates { get; init; }

    /// <summary>What people decided under the same rule lately.</summary>
    public IReadOnlyList<PastDecision> SameRule { get; init; } = [];

    /// <summary>Of these, how many were approved, and out of how many.</summary>
    public (int Approved, int Denied) SameRuleCounts { get; init; }

    /// <summary>Other actions on the same resource.</summary>
    public IReadOnlyList<ActionLine> SameResource { get; init; } = [];

    /// <summary>Names by actor.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>Everything recorded about it.</summary>
    public IReadOnlyList<ChainStep> Steps { get; init; } = [];
}
