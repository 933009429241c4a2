namespace Sallyport.Contracts.Wire;

/// <summary>Decides recorded actions again: <c>POST /v1/policy/replays</c>. Exactly one of files and release is given; nothing is stored.</summary>
/// <param name="Since">Actions accepted since then.</param>
/// <param name="Files">The candidate's files.</param>
/// <param name="Release">Hash of a stored candidate.</param>
/// <param name="Workflow">Whose actions; the candidate's own workflow when it is not given.</param>
/// <param name="Examples">Most example ids of each cell, at most 50.</param>
/// <param name="Most">Most actions, at most 10000.</param>
public sealed record ReplayCall(
    DateTimeOffset Since, IReadOnlyDictionary<string, string>? Files = null, string? Release = null, string? Workflow = null, int Examples = 5, int Most = 10_000);

/// <summary>How often one decision became another.</summary>
/// <param name="From">What was decided: <c>auto</c>, <c>approve:N</c>, <c>escalate</c>, <c>deny</c>.</param>
/// <param name="To">What the candidate decides; also <c>refused</c> and <c>unknown</c>.</param>
/// <param name="Change"><c>same</c>, <c>tightened</c>, <c>loosened</c>, <c>other_approvers</c> or <c>unknown</c>.</param>
/// <param name="Count">How often.</param>
/// <param name="Examples">Some of the actions, where something changes.</param>
public sealed record DecisionCellView(string From, string To, string Change, int Count, IReadOnlyList<string> Examples);

/// <summary>Why something cannot be told.</summary>
/// <param name="Reason">In a sentence.</param>
/// <param name="Count">How often.</param>
/// <param name="Examples">Some of the actions.</param>
public sealed record ReasonView(string Reason, int Count, IReadOnlyList<string> Examples);

/// <summary>Decisions that were made against those of a candidate.</summary>
/// <param name="Cells">Every pair that occurred.</param>
/// <param name="Same">Unchanged.</param>
/// <param name="Tightened">The candidate asks for more.</param>
/// <param name="Loosened">The candidate asks for less.</param>
/// <param name="OtherApprovers">The candidate asks other people.</param>
/// <param name="Unknown">Cannot be told.</param>
/// <param name="Reasons">Why not.</param>
public sealed record DecisionMatrixView(
    IReadOnlyList<DecisionCellView> Cells, int Same, int Tightened, int Loosened, int OtherApprovers, int Unknown, IReadOnlyList<ReasonView> Reasons);

/// <summary>Money in one currency.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Actions">How many actions.</param>
/// <param name="Minor">Sum in minor units.</param>
public sealed record MoneyView(string Currency, int Actions, long Minor);

/// <summary>Starts a candidate in the shadow of the active release: <c>POST /v1/policy/shadows</c>.</summary>
/// <param name="Release">Hash of a stored release.</param>
public sealed record ShadowCall(string Release);

/// <summary>A run of a shadow candidate.</summary>
/// <param name="Workflow">Workflow.</param>
/// <param name="Release">The candidate's hash.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="StartedBy">Who started it.</param>
/// <param name="StoppedAt">When it was stopped; absent while it runs.</param>
public sealed record ShadowView(string Workflow, string Release, DateTimeOffset StartedAt, string StartedBy, DateTimeOffset? StoppedAt);

/// <summary>What a shadow candidate decided, dry runs included.</summary>
/// <param name="Workflow">Workflow.</param>
/// <param name="Release">The candidate's hash.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="StoppedAt">When it was stopped; absent while it runs.</param>
/// <param name="Decisions">How many decisions were made beside it.</param>
/// <param name="Erased">Decisions whose payload was erased, so that nothing can be said of them.</param>
/// <param name="Truncated">True when the log since its start is longer than a report reads.</param>
/// <param name="Matrix">The active release's decisions against the candidate's.</param>
public sealed record ShadowReportView(
    string Workflow, string Release, DateTimeOffset StartedAt, DateTimeOffset? StoppedAt, int Decisions, int Erased, bool Truncated, DecisionMatrixView Matrix);

/// <summary>What a candidate would have decided.</summary>
/// <param name="Candidate">Its hash.</param>
/// <param name="Workflow">Whose actions.</param>
/// <param name="Since">Since when.</param>
/// <param name="Replayed">How many actions.</param>
/// <param name="Truncated">True when there were more than allowed; the oldest ones were taken.</param>
/// <param name="Matrix">The decisions.</param>
/// <param name="ToAutomatic">Money of actions that were not automatic and would be.</param>
public sealed record ReplayView(
    string Candidate, string Workflow, DateTimeOffset Since, int Replayed, bool Truncated, DecisionMatrixView Matrix, IReadOnlyList<MoneyView> ToAutomatic);
