using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Approvals;
using Sallyport.Audit;
using Sallyport.Connectors.PagerDuty;
using Sallyport.Outbox;
using Sallyport.Protocol;
using Sallyport.Server.Http;

namespace Sallyport.Server.Integrations;

/// <summary>
/// Calls the people on duty for what cannot wait: a handed-over case, an approval that reached a further tier, an effect whose outcome stays
/// unknown, a halt, an alarm. The alert ends when its cause does.
/// </summary>
internal sealed class PagerChannel(PagerDutyEvents pager, IOutboxStore store, IActionStore actions, PublicAddress address) : IOutboxChannel
{
    public string Name => "pagerduty";

    public bool Wants(StoredEntry entry) => Plan(entry) is not null;

    public async Task<SendOutcome> SendAsync(Delivery delivery, StoredEntry entry, CancellationToken cancellation)
    {
        var action = entry is { ActionId: { } id, Kind: "action.expired" or "action.cancelled" } ? await actions.FindAsync(delivery.Tenant, id, cancellation) : null;
        if (Plan(entry, action?.ApprovalId) is not { } plan) return SendOutcome.Taken;
        var thread = await store.ThreadAsync(Name, plan.Key, cancellation);
        // What was never called, or is over, has nothing to acknowledge or to end.
        if (plan.Step != PagerStep.Trigger && thread is not { IsOpen: true }) return SendOutcome.Taken;
        var outcome = await pager.SendAsync(plan, address.Url, entry.At, cancellation);
        if (outcome.Status == SendStatus.Taken) await store.KeepThreadAsync(new VendorThread(Name, plan.Key, plan.Key, "", plan.Step != PagerStep.Resolve), cancellation);
        return outcome;
    }

    /// <summary>The event of an entry; null when nobody need be called.</summary>
    private PagerEvent? Plan(StoredEntry entry, string? approval = null)
    {
        var leaf = JsonElement.Parse(entry.Leaf);
        PagerEvent Event(string key, PagerStep step, string severity = "error", string summary = "") =>
            new("sallyport:" + key, step, severity, summary, Details(entry, leaf), LeafText.Of(leaf, "approval") is { } shown ? $"{address.Url}/approvals/{shown}" : null);
        var tool = LeafText.Of(leaf, "tool");
        return entry.Kind switch
        {
            "action.escalated" => Event("action:" + entry.ActionId, PagerStep.Trigger, "warning", $"Handed to a person: {tool} is out of the agent's scope"),
            ApprovalAsker.Kind => AskedApproval.Of(entry) is { Tier: > 0 } asked ? Event("approval:" + asked.Approval, PagerStep.Trigger, "error", $"Nobody has answered yet: an approval reached its circle {asked.Tier + 1}") : null,
            "decision.approve" or "decision.deny" => Event("approval:" + LeafText.Of(leaf, "approval"), LeafText.Of(leaf, "state") == "pending" ? PagerStep.Acknowledge : PagerStep.Resolve),
            "approval.voided" => Event("approval:" + LeafText.Of(leaf, "old_approval"), PagerStep.Resolve),
            // These entries do not name the approval that ended with the action.
            "action.expired" or "action.cancelled" => Event("approval:" + approval, PagerStep.Resolve),
            "effect.overdue" => Event("effect:" + entry.ActionId, PagerStep.Trigger, "critical", $"The outcome of {tool} stays unknown; a person must settle it"),
            "effect.succeeded" or "effect.failed" or "effect.resolved_by" => Event("effect:" + entry.ActionId, PagerStep.Resolve),
            "kill.begin" => Event("halt:" + LeafText.Of(leaf, "halt_id"), PagerStep.Trigger, "critical", $"Halted: {LeafText.Of(leaf, "scope")}"),
            "kill.resumed" => Event("halt:" + LeafText.Of(leaf, "halt_id"), PagerStep.Resolve),
            "kill.break_glass" => Event("break-glass:" + LeafText.Of(leaf, "replica"), PagerStep.Trigger, "critical", "Break-glass: a server sends nothing any more"),
            "kill.break_glass_lifted" => Event("break-glass:" + LeafText.Of(leaf, "replica"), PagerStep.Resolve),
            "alarm.witness_back" => Event("alarm:witness_missing", PagerStep.Resolve),
            "alarm.clock_agrees" => Event("alarm:clock_jumped", PagerStep.Resolve),
            var kind when kind.StartsWith("alarm.", StringComparison.Ordinal) => Event(kind.Replace('.', ':'), PagerStep.Trigger, "error", $"Alarm: {kind["alarm.".Length..].Replace('_', ' ')}"),
            _ => null,
        };
    }

    private static JsonObject Details(StoredEntry entry, JsonElement leaf)
    {
        var details = new JsonObject { ["kind"] = entry.Kind, ["log_entry"] = entry.Index };
        if (entry.ActionId is not null) details["action_id"] = entry.ActionId;
        foreach (var name in (string[])["approval", "tier", "tool", "rule", "state", "halt_id", "scope"])
            if (leaf.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number) details[name] = JsonNode.Parse(value.GetRawText());
        return details;
    }
}
