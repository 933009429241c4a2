using System.Text.Json;
using Sallyport.Contracts.Errors;

namespace Sallyport.Contracts.Wire;

/// <summary>A call of a tool: <c>POST /v1/tools/{tool}/actions</c>.</summary>
/// <param name="Arguments">The tool's arguments, checked against its contract.</param>
/// <param name="TaskId">The task that this call belongs to.</param>
/// <param name="DryRun">True: change nothing, return the diff and the decision.</param>
/// <param name="IdempotencyKey">16 to 255 visible ASCII characters; required when the tool changes state and this is no dry run.</param>
/// <param name="Confidence">The agent's own confidence, 0 to 1; below the workflow's floor the case is escalated.</param>
/// <param name="Reason">The agent's own words for the approver. Shown as untrusted text, never evaluated.</param>
public sealed record ActionCall(
    JsonElement Arguments,
    string? TaskId = null,
    bool DryRun = false,
    string? IdempotencyKey = null,
    double? Confidence = null,
    string? Reason = null);

/// <summary>What an action is waiting for.</summary>
/// <param name="Id">The approval's id.</param>
/// <param name="Count">How many distinct people must approve.</param>
/// <param name="AnyOf">Who may: <c>group:NAME</c> or <c>user:NAME</c>.</param>
/// <param name="ExpiresAt">When the wait ends in <c>expired</c>.</param>
public sealed record ApprovalWait(string Id, int Count, IReadOnlyList<string> AnyOf, DateTimeOffset ExpiresAt);

/// <summary>An action as its proposer sees it. For one idempotency key and state the bytes are always the same.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="State">State of the protocol, for example <c>pending</c> or <c>succeeded</c>.</param>
/// <param name="Tool">The tool.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Decision"><c>auto</c>, <c>approve</c>, <c>deny</c> or <c>escalate</c>.</param>
/// <param name="Rule">The rule that decided.</param>
/// <param name="DryRun">True if nothing was or will be changed.</param>
/// <param name="Diff">What changes: <c>before</c> and <c>after</c>.</param>
/// <param name="Approval">What a pending action waits for.</param>
/// <param name="Result">The answer of the system of record.</param>
/// <param name="Error">Why the action ended without its effect, or what is unknown.</param>
/// <param name="Compensates">The action that this one rolls back.</param>
/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="UpdatedAt">When its state last changed.</param>
/// <param name="OnBehalfOf">User id of the person on whose behalf the agent acts, where it does.</param>
public sealed record ActionView(
    string ActionId,
    string State,
    string Tool,
    string TaskId,
    string Decision,
    string? Rule,
    bool DryRun,
    JsonElement? Diff,
    ApprovalWait? Approval,
    JsonElement? Result,
    Problem? Error,
    string? Compensates,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string? OnBehalfOf = null);

/// <summary>The answer of a tool that only reads.</summary>
/// <param name="ActionId">Id under which the read was recorded.</param>
/// <param name="Tool">The tool.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Result">The facts, redacted by the contract.</param>
public sealed record ReadView(string ActionId, string Tool, string TaskId, JsonElement Result);

/// <summary>Opens a task: <c>POST /v1/tasks</c>.</summary>
/// <param name="Workflow">The workflow.</param>
/// <param name="Source">One of the manifest's input sources, for example <c>ticket</c>.</param>
/// <param name="Input">The source's fields.</param>
public sealed record TaskCall(string Workflow, string Source, JsonElement Input);

/// <summary>A task.</summary>
/// <param name="TaskId">The id to send with every call.</param>
/// <param name="Workflow">The workflow.</param>
/// <param name="Release">Hash of the release that was active when the task was opened.</param>
/// <param name="Invocations">Tool calls made so far.</param>
/// <param name="InvocationsMax">Tool calls allowed.</param>
/// <param name="CreatedAt">When it was opened.</param>
public sealed record TaskView(string TaskId, string Workflow, string Release, int Invocations, int InvocationsMax, DateTimeOffset CreatedAt);

/// <summary>A person settles an action of unknown outcome.</summary>
/// <param name="Outcome"><c>applied</c> or <c>not_applied</c>.</param>
/// <param name="Evidence">How the person knows; kept in the audit record.</param>
public sealed record ResolveCall(string Outcome, string Evidence);
