using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Cel;
using Sallyport.Contracts.Errors;
using Sallyport.Contracts.Json;
using Sallyport.Contracts.Wire;
using Sallyport.Identity;
using Sallyport.Limits;
using Sallyport.Policy;
using Sallyport.Protocol;
using Sallyport.Tools;
using Sallyport.Workflows;

namespace Sallyport.Actions;

/// <summary>Makes the durable record of a decided proposal, and the intent that takes it in.</summary>
internal static class AcceptedAction
{
    internal static ActionRecord Create(ProposalContext call, IdSource ids, string replica, DateTimeOffset now)
    {
        var manifest = call.Release.Manifest;
        var binding = call.Release.Bindings[call.Contract.Name];
        var state = FirstState(call.Decision.Outcome, manifest.Phase);
        var (code, detail) = Explain(state, call.Decision);
        var record = new ActionRecord
        {
            Id = call.ActionId,
            Tenant = call.Proposer.Tenant,
            Workflow = manifest.Name,
            Release = call.Release.Hash,
            Tool = call.Contract.Name,
            ContractHash = call.Contract.Hash,
            PolicyHash = call.Release.Policies[call.Contract.Name].Hash,
            ProposerId = call.Proposer.Id,
            ProposerName = call.Proposer.Name,
            Owner = call.Proposer.Owner,
            Generation = call.Proposer.Generation,
            OnBehalfOf = call.Proposer.OnBehalfOf?.UserId,
            DelegationId = call.Proposer.OnBehalfOf?.DelegationId,
            Scopes = call.Proposer.Scopes,
            TaskId = call.Task!.Id,
            Arguments = call.ArgumentsText,
            ParamHash = call.ParamHash,
            IdempotencyKey = call.Proposal.Call.IdempotencyKey!,
            AgentReason = Truncate(call.Proposal.Call.Reason),
            Confidence = call.Proposal.Call.Confidence,
            Compensates = call.Proposal.Compensates,
            Ticket = Ticket(manifest, call.Task),
            TraceId = call.Proposal.TraceId,
            CreatedAt = now,
            State = state,
            Version = 1,
            Decision = call.Decision.Outcome,
            Rule = call.Decision.Rule,
            Requirements = call.Decision.Requirements,
            ApprovalId = state == ActionState.Pending ? ids.Next("apr") : null,
            AskedAt = now,
            Facts = CanonicalJson.ToText(binding.Bind(call.Facts)),
            FactsHash = binding.Digest(call.Facts),
            Diff = call.Diff is { } diff ? CanonicalJson.ToText(diff) : null,
            ExpiresAt = now + manifest.ApprovalExpiry,
            NotBefore = now,
            ErrorCode = code?.Code,
            ErrorDetail = detail,
            UpdatedAt = now,
        };
        return state == ActionState.Dispatching ? Claimed(record, call.Contract, replica, now) : record;
    }

    /// <summary>The action with its next attempt claimed.</summary>
    internal static ActionRecord Claimed(ActionRecord action, ToolContract contract, string replica, DateTimeOffset now) => action with
    {
        State = ActionState.Dispatching, Attempt = action.Attempt + 1, Replica = replica, FirstClaimedAt = action.FirstClaimedAt ?? now,
        LeaseUntil = now + contract.Effect!.Lease, IsOverdue = false, UpdatedAt = now,
    };

    /// <param name="call">The decided proposal.</param>
    /// <param name="record">What it became.</param>
    /// <param name="latency">From the call until its decision.</param>
    internal static AcceptIntent Intent(ProposalContext call, ActionRecord record, TimeSpan latency)
    {
        var payload = new JsonObject
        {
            ["arguments"] = TransitionLeaf.Node(call.RedactedArguments),
            ["facts"] = TransitionLeaf.Node(call.RedactedFacts),
            ["diff"] = TransitionLeaf.Node(call.Diff),
            ["rules"] = ProposalContext.TraceOf(call.Decision),
            ["requirements"] = JsonSerializer.SerializeToNode(record.Requirements, WireJson.Options),
            ["agent_name"] = record.ProposerName,
            ["owner"] = record.Owner,
            ["confidence"] = record.Confidence,
            ["scopes"] = JsonSerializer.SerializeToNode(call.Proposer.Scopes),
        };
        if (call.Shadow is { } shadow) payload["shadow"] = shadow.ToJson();
        var fields = Needs(record, new JsonObject { ["door"] = call.Proposal.Door, ["latency_ms"] = Math.Round(latency.TotalMilliseconds, 3) });
        var accepted = TransitionLeaf.Make("action.accepted", call.Proposer.Actor, null, record, fields, payload)
            with { Correlations = [.. call.Correlations, .. record.ApprovalId is null ? Array.Empty<string>() : [record.ApprovalId]] };
        IReadOnlyList<AuditDraft> leaves = record.State == ActionState.Dispatching ? [accepted, TransitionLeaf.Make("effect.intent", "system", ActionState.Approved, record)] : [accepted];
        var reservations = ActionProtocol.IsTerminal(record.State) ? [] : Reservations(call.Release.Manifest, call.Contract, call.Input, record, record.CreatedAt);
        return new AcceptIntent(record, leaves, call.Charge!, reservations);
    }

