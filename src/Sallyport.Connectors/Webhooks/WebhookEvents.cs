using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Audit;

namespace Sallyport.Connectors.Webhooks;

/// <summary>
/// What receivers are told: stable event types made of audit entries, with ids, states, digests and a link. Arguments, facts, reasons and names
/// never leave: whoever may see them signs in.
/// </summary>
public static class WebhookEvents
{
    /// <summary>Every type that is sent, beside <c>alarm.*</c>, whose names are those of the audit log.</summary>
    public static readonly IReadOnlyList<string> Types =
    [
        "action.accepted", "action.pending", "action.decided", "action.cancelled", "action.expired", "action.escalated", "approval.asked", "approval.answered", "approval.voided",
        "effect.succeeded", "effect.failed", "effect.not_sent", "effect.unknown", "effect.overdue", "effect.resolved", "halt.begin", "halt.complete", "halt.end", "delivery.dead",
    ];

    /// <summary>Fields of an entry that are ids, states, counts or digests.</summary>
    private static readonly string[] Told =
    [
        "tool", "state", "from", "decision", "rule", "round", "tier", "attempt", "code", "approval", "statement", "param_hash", "facts_hash", "release",
        "halt_id", "scope", "receipt", "delivery", "channel",
        "entry", "entry_kind", "attempts",
    ];

    /// <summary>The event's type; null when receivers are not told.</summary>
    public static string? TypeOf(StoredEntry entry) => entry.Kind switch
    {
        "action.accepted" => Text(entry, "state") == "pending" ? "action.pending" : "action.accepted",
        "decision.approve" or "decision.deny" => Text(entry, "state") == "pending" ? "approval.answered" : "action.decided",
        "effect.resolved_by" => "effect.resolved",
        "kill.begin" or "kill.break_glass" => "halt.begin",
        "kill.complete" => "halt.complete",
        "kill.resumed" or "kill.break_glass_lifted" => "halt.end",
        var kind when kind.StartsWith("alarm.", StringComparison.Ordinal) || Types.Contains(kind) => kind,
        _ => null,
    };

    /// <summary>Whether a filter such as <c>effect.*</c> or <c>action.decided</c> names a type that exists.</summary>
    public static bool IsFilter(string filter) => filter == "*" || filter.StartsWith("alarm.", StringComparison.Ordinal) || Types.Any(type => Fits(filter, type));

    /// <summary>Whether a filter covers a type.</summary>
    public static bool Fits(string filter, string type) =>
        filter == "*" || filter == type || (filter.EndsWith(".*", StringComparison.Ordinal) && type.StartsWith(filter[..^1], StringComparison.Ordinal));

    /// <summary>The message's body.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="address">The console's address, without a slash at its end.</param>
    public static byte[] Body(string type, StoredEntry entry, string address)
    {
        var leaf = JsonElement.Parse(entry.Leaf);
        var data = new JsonObject { ["log_entry"] = entry.Index };
        if (entry.ActionId is not null) data["action_id"] = entry.ActionId;
        if (entry.TaskId is not null) data["task_id"] = entry.TaskId;
        foreach (var name in Told)
            if (leaf.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number) data[name] = JsonNode.Parse(value.GetRawText());
        if (Text(entry, "approval") is { } approval) data["link"] = $"{address}/approvals/{approval}";
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["type"] = type, ["timestamp"] = AuditEntry.Timestamp(entry.At), ["data"] = data });
    }

    private static string? Text(StoredEntry entry, string name) =>
        JsonElement.Parse(entry.Leaf).TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
