using System.Text.Json;
using Sallyport.Cel;
using Sallyport.Identity;
using Sallyport.Policy;
using Sallyport.Tools;

namespace Sallyport.Workflows;

/// <summary>How far the workflow may go by itself (requirements B9).</summary>
public enum RolloutPhase
{
    /// <summary>Phase 1: every write ends as a draft with its diff.</summary>
    Drafts,

    /// <summary>Phase 2: every write needs a person, whatever policy would allow.</summary>
    Propose,

    /// <summary>Phase 3: policy decides.</summary>
    LimitedAutonomy,
}

/// <summary>Whose rights an action uses (requirement B2.1).</summary>
public enum IdentityModel
{
    /// <summary>The agent's own service identity.</summary>
    DelegatedService,

    /// <summary>A person's, carried by token exchange; both identities are kept.</summary>
    OnBehalfOf,
}

/// <summary>Who answers for a workflow.</summary>
/// <param name="Person">User name.</param>
/// <param name="Team">Team.</param>
/// <param name="Contact">Where to reach them, for runbooks.</param>
public sealed record WorkflowOwner(string Person, string Team, string Contact);

/// <summary>Where tasks come from.</summary>
/// <param name="Source">For example <c>ticket</c>.</param>
/// <param name="Says">In plain English.</param>
/// <param name="SchemaSource">Its fields as a JSON Schema.</param>
/// <param name="Schema">The compiled schema.</param>
/// <param name="Ticket">Where the ticket behind a task is named; null where there is none.</param>
public sealed record InputSource(string Source, string Says, JsonElement SchemaSource, JsonSchema.JsonSchema Schema, TicketField? Ticket = null);

/// <summary>The field of an input that names a ticket.</summary>
/// <param name="System">The ticket system: <c>jira</c> or <c>github</c>.</param>
/// <param name="Field">The field; it holds a key such as <c>SUP-42</c>, or <c>owner/repository#7</c>.</param>
public sealed record TicketField(string System, string Field);

/// <summary>An outcome in plain English, tied to what a machine can check.</summary>
/// <param name="Id">Name.</param>
/// <param name="Says">In plain English.</param>
/// <param name="Success">Success or failure.</param>
/// <param name="Tool">The tool whose action ends so.</param>
/// <param name="State">The action's state, wire spelling.</param>
public sealed record WorkflowOutcome(string Id, string Says, bool Success, string Tool, string State);

/// <summary>A case that the agent must not attempt.</summary>
/// <param name="Id">Name.</param>
/// <param name="Says">In plain English.</param>
/// <param name="When">The condition, by tool that it applies to.</param>
/// <param name="EscalateTo">Who takes over.</param>
/// <param name="Place">Where the condition's text starts.</param>
public sealed record OutOfScopeCase(string Id, string Says, IReadOnlyDictionary<string, CelProgram> When, string EscalateTo, SourcePlace? Place = null);

/// <summary>One clause of a guarantee: where the condition holds, so many distinct people have approved.</summary>
/// <param name="When">The condition.</param>
/// <param name="Approvals">How many.</param>
/// <param name="Place">Where the condition's text starts.</param>
public sealed record GuaranteeClause(CelProgram When, int Approvals, SourcePlace? Place = null)
{
    /// <summary>Whether a decision with so many approvals breaks it; null if that cannot be evaluated.</summary>
    public bool? IsBroken(ExpressionInput input, int approvals)
    {
        var applies = input.Evaluate(When);
        return applies.Kind == CelValueKind.Bool ? applies.IsTrue && approvals < Approvals : null;
    }
}

/// <summary>
/// "The agent can execute this tool, but only with approval Y, within scope Z": checked when an action is decided and again when it is
/// claimed, independently of the policy that decided.
/// </summary>
/// <param name="Says">In plain English.</param>
/// <param name="Tool">X: the tool.</param>
/// <param name="Scope">Z: the scope that the token must have.</param>
/// <param name="Within">Z: the bounds, over arguments and facts.</param>
/// <param name="Approval">Y: who must have approved.</param>
/// <param name="Place">Where the text of the bounds starts.</param>
public sealed record Guarantee(string Says, string Tool, string Scope, CelProgram Within, IReadOnlyList<GuaranteeClause> Approval, SourcePlace? Place = null);

/// <summary>Limits of the workflow (requirement A4.2).</summary>
/// <param name="RequestsPerMinute">Per agent and tool.</param>
/// <param name="InvocationsPerTask">Tool calls of one task.</param>
/// <param name="IdenticalCallsPerTask">Equal calls of one task, before it counts as a loop.</param>
/// <param name="AmountPerTask">Minor units by currency.</param>
/// <param name="AmountPerDay">Minor units by currency, per agent and UTC day.</param>
public sealed record WorkflowLimits(
    int RequestsPerMinute,
    int InvocationsPerTask,
    int IdenticalCallsPerTask,
    IReadOnlyDictionary<string, long> AmountPerTask,
    IReadOnlyDictionary<string, long> AmountPerDay);

/// <summary>The manifest: what the workflow is for, whose it is and what it promises.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">Version that people read; the release hash is what binds.</param>
/// <param name="Title">One line.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Phase">How far it may go.</param>
/// <param name="Identity">Whose rights it uses.</param>
/// <param name="Inputs">Where tasks come from.</param>
/// <param name="Outcomes">How tasks end.</param>
/// <param name="OutOfScope">What the agent must not attempt.</param>
/// <param name="Guarantee">The success condition.</param>
/// <param name="Limits">Limits.</param>
/// <param name="ApprovalExpiry">How long an approval waits.</param>
/// <param name="DefaultApproval">Who approves when a phase or a human's request needs a person and no rule names one.</param>
/// <param name="ConfidenceFloor">Below it the case is escalated.</param>
public sealed record WorkflowManifest(
    string Name,
    string Version,
    string Title,
    WorkflowOwner Owner,
    RolloutPhase Phase,
    IdentityModel Identity,
    IReadOnlyList<InputSource> Inputs,
    IReadOnlyList<WorkflowOutcome> Outcomes,
    IReadOnlyList<OutOfScopeCase> OutOfScope,
    Guarantee Guarantee,
    WorkflowLimits Limits,
    TimeSpan ApprovalExpiry,
    ApprovalRequirement DefaultApproval,
    double ConfidenceFloor)
{
    /// <summary>
    /// Why a caller's identity is not the one that the workflow uses; null when it is. A person who rolls back under their own name is no
    /// agent and needs no delegation.
    /// </summary>
    public string? IdentityFault(Proposer proposer) => Identity switch
    {
        IdentityModel.OnBehalfOf => proposer is { IsPerson: false, OnBehalfOf: null } ? "Agents of this workflow act on behalf of a person: exchange a delegation at /oauth/token." : null,
        IdentityModel.DelegatedService => proposer.OnBehalfOf is not null ? "Agents of this workflow act under their own identity; a token on behalf of a person does not fit." : null,
    };
}