    /// <summary>The budgets that an action counts against, in the windows of a moment.</summary>
    internal static IReadOnlyList<BudgetReservation> Reservations(
        WorkflowManifest manifest, ToolContract contract, ExpressionInput input, ActionRecord record, DateTimeOffset at)
    {
        // What an action gives back is not counted against what may be given out.
        if (contract.Amount is not { } amount || record.Compensates is not null) return [];
        var minor = input.Evaluate(amount.Minor);
        var currency = input.Evaluate(amount.Currency);
        if (minor.Kind != CelValueKind.Int || currency.Kind != CelValueKind.String || minor.AsInt < 0)
            throw new InvalidOperationException($"The amount of \"{contract.Name}\" is not a currency and a count of minor units; the contract check should have refused it.");
        var code = currency.AsString;
        // A currency without a limit has no room at all: limits that are forgotten fail closed.
        return
        [
            new BudgetReservation($"task:{record.TaskId}", code, minor.AsInt, manifest.Limits.AmountPerTask.GetValueOrDefault(code), PerTask: true),
            new BudgetReservation($"agent:{record.ProposerId}:day:{at.UtcDateTime:yyyy-MM-dd}", code, minor.AsInt, manifest.Limits.AmountPerDay.GetValueOrDefault(code), PerTask: false),
        ];
    }

    private static ActionState FirstState(PolicyOutcome outcome, RolloutPhase phase) => outcome switch
    {
        PolicyOutcome.Deny => ActionState.Denied,
        PolicyOutcome.Escalate => ActionState.Escalated,
        PolicyOutcome.Auto or PolicyOutcome.Approve when phase == RolloutPhase.Drafts => ActionState.Drafted,
        PolicyOutcome.Approve => ActionState.Pending,
        PolicyOutcome.Auto => ActionState.Dispatching,
    };

    private static (ErrorCode? Code, string? Detail) Explain(ActionState state, PolicyDecision decision) => state switch
    {
        ActionState.Denied => (ErrorCatalogue.DeniedByPolicy, $"Rule {decision.Rule} denies it."),
        ActionState.Escalated => (ErrorCatalogue.Escalated, $"Rule {decision.Rule} hands it to {decision.EscalateTo ?? "a person"}."),
        ActionState.Pending or ActionState.Approved or ActionState.Dispatching or ActionState.Unknown or ActionState.Succeeded or ActionState.Failed
            or ActionState.Expired or ActionState.Cancelled or ActionState.Drafted => (null, null),
    };

    /// <summary>How many people, and how many signatures, an effect of this round will have to rest on; readers of the log hold it against that.</summary>
    internal static JsonObject Needs(ActionRecord record, JsonObject fields)
    {
        if (record.State != ActionState.Pending) return fields;
        fields["approvals_needed"] = record.Requirements.Select(requirement => requirement.Count).DefaultIfEmpty(0).Max();
        fields["signatures_needed"] = record.Requirements.Where(requirement => requirement.StepUp == StepUp.Passkey).Select(requirement => requirement.Count).DefaultIfEmpty(0).Max();
        return fields;
    }

    private static string? Ticket(WorkflowManifest manifest, AgentTask task) =>
        manifest.Inputs.FirstOrDefault(input => input.Source == task.Source)?.Ticket is { } ticket
        && CanonicalJson.Parse(task.Input) is { ValueKind: JsonValueKind.Object } input && input.TryGetProperty(ticket.Field, out var key) && key.ValueKind == JsonValueKind.String
            ? $"{ticket.System}:{key.GetString()}" : null;

    private static string? Truncate(string? text) => text is { Length: > 2_000 } ? text[..2_000] : text;
}
