using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;
using Sallyport.Contracts.Wire;

namespace Sallyport.Protocol;

/// <summary>The audit entry of a transition: states, digests, who and why, the same members everywhere.</summary>
public static class TransitionLeaf
{
    /// <summary>Makes the entry of a transition.</summary>
    /// <param name="kind">Kind, for example <c>effect.succeeded</c>.</param>
    /// <param name="actor">Who.</param>
    /// <param name="before">State before; null at acceptance.</param>
    /// <param name="after">The action after it.</param>
    /// <param name="extra">Further small fields.</param>
    /// <param name="payload">Redacted details.</param>
    public static AuditDraft Make(
        string kind, string actor, ActionState? before, ActionRecord after, JsonObject? extra = null, JsonObject? payload = null)
    {
        var fields = new JsonObject
        {
            ["tool"] = after.Tool,
            ["proposer"] = after.ProposerId,
            ["state"] = WireName.Of(after.State),
            ["version"] = after.Version,
            ["attempt"] = after.Attempt,
            ["decision"] = WireName.Of(after.Decision),
            ["rule"] = after.Rule,
            ["round"] = after.Round,
            ["param_hash"] = after.ParamHash,
            ["contract_hash"] = after.ContractHash,
            ["policy_hash"] = after.PolicyHash,
            ["facts_hash"] = after.FactsHash,
            ["release"] = after.Release,
        };
        if (after.OnBehalfOf is not null) fields["on_behalf_of"] = after.OnBehalfOf;
        if (before is { } from) fields["from"] = WireName.Of(from);
        if (after.ErrorCode is not null) fields["code"] = after.ErrorCode;
        if (after.Compensates is not null) fields["compensates"] = after.Compensates;
        foreach (var (name, value) in extra ?? []) fields[name] = value?.DeepClone();
        return new AuditDraft(kind, actor, after.Id, after.TaskId, after.TraceId) { Fields = fields, Payload = payload };
    }

    /// <summary>Text that is JSON, as a node.</summary>
    public static JsonNode? Node(string? json) => json is null ? null : JsonNode.Parse(json);

    /// <summary>An element as a node.</summary>
    public static JsonNode? Node(JsonElement? element) => element is { } value ? JsonSerializer.SerializeToNode(value) : null;
}
