namespace Sallyport.Console.Views;

/// <summary>An action in a list.</summary>
/// <param name="Id">Id.</param>
/// <param name="Title">What it does, in one line.</param>
/// <param name="Tool">Tool.</param>
/// <param name="Workflow">Workflow.</param>
/// <param name="Risk">Risk class.</param>
/// <param name="State">State.</param>
/// <param name="Agent">Who proposed it.</param>
/// <param name="Amount">The money that it moves; null when it moves none.</param>
/// <param name="Subject">Its arguments in short.</param>
/// <param name="Why">The rule that decided, in words.</param>
/// <param name="CanBeUndone">Whether it can be rolled back.</param>
/// <param name="CreatedAt">When it was proposed.</param>
/// <param name="ExpiresAt">When the wait for people ends.</param>
public sealed record ActionLine(
    string Id, string Title, string Tool, string Workflow, string Risk, string State, string Agent, string? Amount, string Subject, string Why, bool CanBeUndone,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A proposal that waits.</summary>
/// <param name="Action">The action.</param>
/// <param name="ApprovalId">The approval.</param>
/// <param name="Digest">Digest of the statement; a decision repeats it.</param>
/// <param name="Mine">Whether the visitor may decide it.</param>
/// <param name="Needs">Who must approve and how many have, in words.</param>
/// <param name="BatchKey">Equal for proposals that are the same but for their ids and of low risk; null where each must be looked at.</param>
public sealed record InboxLine(ActionLine Action, string ApprovalId, string Digest, bool Mine, string Needs, string? BatchKey);

/// <summary>What the inbox is narrowed to.</summary>
/// <param name="Workflow">Workflow.</param>
/// <param name="Tool">Tool.</param>
/// <param name="Risk">Risk class.</param>
/// <param name="MineOnly">Only what waits for the visitor.</param>
public sealed record InboxFilter(string? Workflow, string? Tool, string? Risk, bool MineOnly)
{
    /// <summary>Whether anything is narrowed.</summary>
    public bool IsSet => Workflow is not null || Tool is not null || Risk is not null || MineOnly;
}

/// <summary>What can be chosen in the filter.</summary>
/// <param name="Workflows">Workflows.</param>
/// <param name="Tools">Tools.</param>
/// <param name="Risks">Risk classes.</param>
public sealed record InboxChoices(IReadOnlyList<string> Workflows, IReadOnlyList<string> Tools, IReadOnlyList<string> Risks);

/// <summary>What became of one of several decisions.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="Fault">Why it was not taken; null when it was.</param>
public sealed record BatchResult(string ApprovalId, string? Fault);
